// One hook that runs: a child with the event on its standard input, a time limit, and the last of
// what it writes.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// The process of a hook.
final class HookProcess {
  /// From TERM to KILL, in milliseconds.
  private static let killGrace: Int64 = 5000
  /// What is kept of its output.
  private static let tailLimit = 16 << 10
  /// Read at one go.
  private static let block = 1 << 16
  /// When it has ended, not more than so many blocks are read of what its children may go on
  /// writing.
  private static let lastBlocks = 64

  /// Its number, and that of its group.
  let pid: Int32
  private let output: Descriptor
  private let report: StartReport
  private let arguments: [String]
  private let environment: [String: String]
  private let directory: String
  private let limit: TimeSpan
  private var tail: [UInt8] = []
  private var dropped = 0
  private var isOpen = true
  private var hasTimedOut = false
  /// When it is to be stopped, or stopped harder: an instant of the boot clock.
  private(set) var stopAt: Int64

  /// Starts a hook, and waits for nothing: its working directory may be on a file server that does
  /// not answer.
  /// - Parameters:
  ///   - directory: absolute path of its working directory; `/` is taken if that cannot be entered.
  ///   - token: under which its output is watched.
  init(
    _ hook: Hook, input: [UInt8], environment: [String: String], directory: String,
    null: borrowing Descriptor, descriptorLimit: UInt64, poller: borrowing Poller, token: UInt64
  ) throws(SystemError) {
    let pipe = try Descriptor.pipe()
    try pipe.read.setNonBlocking()
    arguments = hook.command.arguments
    self.environment = environment
    self.directory = directory
    var plan = GatedChild.Plan(
      arguments: arguments, environment: environment.map { "\($0.key)=\($0.value)" },
      directory: directory, umask: 0o077, descriptorLimit: descriptorLimit)
    plan.otherDirectory = "/"
    let child = try GatedChild(
      plan, input: Descriptor.memory(input, name: "event"), output: pipe.write, error: pipe.write,
      closing: null.duplicate())
    pid = child.pid
    limit = hook.timeout
    stopAt = Clock.boot.milliseconds + hook.timeout.milliseconds
    output = pipe.read
    // Before it is let go: of one that cannot be watched nothing has run.
    try poller.add(output, token: token)
    do throws(SystemError) {
      report = try child.letGo()
    } catch {
      _ = try? poller.remove(output)
      throw error
    }
  }

  /// Takes some of what it has written, without waiting.
  func take(_ poller: borrowing Poller) {
    guard isOpen else { return }
    do throws(SystemError) {
      let bytes = try output.read(limit: HookProcess.block)
      isOpen = !bytes.isEmpty
      keep(bytes)
    } catch {
      if error.isWouldBlock { return }
      isOpen = false
    }
    if !isOpen { _ = try? poller.remove(output) }
  }

  private func keep(_ bytes: [UInt8]) {
    tail += bytes
    let excess = tail.count - HookProcess.tailLimit
    guard excess > 0 else { return }
    tail.removeFirst(excess)
    dropped += excess
  }

  /// Stops it if its time is over.
  func checkTime(at boot: Int64) {
    guard boot >= stopAt else { return }
    if hasTimedOut {
      Child.send(.kill, toGroup: pid)
      stopAt = .max
    } else {
      hasTimedOut = true
      Child.send(.terminate, toGroup: pid)
      stopAt = boot + HookProcess.killGrace
    }
  }

  /// Takes the rest of its output.
  /// - Returns: why it has failed; nil if it has not.
  func ended(_ end: ChildEnd, _ poller: borrowing Poller) -> String? {
    for _ in 0..<HookProcess.lastBlocks where isOpen {
      let before = tail.count + dropped
      take(poller)
      if tail.count + dropped == before { break }
    }
    if isOpen { _ = try? poller.remove(output) }
    isOpen = false
    if let failure = report.failure() {
      let start = StartFailure(
        failure: failure, arguments: arguments, environment: environment, directory: directory)
      return "not started: \(start.reason)"
    }
    if hasTimedOut {
      // What it has left in its group had the same time.
      Child.send(.kill, toGroup: pid)
      return "timed out after \(limit)"
    }
    if let signal = end.signal { return "signal \(signal)" }
    return end.code == 0 ? nil : "exit \(end.code ?? -1)"
  }

  /// The last of what it has written, each line whole but perhaps the first.
  var text: [UInt8] {
    var text = dropped > 0 ? Array("(\(dropped) bytes before this are left out)\n".utf8) : []
    text += tail
    if let last = text.last, last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
    return text
  }
}
