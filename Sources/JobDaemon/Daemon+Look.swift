// Looking at a job: its file is read, and what is known of it, and of a run that it may have under
// way, decides what is to be written.

internal import JobCore
internal import JobSpool
internal import LinuxIO

extension Daemon {
  /// Looks at some of the jobs that are marked.
  func lookAtDirty(at now: Instant) -> [Pending] {
    var pending: [Pending] = []
    for _ in 0..<Daemon.slice {
      guard pending.count < batch, let id = dirty.popFirst() else { break }
      if let decision = alone(id, { try look(id, at: now) }) { pending.append(decision) }
    }
    return pending
  }

  /// Does something about one job. A failure is that job's own: it is told, and the job is
  /// looked at again later; it must never cost another job anything.
  func alone<Result>(_ id: String, _ body: () throws -> Result?) -> Result? {
    do {
      return try body()
    } catch {
      putAside([id])
      if let problem = Daemon.problem(error), problem.isShortage {
        holdBack(problem, job: id)
      } else {
        log.warning("\(error); looked at again in \(Daemon.shortageTime)", job: id)
      }
      return nil
    }
  }

  /// The system's reason for a failure, if there is one.
  private static func problem(_ error: any Error) -> SystemError? {
    if case .system(let problem)? = error as? SpoolError { return problem }
    return error as? SystemError
  }

  /// Marks jobs to be looked at again after a while.
  func putAside(_ ids: [String]) {
    aside.formUnion(ids)
    asideUntil = Clock.boot.milliseconds + Daemon.shortageTime.milliseconds
  }

  /// Reads one job and decides what is to be written about it, if anything.
  private func look(_ id: String, at now: Instant) throws -> Pending? {
    if !table.contains(id) { return try lookFirst(id, at: now) }
    return try look(id, try read(id), at: now)
  }

  /// The same of a job that nothing is known of. At the start that is each, and most only wait.
  private func lookFirst(_ id: String, at now: Instant) throws -> Pending? {
    let seen = try reading(id) { () throws(SpoolError) in try spool.firstSight(of: id) }
    switch seen {
    case .waiting(let job)?:
      table.register(job)
      return nil
    case .other(let stored)?: return try look(id, stored, at: now)
    case nil: return try look(id, nil, at: now)
    }
  }

  private func look(_ id: String, _ stored: StoredJob?, at now: Instant) throws -> Pending? {
    guard let stored else {
      execs.forget(id)
      return nil
    }
    putOff.remove(id)
    let state = stored.state
    if state.isExec, !state.isFinished { return try lookAtExec(stored, at: now) }
    hooks.update(state)
    if state.spec.overlap == .replace, let change = try replaceRun(stored, at: now) {
      return Pending(change: change, action: .none)
    }
    guard let attempt = state.phase.liveAttempt else {
      if state.isFinished { return Pending(change: StateChange(stored, state), action: .none) }
      if state.hearsOfParents, let change = try seeParents(stored, at: now) {
        return Pending(change: change, action: .none)
      }
      table.register(state, now: now)
      return nil
    }
    if engine.isWaiting(for: attempt, of: id) {
      // It may have another document.
      if state.spec.overlap == .replace { table.register(state, now: now) }
      return try watchOver(stored, attempt, at: now)
    }
    table.register(state, now: now)
    return try examine(stored, attempt, at: now)
  }

  /// Whether somebody else has changed a job since its last change here.
  func isForeign(_ id: String, since revision: Int) -> Bool {
    guard let stored = try? spool.job(id, in: .jobs) else { return table.contains(id) }
    return stored.state.revision != revision
  }

  func read(_ id: String) throws -> StoredJob? {
    try reading(id) { () throws(SpoolError) in try spool.job(id, in: .jobs) }
  }

  /// Reads a job's file. What cannot be understood, or is gone, is forgotten.
  private func reading<Read>(
    _ id: String, _ body: () throws(SpoolError) -> Read?
  ) throws(SpoolError) -> Read? {
    do throws(SpoolError) {
      if let read = try body() { return read }
      forget(id)
    } catch {
      guard case .damaged(_, let reason) = error else { throw error }
      forget(id)
      log.quarantine(StrangeName(.jobs, FileName("\(id).json"), reason), in: spool)
    }
    return nil
  }

