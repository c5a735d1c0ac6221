// The transitions of a job: pure functions of (state, event, now). Whoever changes a state
// file, daemon or command, goes through here, so that there is one set of rules.

extension JobState {
  /// The first state of a job.
  /// - Parameters:
  ///   - inheritance: of the job that it takes the place of.
  ///   - isExec: `jobrun exec` has it.
  public static func submitted(
    id: String, number: Int, spec: JobSpec, schedule: Schedule, at now: Instant,
    inheritance: Inheritance? = nil, isExec: Bool = false
  ) -> JobState {
    var cursor = inheritance.map { min($0.since, now) } ?? now
    // A window that opens later is not looked at before it does; one that opened earlier
    // is not made up for.
    if let start = spec.startDate, start > now { cursor = eve(of: start) }
    var state = JobState(
      id: id, number: number, spec: spec, submittedAt: now, phase: .held(nil), cursor: cursor)
    state.isExec = isExec
    state.knownFiles = inheritance?.knownFiles ?? []
    state.decide(.submitted, "submitted", at: now)
    state.settleAsNew(schedule, at: now)
    return state
  }

  /// Finds the phase of a job whose document has just come.
  mutating func settleAsNew(_ schedule: Schedule, at now: Instant) {
    if spec.after.isEmpty, let attempt = immediateAttempt(schedule, at: now) {
      phase = spec.hold ? .held(attempt) : .queued(attempt)
    } else if spec.hold {
      phase = .held(nil)
    } else {
      settle(schedule, at: now)
    }
    if spec.hold { decide(.held, "submitted on hold", at: now) }
  }

  /// `runImmediately`: the run that begins at once; nil if there is none.
  mutating func immediateAttempt(_ schedule: Schedule, at now: Instant) -> Attempt? {
    let isOver = spec.endDate.map { $0 < now } ?? false
    guard spec.runImmediately, !isOver else { return nil }
    decide(.due, "at once: runImmediately", at: now)
    // A job without quartzDef has one run in all, and this is it.
    if spec.runOnce || !schedule.isRecurring { scheduleEnded = true }
    return Attempt(run: runs + 1, scheduledAt: now, origin: .immediate)
  }

  /// The last instant before a window opens: nothing up to it counts.
  static func eve(of start: Instant) -> Instant {
    Instant(milliseconds: start.milliseconds - 1)
  }

  /// The state after an event, its revision one higher.
  /// - Parameters:
  ///   - who: the one who asked for it; what is decided now carries the name.
  ///   - schedule: of the job; of its new document, if it gets one.
  ///   - hooks: events that hooks of the spool want to be told of.
  /// - Throws: `Refusal` if the event is not possible in this phase.
  public func applying(
    _ event: JobEvent, by who: String? = nil, schedule: Schedule, hooks: Set<HookEvent> = [],
    at now: Instant
  ) throws(Refusal) -> JobState {
    var next = self
    if isExec, event == .rerun { throw Refusal("it belongs to jobrun exec: run it there again") }
    if isExec, event == .hold || event == .release {
      throw Refusal("it belongs to jobrun exec: what that runs cannot be held")
    }
    switch event {
    case .due: try next.becomeDue(schedule, at: now)
    case .launch: try next.launch(schedule, on: .local, at: now)
    case .launchOn(let engine): try next.launch(schedule, on: engine, at: now)
    case .supervised: try next.becomeSupervised(at: now)
    case .ended(let record): try next.end(record, schedule, at: now)
    case .cancel(let request): try next.cancel(request, schedule, at: now)
    case .retire(let reason): try next.retire(reason, schedule, at: now)
    case .parents(let sights): try next.take(sights, schedule, at: now)
    case .rerun: try next.rerun(schedule, at: now)
    case .files(let seen): try next.take(seen, schedule, at: now)
    case .fetched(let fetch): try next.take(fetch, schedule, at: now)
    case .redefine(let spec): try next.redefine(spec, schedule, at: now)
    case .hooked(let end): try next.take(end, at: now)
    case .abandoned(let record, let reason):
      try next.beAbandoned(record, because: reason, schedule, at: now)
    case .hold: try next.hold(at: now)
    case .release: try next.release(schedule, at: now)
    }
    next.noteEvents(since: self, wanted: hooks, at: now)
    next.revision += 1
    if let who {
      let new = next.decisions.lastIndex { $0 == decisions.last }.map { $0 + 1 } ?? 0
      for index in new..<next.decisions.count { next.decisions[index].by = who }
    }
    return next
  }

  // MARK: Events

  private mutating func becomeDue(_ schedule: Schedule, at now: Instant) throws(Refusal) {
    switch phase {
    case .waiting(let until) where until <= now:
      if isLooking(schedule, at: now) { throw Refusal("it waits for files") }
      settle(schedule, at: now)
    case .starting, .running, .backoff:
      if replaceRun(schedule, at: now) { return }
      guard case .backoff(let attempt, let until) = phase else {
        throw Refusal("it waits for no instant")
      }
      if until > now { throw Refusal("it is not due yet") }
      phase = .queued(attempt)
    case .waiting:
      throw Refusal("it is not due yet")
    case .held, .awaiting, .queued, .succeeded, .failed, .cancelled, .expired:
      throw Refusal("it waits for no instant")
    }
  }

