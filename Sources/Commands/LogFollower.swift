// logs --follow: new output as it comes, through retries, until the run has ended.

import JobCore
import JobSpool
import LinuxIO

/// Follows the output of one run.
final class LogFollower {
  private let session: Session
  private let job: String
  private let file: String
  private var run: Int?
  private let watch: FileWatch
  private let poller: Poller

  init(_ session: Session, job: String, run: Int?, file: String) throws {
    self.session = session
    self.job = job
    self.run = run
    self.file = file
    watch = try FileWatch()
    poller = try Poller()
    let path = try session.spool().path
    _ = try watch.add(path: "\(path)/jobs", for: [.movedIn])
    _ = try watch.add(path: "\(path)/done", for: [.movedIn])
    try poller.add(watch.descriptor, token: 0)
  }

  /// Prints until the run has ended.
  func follow(lines: Int?) throws -> Int32 {
    var lines = lines
    var printed: Set<String> = []
    while true {
      guard let state = try state() else { return ExitCode.success }
      let name = try session.spool().latestAttempt(job, run: run)
      if let name, !printed.contains(name), name != LogFollower.upcoming(state) {
        printed.insert(name)
        run = run ?? Int(name.prefix { $0 != "." })
        try followAttempt(name, lines: lines)
        // A retry's output is new altogether.
        lines = nil
        continue
      }
      if state.phase.isFinal || isOver(state) { return ExitCode.success }
      _ = try poller.wait()
      _ = try watch.hints()
    }
  }

  /// The attempt that has a directory, perhaps, and has not been started.
  private static func upcoming(_ state: JobState) -> String? {
    switch state.phase {
    case .queued(let attempt), .backoff(let attempt, _), .held(let attempt?):
      attempt.directoryName
    case .held(nil), .waiting, .starting, .running, .succeeded, .failed, .cancelled, .expired: nil
    }
  }

  /// Whether the run that was followed has come to its end.
  private func isOver(_ state: JobState) -> Bool {
    guard let run else { return false }
    switch state.phase {
    case .backoff(let attempt, _), .queued(let attempt), .starting(let attempt),
      .running(let attempt):
      return attempt.run > run
    case .held(let attempt): return attempt.map { $0.run > run } ?? true
    case .waiting, .succeeded, .failed, .cancelled, .expired: return state.runs >= run
    }
  }

  private func followAttempt(_ name: String, lines: Int?) throws {
    let spool = try session.spool()
    let folder = "\(spool.path)/runs/\(job)/\(name)"
    // The supervisor makes the log when it starts, and names exit.json when the run is over.
    _ = try? watch.add(path: folder, for: [.created, .movedIn, .modified])
    var log: RunLog?
    while true {
      // Asked before the last look at the log: what was written before the end is in it.
      let isLive = try isLive(name)
      if log == nil {
        log = try spool.log(job, name, file)
        if let lines { try log?.seek(toLast: lines) }
      }
      if let log { try LogsCommand.print(log, session) }
      if !isLive { return }
      _ = try poller.wait()
      _ = try watch.hints()
    }
  }

  private func isLive(_ name: String) throws -> Bool {
    try state()?.phase.liveAttempt?.directoryName == name
  }

  /// The job as it stands, with an end that no daemon has taken note of.
  private func state() throws -> JobState? {
    let spool = try session.spool()
    return try spool.job(job).map {
      spool.current($0.state, zones: session.zones, at: session.now)
    }
  }
}
