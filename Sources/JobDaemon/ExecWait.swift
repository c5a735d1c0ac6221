// What can end a wait of `jobrun exec`: a signal, or somebody who changes its job.

internal import JobSpool
internal import LinuxIO

/// A wait between attempts.
final class ExecWait {
  enum Event {
    /// The time has come, or something else that was added.
    case nothing
    case signal(Signal)
    /// The job's state file may be another one.
    case changed
  }

  private enum Token: UInt64 { case signals, jobs }

  /// For what else is waited for.
  static let other: UInt64 = 9

  let poller: Poller
  private let signals: SignalQueue
  private let jobs: FileWatch
  private let name: String

  /// Whoever begins to wait looks at the job afterwards: what happens from now on is told.
  init(_ spool: Spool, _ id: String) throws(SystemError) {
    poller = try Poller()
    signals = try SignalQueue(RunHost.execSignals)
    jobs = try FileWatch()
    name = "\(id).json"
    _ = try jobs.add(path: "\(spool.path)/jobs", for: [.created, .movedIn, .removed])
    try poller.add(signals.descriptor, token: Token.signals.rawValue)
    try poller.add(jobs.descriptor, token: Token.jobs.rawValue)
  }

  /// Waits for the next event.
  /// - Parameter end: not longer, in milliseconds of the boot clock.
  func next(until end: Int64?) throws(SystemError) -> Event {
    let rest = end.map { Int32(clamping: max(0, $0 - Clock.boot.milliseconds)) }
    for event in try poller.wait(timeout: rest) {
      switch Token(rawValue: event.token) {
      case .signals: if let signal = try signals.pending().first { return .signal(signal) }
      case .jobs:
        let isMine = try jobs.hints().contains { hint in
          if case .changed(_, let name, _) = hint { name == self.name } else { true }
        }
        if isMine { return .changed }
      case nil: break
      }
    }
    return .nothing
  }
}
