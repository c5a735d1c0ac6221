// What follows when a job has nothing under way: a retry, the next firing, one that was missed,
// or the end.

extension JobState {
  /// Records the end of an attempt and goes on: retry, hold, next firing, or a final phase.
  mutating func finishAttempt(
    _ attempt: Attempt, _ ended: Outcome, _ schedule: Schedule, at now: Instant,
    mayRetry: Bool = true
  ) {
    var outcome = ended
    outcome.judge(by: spec)
    record(outcome)
    decide(.ended, "run \(outcome.run), attempt \(outcome.attempt): \(outcome.summary)", at: now)
    let request = cancelRequest
    cancelRequest = nil
    let isHeld = holdRequested
    holdRequested = false

    if let request, !request.onlyRun, !(outcome.succeeded && isLastRun(schedule)) {
      return finishCancelled(request, at: now)
    }
    if mayRetry, !outcome.succeeded, request == nil, !outcome.wasCancelled,
      let wait = spec.retry.wait(after: attempt.attempt)
    {
      let next = attempt.retried()
      decide(
        .retried, "attempt \(next.attempt) of \(spec.retry.count + 1) in \(wait)", at: now)
      phase = isHeld ? .held(next) : .backoff(next, until: now + wait)
      return
    }
    // Where nothing follows there is nothing to hold: the job ends as it would have.
    if isHeld, !isLastRun(schedule) {
      phase = .held(nil)
      return
    }
    settle(schedule, at: now, ranUntil: outcome.endedAt)
  }

  /// Whether no firing can follow what has just run.
  private func isLastRun(_ schedule: Schedule) -> Bool {
    // Of files nobody knows the last.
    if spec.fileTrigger != nil { return scheduleEnded }
    return scheduleEnded || !schedule.isRecurring || schedule.next(after: cursor) == nil
  }

  /// How much later than its firings this job begins: by jitter, the same time for every run.
  public var startDelay: TimeSpan {
    guard let jitter = spec.jitter else { return .zero }
    // FNV-1a, and a last mixing, for ids that differ in one letter only.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ hash >> 32) &* 0xd6e8_feb8_6659_fd93
    let (part, _) = hash.multipliedFullWidth(by: UInt64(jitter.milliseconds))
    return TimeSpan(milliseconds: Int64(part))
  }

  /// When an attempt may begin: its instant, and jitter where others may have chosen that too.
  public func beginning(of attempt: Attempt) -> Instant {
    let isScheduled =
      attempt.origin == .schedule && (!spec.quartz.isEmpty || spec.startDate != nil)
    return isScheduled ? attempt.scheduledAt + startDelay : attempt.scheduledAt
  }

  /// Finds the phase of a job that has nothing under way.
  /// - Parameter ranUntil: the end of the run that kept it busy, if there was one.
  mutating func settle(_ schedule: Schedule, at now: Instant, ranUntil: Instant? = nil) {
    if scheduleEnded { return finish(schedule, at: now) }
    if !openParents.isEmpty {
      phase = .awaiting
      return
    }
    if spec.fileTrigger != nil {
      return settleForFiles(schedule, at: now, hasRun: ranUntil != nil)
    }
    if let ranUntil { skipOverlaps(schedule, until: ranUntil, at: now) }
    guard schedule.isRecurring else { return settleSingle(at: now, schedule) }
    guard let next = schedule.next(after: cursor) else { return finish(schedule, at: now) }
    // Firings up to here should have begun by now.
    let horizon = now - startDelay
    guard next.instant <= horizon else {
      phase = .waiting(until: next.instant + startDelay)
      return
    }
    let isAlone = schedule.next(after: next.instant, through: horizon) == nil
    // What comes due in the moment a run ends has not been in its way.
    let wasFree = ranUntil.map { $0 - startDelay <= next.instant } ?? true
    if isAlone, wasFree, horizon - next.instant <= spec.misfireGrace {
      let rule = next.rule.map { ", \($0.rawValue) by daylight saving" } ?? ""
      decide(.due, "firing of \(next.instant.rfc3339)\(rule)", at: now)
      fire(next)
    } else {
      catchUp(schedule, at: now, ranUntil: ranUntil)
    }
  }

