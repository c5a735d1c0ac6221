// Firings that come due while their job is busy and do not wait for its end: `overlap` replace.

internal import JobCore
internal import JobSpool

extension Daemon {
  /// The change by which a firing that has come due stops the run of its job, or takes the place of
  /// its next attempt; nil if none has.
  func replaceRun(_ stored: StoredJob, at now: Instant) throws -> StateChange? {
    // Nothing would follow.
    guard !isStopping, let schedule = try? zones.schedule(stored.state.spec),
      let due = stored.state.replacement(schedule), due <= now
    else { return nil }
    return try decide(stored, .due, at: now)
  }
}
