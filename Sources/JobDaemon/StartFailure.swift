// Why a command could not be started, in words. The kernel says the same of a program that
// is missing and of one whose interpreter is; what is on disk tells them apart.

internal import JobCore
internal import LinuxIO

/// A command that could not be started.
struct StartFailure {
  let failure: GatedChild.Failure
  let arguments: [String]
  let environment: [String: String]
  /// Absolute path of the working directory.
  let directory: String

  /// What was wrong and with what.
  var reason: String {
    let why = SystemError.reason(of: failure.code)
    switch failure.step {
    case .setup: return "the process could not be set up: \(why)"
    case .directory: return "working directory \(directory): \(why)"
    case .exec:
      let program = arguments.first ?? ""
      guard let path = path(of: program), let file = StartFailure.open(path) else {
        // Not even there, or not to be read: the kernel's word is all there is.
        return program.contains("/") ? "\(program): \(why)" : "\(program): \(why) in PATH"
      }
      if (try? file.status().kind) == .directory { return "\(path): it is a directory" }
      if (try? file.status().permissions).map({ $0 & 0o111 == 0 }) ?? false {
        return "\(path): it is not executable"
      }
      let error = SystemError("execve", path, code: failure.code)
      // The program is there and may be executed, so it is what that needs.
      if error.isNotFound || error.isPermission,
        let interpreter = StartFailure.interpreter(of: file)
      {
        return "\(path): its interpreter \(interpreter): \(why)"
      }
      return error.isNotFound ? "\(path): its loader: \(why)" : "\(path): \(why)"
    }
  }

  /// Where a program is, as execvp(3) looks for it.
  private func path(of program: String) -> String? {
    if program.hasPrefix("/") { return program }
    if program.contains("/") { return "\(directory)/\(program)" }
    for folder in (environment["PATH"] ?? "/bin:/usr/bin").split(separator: ":") {
      let base = folder.hasPrefix("/") ? String(folder) : "\(directory)/\(folder)"
      if StartFailure.open("\(base)/\(program)") != nil { return "\(base)/\(program)" }
    }
    return nil
  }

  /// Opens without waiting: what was named may be a fifo.
  private static func open(_ path: String) -> Descriptor? {
    guard let root = try? Directory(path: "/") else { return nil }
    return try? root.openFollowingLinks(String(path.drop { $0 == "/" }))
  }

  /// What the first line of a script names, if it names anything.
  private static func interpreter(of file: borrowing Descriptor) -> String? {
    guard let bytes = try? file.read(limit: 256, at: 0) else { return nil }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    guard line.starts(with: "#!".utf8) else { return nil }
    let words = String(decoding: line.dropFirst(2), as: UTF8.self).split(separator: " ")
    return words.first.map(String.init)
  }
}