  /// A job without quartzDef: its one run.
  private mutating func settleSingle(at now: Instant, _ schedule: Schedule) {
    guard let start = spec.startDate else {
      // It is to run now, whenever that is: no rule for instants has a say, only its window.
      if let end = schedule.end, end < now { return finish(schedule, at: now) }
      scheduleEnded = true
      return fire(Firing(instant: max(submittedAt, cursor)))
    }
    let due = start + startDelay
    let isLate = now - due > spec.misfireGrace
    if let rule = schedule.exclusion(at: start) {
      finish(
        schedule, at: now,
        because: "its only firing, \(start.rfc3339), is one that \(rule) takes away", rule: rule)
    } else if due > now {
      phase = .waiting(until: due)
    } else if isLate, spec.misfire == .skip {
      finish(
        schedule, at: now,
        because: "its only firing, \(start.rfc3339), was missed: misfire is skip", missed: true)
    } else if isLate, spec.misfire != .all, let end = schedule.end, end < now {
      finish(schedule, at: now)
    } else {
      decide(
        isLate ? .late : .due,
        isLate
          ? "due at \(start.rfc3339); it runs late"
          : "its startDate \(start.rfc3339) has come", missed: isLate, at: now)
      scheduleEnded = true
      fire(Firing(instant: start))
    }
  }

  private mutating func fire(_ firing: Firing) {
    cursor = max(cursor, firing.instant)
    if spec.runOnce { scheduleEnded = true }
    phase = .queued(
      Attempt(
        run: runs + 1, scheduledAt: firing.instant, origin: .schedule,
        rule: firing.rule?.rawValue))
  }

  /// Firings were missed: while an earlier run was busy, or while nobody looked. The misfire
  /// rule says which of them still run; the rest is on record.
  private mutating func catchUp(_ schedule: Schedule, at now: Instant, ranUntil: Instant?) {
    let horizon = now - startDelay
    let busyThrough = ranUntil.map { min($0 - startDelay, horizon) }
    if spec.misfire == .all, !spec.runOnce {
      return makeUp(schedule, at: now, horizon, busyThrough)
    }
    var after = cursor
    var through = horizon
    var closed: String?
    let graceBegins = horizon - spec.misfireGrace - TimeSpan(milliseconds: 1)
    if spec.misfire != .all,
      schedule.latest(after: max(cursor, graceBegins), through: horizon) == nil
    {
      closed = closing(schedule, horizon, now)
      // What came due during a run counts as queued then; what was missed in downtime does not.
      if closed != nil { through = busyThrough ?? cursor }
    }
    // Whoever saw the run end in time was there for what came due during it.
    let sawItsEnd = ranUntil.map { now - $0 <= spec.misfireGrace } ?? false
    if spec.misfire == .skip, !sawItsEnd {
      after = max(cursor, graceBegins)
      closed = closed ?? "misfire is skip"
    }
    let missing = "nobody was there to start it"
    let reason = closed.map { "\(missing), and \($0)" } ?? missing
    // The first firing is the one of a job that runs once, the latest stands for all otherwise.
    let chosen =
      spec.runOnce
      ? schedule.next(after: after, through: through)
      : schedule.latest(after: after, through: through)
    guard let chosen else {
      skipFirings(schedule, through: horizon, because: reason, missed: true, at: now)
      return settle(schedule, at: now)
    }
    skipFirings(schedule, through: after, because: reason, missed: true, at: now)
    let isBusy = busyThrough.map { chosen.instant <= $0 } ?? false
    let busy =
      spec.overlap == .replace ? "the run before was stopped for it" : "the run before was busy"
    let because = isBusy ? busy : missing
    let count = schedule.count(
      after: cursor, through: chosen.instant, limit: JobState.countLimit)
    decide(
      .late,
      count == 1
        ? "due at \(chosen.instant.rfc3339), but \(because); it runs now"
        : "\(JobState.counted(count)) came due up to \(chosen.instant.rfc3339), but "
          + "\(because); one run stands for them",
      missed: !isBusy, at: now)
    fire(chosen)
    skipFirings(schedule, through: horizon, because: reason, missed: true, at: now)
  }

