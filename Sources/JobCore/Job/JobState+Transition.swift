// The transitions of a job: pure functions of (state, event, now). Whoever changes a state
// file, daemon or command, goes through here, so that there is one set of rules.

extension JobState {
  /// How late a firing may begin and still count as on time; later it has been missed.
  static let misfireGrace = TimeSpan.seconds(60)

  /// The first state of a job.
  public static func submitted(
    id: String, number: Int, spec: JobSpec, schedule: Schedule, at now: Instant
  ) -> JobState {
    var cursor = now
    // A window that opens later is not looked at before it does; one that opened earlier
    // is not made up for.
    if let start = spec.startDate, start > now {
      cursor = Instant(milliseconds: start.milliseconds - 1)
    }
    var state = JobState(
      id: id, number: number, spec: spec, submittedAt: now, phase: .held(nil), cursor: cursor)
    state.decide(.submitted, "submitted", at: now)
    let isOver = spec.endDate.map { $0 < now } ?? false
    if spec.runImmediately, !isOver {
      let attempt = Attempt(run: 1, scheduledAt: now, origin: .immediate)
      state.decide(.due, "at once: runImmediately", at: now)
      // A job without quartzDef has one run in all, and this is it.
      if spec.runOnce || !schedule.isRecurring { state.scheduleEnded = true }
      state.phase = .queued(attempt)
      if spec.hold { state.phase = .held(attempt) }
    } else if !spec.hold {
      state.settle(schedule, at: now)
    }
    if spec.hold { state.decide(.held, "submitted on hold", at: now) }
    return state
  }

  /// The state after an event, its revision one higher.
  /// - Throws: `Refusal` if the event is not possible in this phase.
  public func applying(
    _ event: JobEvent, schedule: Schedule, at now: Instant
  ) throws(Refusal) -> JobState {
    var next = self
    switch event {
    case .due: try next.becomeDue(schedule, at: now)
    case .launch: try next.launch(at: now)
    case .supervised: try next.becomeSupervised(at: now)
    case .ended(let record): try next.end(record, schedule, at: now)
    case .cancel(let request): try next.cancel(request, schedule, at: now)
    case .rerun: try next.rerun(schedule, at: now)
    case .hold: try next.hold(at: now)
    case .release: try next.release(schedule, at: now)
    }
    next.revision += 1
    return next
  }

  // MARK: Events

  private mutating func becomeDue(_ schedule: Schedule, at now: Instant) throws(Refusal) {
    switch phase {
    case .waiting(let until) where until <= now:
      settle(schedule, at: now)
    case .backoff(let attempt, let until) where until <= now:
      phase = .queued(attempt)
    case .waiting, .backoff:
      throw Refusal("it is not due yet")
    case .held, .queued, .starting, .running, .succeeded, .failed, .cancelled, .expired:
      throw Refusal("it waits for no instant")
    }
  }

  private mutating func launch(at now: Instant) throws(Refusal) {
    switch phase {
    case .queued(var attempt):
      attempt.launches = 1
      runs = max(runs, attempt.run)
      attempts = attempt.attempt
      percentCompleted = nil
      progressText = nil
      phase = .starting(attempt)
      decide(.started, "run \(attempt.run), attempt \(attempt.attempt)", at: now)
    case .starting(var attempt), .running(var attempt):
      attempt.launches += 1
      phase = .starting(attempt)
      decide(.started, "launch \(attempt.launches): no supervisor had taken hold", at: now)
    case .held, .waiting, .backoff, .succeeded, .failed, .cancelled, .expired:
      throw Refusal("no attempt is due")
    }
  }

  private mutating func becomeSupervised(at now: Instant) throws(Refusal) {
    guard case .starting(let attempt) = phase else { throw Refusal("no attempt is being started") }
    phase = .running(attempt)
  }

  private mutating func end(
    _ record: ExitRecord, _ schedule: Schedule, at now: Instant
  ) throws(Refusal) {
    guard let attempt = phase.liveAttempt, attempt.run == record.outcome.run,
      attempt.attempt == record.outcome.attempt
    else { throw Refusal("that attempt is not live") }
    outputs = record.outputs
    percentCompleted = record.percentCompleted
    progressText = record.progressText
    finishAttempt(attempt, record.outcome, schedule, at: now)
  }

