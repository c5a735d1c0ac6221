// Chores that nobody waits for, done in small slices: unfinished writes, old history, records
// of runs that nobody owns, finished jobs whose time is over, and what was quarantined long ago.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// What is left of one round of chores.
struct Housekeeping {
  /// Between two rounds, in milliseconds.
  private static let interval: Int64 = 6 * 3_600_000
  /// After one that could not begin.
  private static let shortInterval: Int64 = 60_000
  /// For so long a slice looks at further names, in milliseconds: others wait meanwhile.
  private static let slice: Int64 = 5
  /// Whoever holds state.lock longer will not hold up the daemon's chores: milliseconds.
  private static let patience: Int64 = 5

  /// What is gone through name by name.
  private enum Chore { case runs, finished, quarantine, locks }

  private var nextRound: Int64 = 0
  private var chores: [Chore] = []
  private var names: DirectoryStream?

  /// Whether the next turn has something to do here.
  var hasMore: Bool { !chores.isEmpty }

  /// Does a little.
  /// - Parameter isKept: whether a finished job is to stay although its time is over.
  mutating func step(
    _ spool: Spool, _ log: Log, at now: Instant, isKept: (String) -> Bool
  ) throws(SpoolError) {
    guard let chore = chores.first else {
      guard Clock.boot.milliseconds >= nextRound else { return }
      nextRound = Clock.boot.milliseconds + Housekeeping.shortInterval
      try spool.sweepTemporary(at: now)
      for name in try spool.trimHistory(at: now) {
        log.info("events/\(name): removed, its time is over")
      }
      chores = [.runs, .finished, .quarantine, .locks]
      nextRound = Clock.boot.milliseconds + Housekeeping.interval
      return
    }
    let isOver: Bool
    do throws(SpoolError) {
      if names == nil { names = try Housekeeping.names(for: chore, in: spool) }
      isOver =
        switch chore {
        case .runs: try sweepRuns(spool, log)
        case .finished: try purge(spool, log, at: now, isKept)
        case .quarantine: try trimQuarantine(spool, log, at: now)
        case .locks: try trimLocks(spool, log, at: now)
        }
    } catch {
      chores = []
      names = nil
      nextRound = Clock.boot.milliseconds + Housekeeping.shortInterval
      throw error
    }
    if isOver {
      names = nil
      chores.removeFirst()
    }
  }

  private static func names(
    for chore: Chore, in spool: Spool
  ) throws(SpoolError) -> DirectoryStream {
    switch chore {
    case .runs: try spool.namesWithRuns()
    case .finished: try spool.namesOfFinished()
    case .quarantine: try spool.namesInQuarantine()
    case .locks: try spool.namesOfLocks()
    }
  }

  /// Goes on through the names of a chore, for the time of a slice.
  /// - Returns: whether that was the last of them.
  private func forEach(_ body: (FileName) -> Bool) throws(SpoolError) -> Bool {
    try names?.forEach(for: Housekeeping.slice, body) ?? true
  }

  private func sweepRuns(_ spool: Spool, _ log: Log) throws(SpoolError) -> Bool {
    try forEach { name in
      guard let id = name.text, JobIdentifier.isValid(id) else { return true }
      Housekeeping.alone(id, log) { () throws(SpoolError) in
        for attempt in try spool.sweepRuns(id) {
          log.warning("\(attempt): a supervisor runs it, and the state does not name it", job: id)
        }
      }
      return true
    }
  }

  private func purge(
    _ spool: Spool, _ log: Log, at now: Instant, _ isKept: (String) -> Bool
  ) throws(SpoolError) -> Bool {
    var expired: [StoredJob] = []
    let isOver = try forEach { name in
      if let strange = Spool.strange(name, in: .done) {
        log.quarantine(strange, in: spool)
      } else if let id = name.text.flatMap(Spool.identifier(fileName:)), !isKept(id) {
        do throws(SpoolError) {
          if let job = try spool.expiredJob(id, at: now) { expired.append(job) }
        } catch .damaged(_, let reason) {
          log.quarantine(StrangeName(.done, name, reason), in: spool)
        } catch {
          log.warning("housekeeping: \(error)", job: id)
        }
      }
      return expired.count < Spool.purgeBatch
    }
    let results = try spool.purge(
      expired, because: "its purgeDays are over", at: now, patience: Housekeeping.patience)
    let removed = results.count { $0 == .removed }
    if removed > 0 { log.info("\(removed) finished job(s) purged: their purgeDays are over") }
    for (job, result) in zip(expired, results) {
      switch result {
      case .removed, .stale: break
      case .busy(let attempt):
        log.warning("\(attempt): a supervisor runs it, and the job has ended", job: job.state.id)
      case .failed(let error): log.warning("it cannot be purged: \(error)", job: job.state.id)
      }
    }
    return isOver
  }

  private func trimQuarantine(
    _ spool: Spool, _ log: Log, at now: Instant
  ) throws(SpoolError) -> Bool {
    try forEach { name in
      guard let name = name.text else { return true }
      Housekeeping.alone(name, log) { () throws(SpoolError) in
        if let removed = try spool.trimQuarantine(name, at: now) {
          log.info("corrupt/\(removed): removed after 90 days")
        }
      }
      return true
    }
  }

  private func trimLocks(
    _ spool: Spool, _ log: Log, at now: Instant
  ) throws(SpoolError) -> Bool {
    try forEach { name in
      guard let name = name.text else { return true }
      Housekeeping.alone(name, log) { () throws(SpoolError) in
        try spool.trimLock(name, at: now)
      }
      return true
    }
  }

  /// What cannot be done for one job now is tried again in the next round.
  private static func alone(_ id: String, _ log: Log, _ body: () throws(SpoolError) -> Void) {
    do throws(SpoolError) {
      try body()
    } catch {
      // A lock that somebody keeps is no news of this job.
      if case .busy = error { return }
      log.warning("housekeeping: \(error)", job: id)
    }
  }
}
