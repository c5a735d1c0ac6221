// Chores that nobody waits for, done in small slices: unfinished writes, records of runs
// that nobody owns, and finished jobs whose time is over.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// What is left of one round of chores.
struct Housekeeping {
  /// Between two rounds, in milliseconds.
  private static let interval: Int64 = 6 * 3_600_000
  /// Names looked at in one turn of the loop.
  private static let slice = 50

  private var nextRound: Int64 = 0
  private var runs: [String] = []
  private var finished: [String] = []

  /// Whether the next turn has something to do here.
  var hasMore: Bool { !runs.isEmpty || !finished.isEmpty }

  /// Does a little.
  mutating func step(_ spool: Spool, _ log: Log, at now: Instant) throws(SpoolError) {
    if !hasMore {
      guard Clock.boot.milliseconds >= nextRound else { return }
      nextRound = Clock.boot.milliseconds + Housekeeping.interval
      try spool.sweepTemporary(at: now)
      runs = try spool.jobsWithRuns()
      finished = try spool.finishedIdentifiers()
    }
    for _ in 0..<Housekeeping.slice {
      guard let id = runs.last else { break }
      try alone(id, log) { () throws(SpoolError) in
        for attempt in try spool.sweepRuns(id) {
          log.warning("\(attempt): a supervisor runs it, and the state does not name it", job: id)
        }
      }
      runs.removeLast()
    }
    for _ in 0..<Housekeeping.slice {
      guard let id = finished.last else { break }
      try alone(id, log) { () throws(SpoolError) in
        if try spool.purge(id, at: now) { log.info("purged: its purgeDays are over", job: id) }
      }
      finished.removeLast()
    }
  }

  /// What cannot be done for one job now is tried again in the next round.
  /// - Throws: `busy`, which concerns all of them.
  private func alone(
    _ id: String, _ log: Log, _ body: () throws(SpoolError) -> Void
  ) throws(SpoolError) {
    do throws(SpoolError) {
      try body()
    } catch {
      if case .busy = error { throw error }
      log.warning("housekeeping: \(error)", job: id)
    }
  }
}