  private mutating func cancel(
    _ request: CancelRequest, _ schedule: Schedule, at now: Instant
  ) throws(Refusal) {
    switch phase {
    case .starting, .running:
      // A wish to end the job is never weakened to one that ends only the run.
      if let standing = cancelRequest, !standing.onlyRun, request.onlyRun { return }
      cancelRequest = request
      let what = request.onlyRun ? "run asked to stop" : "asked to stop"
      decide(.cancelled, "\(what): \(request.explanation)", at: now)
    case .queued(let attempt), .backoff(let attempt, _):
      guard request.onlyRun else { return finishCancelled(request, at: now) }
      runs = max(runs, attempt.run)
      cancelRequest = request
      finishAttempt(
        attempt,
        Outcome(
          .cancelled(reason: request.explanation), of: attempt, startedAt: nil, endedAt: now),
        schedule, at: now)
    case .held, .waiting:
      if request.onlyRun { throw Refusal("no run of it is under way; leave --run out") }
      finishCancelled(request, at: now)
    case .succeeded, .failed, .cancelled, .expired:
      throw Refusal("it has already ended: \(phase.word.rawValue)")
    }
  }

  private mutating func rerun(_ schedule: Schedule, at now: Instant) throws(Refusal) {
    if !spec.canReRun { throw Refusal("its canReRun is false") }
    if let limit = spec.maximumDateTimeToExecuteJob, limit < now {
      throw Refusal("its maximumDateTimeToExecuteJob \(limit.rfc3339) is past")
    }
    switch phase {
    case .succeeded, .failed, .cancelled, .expired: break
    case .waiting:
      if !schedule.isRecurring { throw Refusal("it has not run yet: it starts by itself") }
    case .held: throw Refusal("it is held: release it")
    case .queued, .starting, .running, .backoff:
      throw Refusal("a run of it is under way: \(phase.word.rawValue)")
    }
    finishedAt = nil
    cancelRequest = nil
    phase = .queued(Attempt(run: runs + 1, scheduledAt: now, origin: .rerun))
    decide(.rerun, "run \(runs + 1) on request", at: now)
  }

  private mutating func hold(at now: Instant) throws(Refusal) {
    switch phase {
    case .waiting: phase = .held(nil)
    case .queued(let attempt), .backoff(let attempt, _): phase = .held(attempt)
    case .starting, .running:
      holdRequested = true
      return decide(.held, "to be held after this run", at: now)
    case .held: throw Refusal("it is held already")
    case .succeeded, .failed, .cancelled, .expired:
      throw Refusal("it has already ended: \(phase.word.rawValue)")
    }
    decide(.held, "held on request", at: now)
  }

  private mutating func release(_ schedule: Schedule, at now: Instant) throws(Refusal) {
    switch phase {
    case .held(let attempt?):
      decide(.released, "released: run \(attempt.run) goes on", at: now)
      skipFirings(schedule, through: now, because: "the job was held")
      phase = .queued(attempt)
    case .held(nil):
      decide(.released, "released", at: now)
      skipFirings(schedule, through: now, because: "the job was held")
      settle(schedule, at: now)
    case .starting, .running:
      guard holdRequested else { throw Refusal("it is not held") }
      holdRequested = false
      decide(.released, "released before the hold took effect", at: now)
    case .waiting, .queued, .backoff, .succeeded, .failed, .cancelled, .expired:
      throw Refusal("it is not held")
    }
  }

  // MARK: What follows

  /// Records the end of an attempt and goes on: retry, hold, next firing, or a final phase.
  private mutating func finishAttempt(
    _ attempt: Attempt, _ ended: Outcome, _ schedule: Schedule, at now: Instant
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
    if !outcome.succeeded, request == nil, !outcome.wasCancelled,
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
    scheduleEnded || !schedule.isRecurring || schedule.next(after: cursor) == nil
  }

