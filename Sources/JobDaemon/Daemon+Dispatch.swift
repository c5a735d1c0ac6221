// Starting what is due: which jobs get a slot, and what is written about those that do not.

internal import JobCore
internal import JobSpool
internal import LinuxIO

extension Daemon {
  /// Decides what is started: what is due, as far as there are slots.
  func dispatch(at now: Instant) throws -> [Pending] {
    var pending: [Pending] = []
    while pending.count < batch, let id = table.popReady(hasSlot: hasSlot) {
      guard let stored = alone(id, { try read(id) }) else { continue }
      guard let ready = try becomeDue(stored, at: now) else {
        if putOff.contains(id) {
          table.release(id)
        } else {
          table.register(stored.state, now: now)
        }
        continue
      }
      guard let due = alone(id, { try fetchFile(ready, at: now) }) else { continue }
      guard case .queued = due.next.phase,
        let next = try? apply(
          .launchOn(table.config.engine(of: due.next.spec)), to: due.next, at: now)
      else {
        pending.append(Pending(change: due, action: .none))
        continue
      }
      pending.append(Pending(change: StateChange(stored, next), action: .launch))
    }
    engine.slurm.isGathering = pending.count == batch
    let unprepared = try prepare(
      pending.compactMap { item in
        if case .launch = item.action { return item.change }
        return nil
      })
    for item in pending where unprepared.contains(item.change.next.id) {
      table.putBack(item.change.basis.state)
      // Nothing is to lie about of an attempt that nobody has recorded, least of all on a full
      // disk.
      if let attempt = item.change.next.phase.liveAttempt {
        _ = try? spool.clearRun(
          item.change.next.id, directoryName: attempt.directoryName, keepLogs: false)
      }
    }
    return pending.filter { !unprepared.contains($0.change.next.id) }
  }

  /// Writes down for jobs that are due and got no slot that they are queued: their firing
  /// counts from now on, whatever happens to this daemon.
  func recordDue(at now: Instant) throws {
    var pending: [Pending] = []
    for id in table.takeUnrecorded(limit: batch) {
      guard let stored = alone(id, { try read(id) }) else { continue }
      if let due = try becomeDue(stored, at: now), due.next.revision > stored.state.revision {
        pending.append(Pending(change: due, action: .none))
      } else if !putOff.contains(id) {
        table.register(stored.state, now: now)
      }
    }
    try commit(pending, at: now)
  }

  /// The change that makes a job's firing count; nil if it is not due after all.
  private func becomeDue(_ stored: StoredJob, at now: Instant) throws -> StateChange? {
    if case .queued = stored.state.phase { return StateChange(stored, stored.state) }
    var now = now
    // The wall clock may have been set back during a retry's wait, which is not its business.
    if case .backoff(_, let until) = stored.state.phase { now = max(now, until) }
    return try decide(stored, .due, at: now)
  }

  /// The locks of a job, for its supervisor; nil if somebody outside has one of them.
  private func takeLocks(_ state: JobState) throws(SystemError) -> [NamedLock]? {
    switch try spool.tryLocks(state.spec.locks) {
    case .taken(let locks): return locks
    case .held(let name):
      outsideLocks.add(name)
      table.closeLock(name)
      return nil
    }
  }

  /// Makes run directories and starts supervisors ahead: while the attempts are made
  /// durable, they set everything up.
  /// - Returns: ids of jobs for which that failed; launching pauses if something was short, and
  ///   nothing of the sort if somebody outside has a lock.
  func prepare(_ changes: [StateChange]) throws -> Set<String> {
    var failed: Set<String> = []
    for change in changes {
      guard let attempt = change.next.phase.liveAttempt else { continue }
      do throws(SystemError) {
        // A supervisor needs some room for its own records, and does not tell what it lacked.
        try spool.checkRoom()
        // Before anything is made of the attempt: one that cannot have its locks has not begun.
        guard let locks = try takeLocks(change.next) else {
          failed.insert(change.next.id)
          continue
        }
        try engine[attempt].launch(change.next, attempt, locks: locks, poller: poller)
      } catch {
        failed.insert(change.next.id)
        if error.isShortage {
          holdBack(error, job: change.next.id)
        } else {
          log.warning("it cannot be started: \(error)", job: change.next.id)
          putAside([change.next.id])
        }
      }
    }
    return failed
  }
}
