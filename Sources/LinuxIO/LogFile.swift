// A file in the place of standard error: whatever a process says goes there. Other programs may
// move it away (logrotate(8)); opened anew, it is a new file under the old name.

internal import CLinux
internal import Glibc

/// The file that has taken the place of this process's standard error.
public struct LogFile: Sendable {
  /// Where it is, as it was named.
  public let path: String

  /// Opens the file, making it for its owner alone, and sends standard error there.
  public init(path: String) throws(SystemError) {
    self.path = path
    try reopen()
  }

  /// Opens the file by its name again. After a failure the old one stays in place.
  public func reopen() throws(SystemError) {
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_CLOEXEC
    let file = Descriptor(
      owning: try check("open", path) { clinux_openat(AT_FDCWD, path, flags, 0o600) })
    let number = file.number
    _ = try check("dup2", path) { dup2(number, StandardStream.error.rawValue) }
  }
}
