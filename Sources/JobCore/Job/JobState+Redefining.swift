// A job gets another document: it stays the same job, with its number, its runs and their history.

extension Decision.Kind {
  /// Its document is another one.
  public static let redefined = Decision.Kind(rawValue: "redefined")
}

extension JobState {
  /// Takes another document. A run that is due or under way goes on, under the plan that it was
  /// started with; a job that has ended starts over.
  /// - Parameter schedule: that of the new document.
  mutating func redefine(
    _ new: JobSpec, _ schedule: Schedule, at now: Instant
  ) throws(Refusal) {
    let differences = new.differences(from: spec)
    if differences.isEmpty { throw Refusal("it has that document already") }
    if isExec { throw Refusal("it belongs to jobrun exec: run it there again") }
    if let plan = spec.plan, new.plan != plan {
      throw Refusal("it belongs to the plan \"\(plan.plan)\": provision that anew")
    }
    let old = spec
    spec = new
    let keys = differences.map(\.key)
    let rest = phase.isFinal ? "; it starts again" : ""
    decide(.redefined, keys.map(\.rawValue).joined(separator: ", ") + rest, at: now)
    for parent in old.after where !new.after.contains(parent) { parents[parent.job] = nil }
    let isRetimed = !DocumentKey.ofSchedules.isDisjoint(with: keys)
    let isHeldNow = new.hold && !old.hold
    switch phase {
    case .held(nil):
      if isRetimed { beginSchedule(at: now, before: old) }
    case .awaiting, .waiting:
      if isRetimed { beginSchedule(at: now, before: old) }
      if isHeldNow {
        phase = .held(nil)
      } else if case .awaiting = phase, openParents.isEmpty {
        beginAfterParents(schedule, at: now)
      } else if isRetimed || new.after != old.after {
        settle(schedule, at: now)
      }
    case .held(_?):
      if isRetimed { continueSchedule(schedule, at: now) }
    case .queued(let attempt), .backoff(let attempt, _):
      if isRetimed { continueSchedule(schedule, at: now) }
      if isHeldNow { phase = .held(attempt) }
    case .starting, .running:
      if isRetimed { continueSchedule(schedule, at: now) }
      if isHeldNow { holdRequested = true }
    case .succeeded, .failed, .cancelled, .expired:
      finishedAt = nil
      runsBefore = runs
      parents = [:]
      fileTrouble = nil
      beginSchedule(at: now, before: old)
      return settleAsNew(schedule, at: now)
    }
    if isHeldNow { decide(.held, "its new document has hold", at: now) }
  }

  /// Firings count from now on: none before is made up, and none that has fired fires again.
  private mutating func beginSchedule(at now: Instant, before old: JobSpec) {
    scheduleEnded = false
    // A window that has not opened says nothing of what has fired; the latest run does, whatever the
    // clock says now.
    let isUnopened = old.startDate.map { JobState.eve(of: $0) == cursor && $0 > now } ?? false
    cursor = max(now, isUnopened ? lastOutcome?.scheduledAt ?? now : cursor)
    if let start = spec.startDate, start > now { cursor = max(cursor, JobState.eve(of: start)) }
  }

  /// The same while a run is due or under way: that is the one run of a job that has one.
  private mutating func continueSchedule(_ schedule: Schedule, at now: Instant) {
    cursor = max(cursor, now)
    let isLater = spec.startDate.map { $0 > now } ?? false
    scheduleEnded = schedule.isRecurring ? spec.runOnce : !isLater
  }
}
