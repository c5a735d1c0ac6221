// Jobs of `jobrun exec`: left alone while their process lives, brought to an end when it is gone, and
// told of then.

internal import JobCore
internal import JobSpool
internal import LinuxIO

extension Daemon {
  /// Looks whether the process of a job still has it, and decides for it if not.
  func lookAtExec(_ stored: StoredJob, at now: Instant) throws -> Pending? {
    let id = stored.state.id
    let hasEnded = stored.state.phase.isFinal
    table.register(stored.state, now: now)
    // An exec tells hooks of the end only where no daemon is, and never before it.
    if !hasEnded { hooks.update(stored.state) }
    // Watched before it is looked at: an end in between is told.
    execs.add(id, in: spool)
    if try spool.isOwned(id) { return nil }
    // It lets go of the job after it has written the end: what was read may be from before that.
    if let newer = try read(id), newer.state.revision > stored.state.revision {
      dirty.insert(id)
      return nil
    }
    if hasEnded {
      execs.forget(id)
      hooks.update(stored.state)
      return nil
    }
    var event = spool.abandonment(of: stored.state)
    // Of an attempt whose end is on record nothing is stopped: what it has left behind may stay.
    if case .abandoned(nil, _) = event, let attempt = stored.state.phase.liveAttempt {
      guard try engine[attempt].giveUp(id, attempt) else {
        // The kernel is still at it.
        execs.lookAgain(id)
        return nil
      }
      // Until its lock was free, the last word had to have its name.
      event = spool.abandonment(of: stored.state)
    }
    execs.forget(id)
    guard let change = try decide(stored, event, at: now) else { return nil }
    guard let attempt = stored.state.phase.liveAttempt else {
      return Pending(change: change, action: .none)
    }
    return Pending(change: change, action: .clear(attempt, keepLogs: true))
  }

  /// Removes what marks a job of a process as one with something left to be done. Not before that is
  /// done: should this daemon leave, it is what the next `jobrun exec` looks for.
  func removeOwners(_ decided: [Decided]) {
    for next in decided.map(\.item.change.next) where next.isExec && next.isFinished {
      // One that stays costs a look, and goes with the job.
      _ = try? spool.removeOwner(of: next.id)
    }
  }
}
