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
      guard let state = try session.spool().job(job)?.state else { return ExitCode.success }
      let name = try LogsCommand.newest(of: job, run: run, session)
      if let name, !printed.contains(name) {
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
    guard let log = try spool.openLog(job, name, file) else { return try waitForEnd(name) {} }
    _ = try? watch.add(path: "\(spool.path)/runs/\(job)/\(name)/\(file)", for: [.modified])
    var tail = try Tail(log, lines: lines)
    try tail.print(session)
    while try isLive(name) {
      _ = try poller.wait()
      _ = try watch.hints()
      try tail.print(session)
    }
    // What was written between the last look and the end.
    try tail.print(session)
  }

  private func waitForEnd(_ name: String, _ body: () throws -> Void) throws {
    while try isLive(name) {
      _ = try poller.wait()
      _ = try watch.hints()
      try body()
    }
  }

  private func isLive(_ name: String) throws -> Bool {
    try session.spool().job(job)?.state.phase.liveAttempt?.directoryName == name
  }
}
