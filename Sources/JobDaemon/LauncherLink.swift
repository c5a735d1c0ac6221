// The daemon's end of its launcher, which is started when it is first needed, and anew when it has
// ended.

internal import JobSpool
internal import LinuxIO

/// A connection to a launcher.
final class LauncherLink {
  /// What a stopped launcher may cost the daemon's loop, in milliseconds. A copy is made in less
  /// than one.
  private static let patience: Int32 = 5000

  private let spoolPath: String
  private let null: Descriptor
  private var socket: MessageSocket?
  private var pid: Int32 = 0

  init(spoolPath: String) throws(SystemError) {
    self.spoolPath = spoolPath
    null = try Directory(path: "/dev").open("null", .update)
  }

  /// Starts a supervisor.
  /// - Returns: its pid. It is no child of this process.
  func start(_ request: LaunchRequest) throws(SystemError) -> Int32 {
    do throws(SystemError) {
      return try ask(request)
    } catch {
      guard error.isClosed else { throw error }
      // That one has ended is noticed by talking to it. If it has made a copy before, there are two
      // supervisors of one attempt: the run's lock lets one of them go on.
      return try ask(request)
    }
  }

  private func ask(_ request: LaunchRequest) throws(SystemError) -> Int32 {
    if socket == nil { try begin() }
    switch try answer(to: request) {
    case .started(let pid): return pid
    case .failed(let code): throw SystemError("fork", "launcher", code: code)
    }
  }

  private func answer(to request: LaunchRequest) throws(SystemError) -> LaunchAnswer {
    do throws(SystemError) {
      let message = try socket?.ask(request.bytes, handing: request.descriptors)
      if let answer = message.flatMap(LaunchAnswer.init) { return answer }
      throw SystemError.closed("launcher")
    } catch {
      // It may be stopped for good.
      if socket != nil, pid > 0 { Child.send(.kill, to: pid) }
      socket = nil
      throw error
    }
  }

  /// Starts the launcher.
  private func begin() throws(SystemError) {
    var environment = ["PATH", "HOME", "TZDIR"].compactMap { name in
      Environment.value(name).map { "\(name)=\($0)" }
    }
    #if DEBUG
      // Faults for supervisors alone; see Seam in LinuxIO.
      if let fault = Environment.value("JOBRUN_SUPERVISOR_FAULT") {
        environment.append("JOBRUN_FAULT=\(fault)")
      }
    #endif
    let pair = try MessageSocket.pair()
    pid = try Child.spawnDetached(
      path: "/proc/self/exe", arguments: ["jobrun", Launcher.verb, spoolPath, Launcher.room],
      environment: environment, input: pair.other.descriptor, output: null, error: null)
    let own = pair.one
    try own.setPatience(LauncherLink.patience)
    socket = consume own
  }

  /// A child of this process has ended.
  func take(_ end: ChildEnd) {
    guard end.pid == pid else { return }
    pid = 0
    socket = nil
  }
}