  /// Finds the phase of a job that has nothing under way.
  /// - Parameter ranUntil: the end of the run that kept it busy, if there was one.
  private mutating func settle(_ schedule: Schedule, at now: Instant, ranUntil: Instant? = nil) {
    if scheduleEnded { return finish(schedule, at: now) }
    guard schedule.isRecurring else { return settleSingle(at: now, schedule) }
    guard let next = schedule.next(after: cursor) else { return finish(schedule, at: now) }
    if next.instant > now {
      phase = .waiting(until: next.instant)
    } else if ranUntil == nil, now - next.instant <= JobState.misfireGrace {
      let rule = next.rule.map { ", \($0.rawValue) by daylight saving" } ?? ""
      decide(.due, "firing of \(next.instant.rfc3339)\(rule)", at: now)
      fire(next)
    } else {
      catchUp(schedule, at: now, ranUntil: ranUntil)
    }
  }

  /// A job without quartzDef: its one run, late if need be, but not after its window.
  private mutating func settleSingle(at now: Instant, _ schedule: Schedule) {
    let instant = spec.startDate ?? submittedAt
    let isLate = now - instant > JobState.misfireGrace
    if instant > now {
      phase = .waiting(until: instant)
    } else if let end = schedule.end, end < (isLate ? now : instant) {
      // On time counts from the instant, not from when somebody looked: start and end may be
      // the same.
      finish(schedule, at: now)
    } else {
      if isLate {
        decide(.late, "due at \(instant.rfc3339); it runs late", at: now)
      } else if spec.startDate != nil {
        decide(.due, "its startDate \(instant.rfc3339) has come", at: now)
      }
      scheduleEnded = true
      fire(Firing(instant: instant))
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

  /// Firings were missed: while an earlier run was busy, or while nobody looked. One run
  /// stands for all of them, the latest, and the rest is on record.
  private mutating func catchUp(_ schedule: Schedule, at now: Instant, ranUntil: Instant?) {
    var through = now
    // A firing missed in downtime is not made up after the window; one that came due
    // during a run counts as queued then.
    if let end = schedule.end, end < now { through = min(ranUntil ?? cursor, now) }
    let because = ranUntil == nil ? "nobody was there to start it" : "the run before was busy"
    guard let latest = schedule.latest(after: cursor, through: through) else {
      skipFirings(schedule, through: now, because: "\(because), and the window is over")
      return settle(schedule, at: now)
    }
    let count = schedule.count(after: cursor, through: through, limit: 1000)
    let many = count < 1000 ? "\(count)" : "1000 or more"
    decide(
      .late,
      count == 1
        ? "due at \(latest.instant.rfc3339), but \(because); it runs now"
        : "\(many) firings came due up to \(latest.instant.rfc3339), but \(because); "
          + "one run stands for them",
      at: now)
    fire(latest)
    skipFirings(schedule, through: now, because: "\(because), and the window is over")
  }

  /// Passes over the firings up to an instant, on record.
  private mutating func skipFirings(
    _ schedule: Schedule, through now: Instant, because: String
  ) {
    guard !scheduleEnded, schedule.isRecurring,
      let last = schedule.latest(after: cursor, through: now)
    else {
      return
    }
    let count = schedule.count(after: cursor, through: now, limit: 1000)
    let many = count < 1000 ? "\(count)" : "1000 or more"
    decide(
      .skipped, "\(many) firing(s) up to \(last.instant.rfc3339) skipped: \(because)", at: now)
    cursor = last.instant
  }

  /// Nothing is left to do: the last outcome decides.
  private mutating func finish(_ schedule: Schedule, at now: Instant) {
    scheduleEnded = true
    guard let outcome = lastOutcome else {
      phase = .expired(reason: "no firing is left in its window, and none ever ran")
      decide(.expired, "no firing is left in its window, and none ever ran", at: now)
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

  private mutating func finishCancelled(_ request: CancelRequest, at now: Instant) {
    scheduleEnded = true
    cancelRequest = nil
    phase = .cancelled(reason: request.explanation)
    finishedAt = now
    decide(.cancelled, request.explanation, at: now)
  }
}
