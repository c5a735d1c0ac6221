// A command that this process is only wrapped around: it has the same streams, the same terminal
// and the same process group, and does not outlive it.

internal import CLinux
internal import Glibc

/// A command in the foreground.
public enum ForegroundChild {
  /// Starts a command, found in the PATH.
  /// - Parameter arguments: the program, and what it is given.
  /// - Returns: its pid.
  /// - Throws: the call that failed; `execve` if there is no such program, or it cannot be run.
  public static func start(_ arguments: [String]) throws(SystemError) -> Int32 {
    let program = arguments.first ?? ""
    let report = try Descriptor.pipe()
    let number = report.write.number
    let pid = withCStrings(arguments) { clinux_fork_foreground($0, number) }
    if pid < 0 { throw SystemError("fork", program) }
    let told = report.read
    // Our copy of the writing end, or the reading one would never end.
    let unused = report.write
    _ = consume unused
    var failure = clinux_failure()
    let size = MemoryLayout<clinux_failure>.size
    let count = try check("read") { read(told.number, &failure, size) }
    guard count == size else { return pid }
    // It has ended, or is about to.
    var status: Int32 = 0
    _ = try check("waitpid") { waitpid(pid, &status, 0) }
    throw SystemError(
      failure.step == Int32(CLINUX_STEP_EXEC.rawValue) ? "execve" : "prctl", program,
      code: failure.code)
  }
}