  private mutating func launch(
    _ schedule: Schedule, on engine: EngineName, at now: Instant
  ) throws(Refusal) {
    switch phase {
    case .queued(let queued):
      var attempt = newest(queued, schedule, at: now)
      attempt.launches = 1
      attempt.engine = engine
      runs = max(runs, attempt.run)
      attempts = attempt.attempt
      percentCompleted = nil
      progressText = nil
      phase = .starting(attempt)
      lastFile = attempt.file ?? lastFile
      let file = attempt.file.map { " for \($0.place)" } ?? ""
      let place = engine == .slurm ? ", under Slurm" : ""
      decide(.started, "run \(attempt.run), attempt \(attempt.attempt)\(file)\(place)", at: now)
    case .starting(var attempt), .running(var attempt):
      attempt.launches += 1
      phase = .starting(attempt)
      decide(.started, "launch \(attempt.launches): no supervisor had taken hold", at: now)
    case .held, .awaiting, .waiting, .backoff, .succeeded, .failed, .cancelled, .expired:
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

  private mutating func beAbandoned(
    _ record: ExitRecord?, because reason: String, _ schedule: Schedule, at now: Instant
  ) throws(Refusal) {
    guard isExec, !phase.isFinal else { throw Refusal("no jobrun exec has it") }
    if let attempt = phase.liveAttempt {
      let lost = Outcome(.lost(reason: reason), of: attempt, startedAt: nil, endedAt: now)
      let record = record ?? ExitRecord(lost)
      outputs = record.outputs
      percentCompleted = record.percentCompleted
      progressText = record.progressText
      return finishAttempt(attempt, record.outcome, schedule, at: now, mayRetry: false)
    }
    scheduleEnded = true
    phase = .failed(reason: reason)
    finishedAt = now
    decide(.finished, "failed: \(reason)", at: now)
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
      giveUp(attempt, request, schedule, at: now)
    case .held, .awaiting, .waiting:
      if request.onlyRun { throw Refusal("no run of it is under way; leave --run out") }
      finishCancelled(request, at: now)
    case .succeeded, .failed, .cancelled, .expired:
      throw Refusal("it has already ended: \(phase.word.rawValue)")
    }
  }

  /// Ends a run whose next attempt has not begun.
  mutating func giveUp(
    _ attempt: Attempt, _ request: CancelRequest, _ schedule: Schedule, at now: Instant
  ) {
    runs = max(runs, attempt.run)
    cancelRequest = request
    finishAttempt(
      attempt,
      Outcome(.cancelled(reason: request.explanation), of: attempt, startedAt: nil, endedAt: now),
      schedule, at: now)
  }

  private mutating func retire(
    _ reason: String, _ schedule: Schedule, at now: Instant
  ) throws(Refusal) {
    // A firing that is due counts, whether the daemon has come by or not.
    if case .waiting(let until) = phase, until <= now, spec.fileTrigger == nil {
      settle(schedule, at: now)
    }
    switch phase {
    case .held, .awaiting, .waiting:
      finishCancelled(CancelRequest(at: now, reason: reason), at: now)
    // A retry belongs to its run.
    case .queued, .starting, .running, .backoff:
      if scheduleEnded { throw Refusal("nothing follows its run anyway") }
      scheduleEnded = true
      holdRequested = false
      decide(.retired, "\(reason): this run is its last", at: now)
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
    case .awaiting: throw Refusal("it has not run yet: it waits for other jobs")
    case .held: throw Refusal("it is held: release it")
    case .queued, .starting, .running, .backoff:
      throw Refusal("a run of it is under way: \(phase.word.rawValue)")
    }
    if spec.fileTrigger != nil, lastFile == nil {
      throw Refusal("no file has come yet: there is no run to repeat")
    }
    finishedAt = nil
    cancelRequest = nil
    forgetUnmetParents()
    phase = .queued(Attempt(run: runs + 1, scheduledAt: now, origin: .rerun, file: lastFile))
    let file = lastFile.map { " for \($0.place)" } ?? ""
    decide(.rerun, "run \(runs + 1) on request\(file)", at: now)
  }

  private mutating func hold(at now: Instant) throws(Refusal) {
    switch phase {
    case .awaiting, .waiting: phase = .held(nil)
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
      skipFirings(schedule, through: now - startDelay, because: "the job was held", at: now)
      phase = .queued(attempt)
    case .held(nil):
      decide(.released, "released", at: now)
      skipFirings(schedule, through: now - startDelay, because: "the job was held", at: now)
      settle(schedule, at: now)
    case .starting, .running:
      guard holdRequested else { throw Refusal("it is not held") }
      holdRequested = false
      decide(.released, "released before the hold took effect", at: now)
    case .awaiting, .waiting, .queued, .backoff, .succeeded, .failed, .cancelled, .expired:
      throw Refusal("it is not held")
    }
  }
}