  private func forget(_ id: String) {
    putOff.remove(id)
    table.forget(id)
    hooks.forget(id)
  }

  /// A job whose supervisor is being waited for.
  private func watchOver(
    _ stored: StoredJob, _ attempt: Attempt, at now: Instant
  ) throws -> Pending? {
    if let request = stored.state.cancelRequest {
      // Whoever asked may have died between the state file and cancel.json.
      if let run = try spool.run(stored.state.id, directoryName: attempt.directoryName),
        try run.cancelRequest() == nil
      {
        try run.request(request)
      }
      try engine[attempt].cancel(stored.state.id, attempt)
    }
    guard engine[attempt].hasBegun(stored.state.id) else { return nil }
    return try decide(stored, .supervised, at: now).map { Pending(change: $0, action: .none) }
  }

  /// A live attempt that nobody waits for: the recovery table.
  func examine(
    _ stored: StoredJob, _ attempt: Attempt, at now: Instant
  ) throws -> Pending? {
    let id = stored.state.id
    let seen = try engine[attempt].observe(id, attempt)
    switch RunVerdict(seen, attempt: attempt, cancelRequest: stored.state.cancelRequest) {
    case .apply(let record):
      return try ended(stored, attempt, record, at: now)
    case .adopt:
      guard try engine[attempt].adopt(stored.state, attempt, poller: poller) else {
        // It is ending right now: the next look sees its record.
        table.wake(id, in: Daemon.settlingTime)
        return nil
      }
      let fact = attempt.engine == .local ? "is still running" : "is waited for again"
      log.info("run \(attempt.run), attempt \(attempt.attempt) \(fact)", job: id)
      return try watchOver(stored, attempt, at: now)
    case .launch:
      return try relaunch(stored, attempt, at: now)
    case .giveUp(let kind):
      guard try engine[attempt].giveUp(id, attempt) else { return again(id) }
      let outcome = Outcome(kind, of: attempt, startedAt: nil, endedAt: now)
      return try ended(stored, attempt, ExitRecord(outcome), at: now)
    case .lost(let reason, let isDamaged):
      if isDamaged { try spool.quarantineExit(id, attempt, because: reason) }
      guard try engine[attempt].giveUp(id, attempt) else { return again(id) }
      let outcome = Outcome(
        .lost(reason: reason), of: attempt, startedAt: seen.startedAt, endedAt: now)
      return try ended(stored, attempt, ExitRecord(outcome), at: now)
    }
  }

  private func again(_ id: String) -> Pending? {
    dirty.insert(id)
    return nil
  }

  private func ended(
    _ stored: StoredJob, _ attempt: Attempt, _ record: ExitRecord, at now: Instant
  ) throws -> Pending? {
    let keepLogs = record.outcome.leftovers > 0
    return try decide(stored, .ended(record), at: now).map {
      Pending(change: $0, action: .clear(attempt, keepLogs: keepLogs))
    }
  }

  /// An attempt whose supervisor never took hold is launched again, after a wait.
  private func relaunch(
    _ stored: StoredJob, _ attempt: Attempt, at now: Instant
  ) throws -> Pending? {
    let id = stored.state.id
    let boot = Clock.boot.milliseconds
    let due = relaunches[id] ?? boot + RunVerdict.wait(afterLaunch: attempt.launches).milliseconds
    // A daemon that is about to leave starts nothing: the next one does.
    if isStopping { return nil }
    guard due <= boot else {
      relaunches[id] = due
      table.wake(id, in: TimeSpan(milliseconds: max(due - boot, 1)))
      return nil
    }
    relaunches[id] = nil
    guard let change = try decide(stored, .launchOn(attempt.engine), at: now) else { return nil }
    guard try prepare([change]).isEmpty else {
      table.wake(id, in: Daemon.shortageTime)
      return nil
    }
    return Pending(change: change, action: .launch)
  }
}
