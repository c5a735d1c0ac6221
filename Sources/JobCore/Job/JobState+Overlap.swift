// Firings that come due while the job is busy, by the rule of its `overlap`.

extension JobState {
  /// When a firing comes due that is to stop the run under way, or to take the place of the next
  /// attempt; nil if none is.
  public func replacement(_ schedule: Schedule) -> Instant? {
    guard spec.overlap == .replace, !scheduleEnded, cancelRequest == nil, !holdRequested else {
      return nil
    }
    switch phase {
    case .starting, .running, .backoff:
      return schedule.next(after: cursor).map { $0.instant + startDelay }
    case .held, .awaiting, .waiting, .queued, .succeeded, .failed, .cancelled, .expired:
      return nil
    }
  }

  /// A firing has come due during a run: `replace` stops that.
  /// - Returns: false if none has, or the rule is another one.
  mutating func replaceRun(_ schedule: Schedule, at now: Instant) -> Bool {
    guard let due = replacement(schedule), due <= now,
      let firing = schedule.latest(after: cursor, through: now - startDelay)
    else { return false }
    let request = CancelRequest(
      at: now, reason: "replaced by the firing of \(firing.instant.rfc3339)", onlyRun: true)
    if case .backoff(let attempt, _) = phase {
      giveUp(attempt, request, schedule, at: now)
    } else {
      cancelRequest = request
      decide(.cancelled, "run asked to stop: \(request.explanation)", at: now)
    }
    return true
  }

  /// The attempt that begins now in place of a queued one: with `replace`, that of the latest firing
  /// that has come due since. It would be stopped at once otherwise.
  mutating func newest(_ attempt: Attempt, _ schedule: Schedule, at now: Instant) -> Attempt {
    // A retry belongs to a run that has begun, and is stopped like one once it runs.
    guard spec.overlap == .replace, !scheduleEnded, attempt.attempt == 1,
      let firing = schedule.latest(after: cursor, through: now - startDelay)
    else { return attempt }
    decide(
      .skipped,
      "what was due at \(attempt.scheduledAt.rfc3339) had not begun: "
        + "replaced by the firing of \(firing.instant.rfc3339)", at: now)
    cursor = firing.instant
    if spec.runOnce { scheduleEnded = true }
    return Attempt(
      run: attempt.run, scheduledAt: firing.instant, origin: .schedule, rule: firing.rule?.rawValue)
  }

  /// With `skip`, passes over what came due up to the end of a run.
  mutating func skipOverlaps(_ schedule: Schedule, until end: Instant, at now: Instant) {
    guard spec.overlap == .skip else { return }
    // What comes due in the moment a run ends has not been in its way.
    let last = Instant(milliseconds: min(end, now).milliseconds - 1) - startDelay
    skipFirings(
      schedule, through: last, because: "run \(lastOutcome?.run ?? runs) was under way", at: now)
  }
}
