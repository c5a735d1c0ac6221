// The launcher: a small process beside the daemon that starts supervisors by copying itself. A
// copy is several times cheaper than a start of the program, and shares its memory.

internal import JobSpool
internal import LinuxIO

/// The process that supervisors are copies of.
public enum Launcher {
  /// The private verb that a daemon starts it by.
  public static let verb = "launch"

  /// Room for the longer arguments of supervisors, which are shown in place of the launcher's own.
  static let room = String(repeating: " ", count: 96)

  /// Starts supervisors until the daemon is gone.
  /// - Parameter arguments: the spool, and room.
  /// Standard input is the connection to the daemon (`LaunchRequest`).
  /// - Returns: the exit code, of the launcher or, in a copy of it, of a supervisor.
  public static func main(_ arguments: [String]) -> Int32 {
    // It keeps its number until there is something else to read: no descriptor that is received
    // may get that of a standard stream.
    guard let path = arguments.first, let input = Descriptor.inherited(0) else { return 64 }
    let daemon = MessageSocket(input)
    CurrentProcess.setName("jobrun-launcher")
    CurrentProcess.showArguments(["jobrun", verb, path])
    CurrentProcess.setReapsChildren(false)
    // Opened once for all copies, and with it is made much of what the language makes at its first
    // use.
    let opened = try? Spool(path: path)
    _ = ProcessTable.bootIdentifier()
    guard let request = copy(for: daemon) else { return 0 }
    _ = consume daemon
    CurrentProcess.setReapsChildren(true)
    CurrentProcess.beginSession()
    guard (try? request.takeStreams()) != nil else { return 70 }
    CurrentProcess.showArguments(
      ["jobrun", Supervisor.verb, path, request.job, request.attemptName])
    return Supervisor.supervise(
      request.job, request.attemptName, in: path, opened: opened, locks: request.locks)
  }

  /// Makes a copy for each request.
  /// - Returns: in a copy, what it was made for; nil once the daemon is gone.
  private static func copy(for daemon: borrowing MessageSocket) -> LaunchRequest? {
    while let message = (try? daemon.receive()) ?? nil, let request = LaunchRequest(message) {
      let answer: LaunchAnswer
      do throws(SystemError) {
        guard let pid = try Child.fork() else { return request }
        answer = .started(pid)
      } catch {
        answer = .failed(error.code)
      }
      request.close()
      guard (try? daemon.send(answer.bytes)) != nil else { return nil }
    }
    return nil
  }
}
