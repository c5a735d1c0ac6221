// Jobs that run after others: they are looked at when one of those has ended or is gone, whoever
// brought that about, and once when they are first seen.

internal import JobCore
internal import JobSpool

extension Daemon {
  /// What follows for a job from what has become of its parents; nil if nothing does yet.
  func seeParents(_ stored: StoredJob, at now: Instant) throws -> StateChange? {
    // One that is in the table is live, and its end will be told.
    let unsure = stored.state.openParents.filter { !table.contains($0.job) }
    let sights = try spool.sights(of: unsure)
    return try decide(stored, .parents(sights), at: now)
  }
}
