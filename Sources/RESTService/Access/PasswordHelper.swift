// The child that does the slow part of a log-in, one password at a time, so that the loop of the
// service never waits for a hash. It knows no user and no request: a password and a hash come in,
// one byte goes out. It leaves when its input ends, which it does with the service.

internal import LinuxIO

/// The helper process that checks passwords.
public enum PasswordHelper {
  /// The private verb that a service starts it by.
  public static let verb = "check-passwords"

  /// What one byte says.
  enum Answer: UInt8 {
    case no = 0
    case yes = 1
  }

  /// A question as it goes through the pipe: two lengths, the password, the hash. It is shorter
  /// than PIPE_BUF, so that writing it to an idle helper never waits.
  static func question(_ password: [UInt8], _ hash: String) -> [UInt8] {
    let lengths = [password.count, hash.utf8.count]
    precondition(lengths[0] <= Password.longest && lengths[1] <= Password.longestHash)
    return lengths.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } + password + Array(hash.utf8)
  }

  /// Answers until standard input ends.
  /// - Returns: the exit code, which nobody reads.
  public static func main() -> Int32 {
    CurrentProcess.setName("jobrun-auth")
    // Those whose password is known already are served meanwhile, also on one processor.
    CurrentProcess.lowerPriority()
    do {
      while let lengths = try read(4) {
        let sizes = [
          Int(lengths[0]) << 8 | Int(lengths[1]), Int(lengths[2]) << 8 | Int(lengths[3]),
        ]
        guard let password = try read(sizes[0]), let hash = try read(sizes[1]) else { return 0 }
        let matches = Password.matches(password, String(decoding: hash, as: UTF8.self))
        try StandardStream.output.write([(matches ? Answer.yes : .no).rawValue])
      }
      return 0
    } catch {
      return 74
    }
  }

  /// So many bytes of standard input; nil at its end.
  private static func read(_ count: Int) throws(SystemError) -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let more = try StandardStream.input.read(limit: count - bytes.count)
      if more.isEmpty { return nil }
      bytes += more
    }
    return bytes
  }
}
