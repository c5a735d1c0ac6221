// How many jobs there are of each phase, counted by reading all of them.

public import JobCore

/// Jobs by phase at one moment.
public struct JobCounts: Hashable, Sendable {
  /// A phase that is missing has none.
  public internal(set) var phases: [Phase.Word: Int] = [:]
  /// State files that cannot be understood.
  public internal(set) var unreadable = 0
}

extension Spool {
  /// Counts the jobs as they really stand.
  public func countJobs(zones: ZoneFiles, at now: Instant) throws(SpoolError) -> JobCounts {
    var counts = JobCounts()
    counts.unreadable = try forEachJob { job in
      counts.phases[current(job.state, zones: zones, at: now).phase.word, default: 0] += 1
      return true
    }.count
    return counts
  }
}