  /// Why what was missed is not made up now, if it is not.
  private func closing(_ schedule: Schedule, _ horizon: Instant, _ now: Instant) -> String? {
    if let end = schedule.end, end < horizon { return "the window is over" }
    return schedule.exclusion(at: now).map { "now is a time that \($0) takes away" }
  }

  /// `misfire` all: the missed firings run one after the other; the others wait for this
  /// function's next turn, at the end of the run.
  private mutating func makeUp(
    _ schedule: Schedule, at now: Instant, _ horizon: Instant, _ busyThrough: Instant?
  ) {
    var backlog: [Firing] = []
    var through = horizon
    while backlog.count <= Misfire.longestBacklog,
      let firing = schedule.latest(after: cursor, through: through)
    {
      backlog.append(firing)
      through = Instant(milliseconds: firing.instant.milliseconds - 1)
    }
    if backlog.count > Misfire.longestBacklog {
      let tooOld = backlog.removeLast()
      skipFirings(
        schedule, through: tooOld.instant,
        because: "only the latest \(Misfire.longestBacklog) are made up", missed: true,
        at: now)
    }
    guard let first = backlog.popLast() else { return settle(schedule, at: now) }
    let more = backlog.isEmpty ? "" : "; \(backlog.count) more after it"
    // One that came due during a run has only waited for its end.
    let isBusy = busyThrough.map { first.instant <= $0 } ?? false
    decide(
      .late, "due at \(first.instant.rfc3339); it is made up now\(more)", missed: !isBusy, at: now)
    fire(first)
  }

  /// Firings are counted this far: nobody needs to know exactly how many seconds a year has.
  private static let countLimit = 1000

  private static func counted(_ count: Int) -> String {
    count < countLimit ? count.counted("firing") : "\(countLimit) or more firings"
  }

  /// Passes over the firings up to an instant, on record.
  mutating func skipFirings(
    _ schedule: Schedule, through last: Instant, because: String, missed: Bool = false,
    at now: Instant
  ) {
    guard !scheduleEnded, schedule.isRecurring, spec.fileTrigger == nil,
      let latest = schedule.latest(after: cursor, through: last)
    else {
      return
    }
    let count = schedule.count(after: cursor, through: last, limit: JobState.countLimit)
    decide(
      .skipped,
      "\(JobState.counted(count)) up to \(latest.instant.rfc3339) skipped: \(because)",
      missed: missed, at: now)
    cursor = latest.instant
  }

  /// Nothing is left to do: the last outcome decides, if it is one of this document's.
  /// - Parameters:
  ///   - rule: the rule of the document that is the reason, if one is.
  ///   - missed: its only firing was missed.
  mutating func finish(
    _ schedule: Schedule, at now: Instant, because: String? = nil, rule: String? = nil,
    missed: Bool = false
  ) {
    scheduleEnded = true
    guard let outcome = lastOutcome, outcome.run > runsBefore else {
      let left =
        schedule.hasExclusions
        ? "its window, day rule and blackout leave no firing" : "no firing is left in its window"
      let none = runsBefore > 0 ? "none ran since it was redefined" : "none ever ran"
      let reason = because ?? "\(left), and \(none)"
      phase = .expired(reason: reason)
      decide(.expired, reason, missed: missed, at: now)
      decisions[decisions.count - 1].rule = rule
      finishedAt = now
      return
    }
    if outcome.succeeded {
      phase = .succeeded
    } else if case .cancelled(let reason) = outcome.kind {
      phase = .cancelled(reason: reason)
    } else {
      phase = .failed(reason: outcome.summary)
    }
    finishedAt = now
    let summary = outcome.summary
    decide(
      .finished, outcome.wasCancelled ? summary : "\(phase.word.rawValue): \(summary)", at: now)
  }

  mutating func finishCancelled(_ request: CancelRequest, at now: Instant) {
    scheduleEnded = true
    cancelRequest = nil
    phase = .cancelled(reason: request.explanation)
    finishedAt = now
    decide(.cancelled, request.explanation, at: now)
  }
}
