// A job as it really stands: if its supervisor has let the command go, or has written the
// end of the live attempt, and the daemon has not taken note yet, the same transitions are
// applied in memory.

public import JobCore

extension Spool {
  /// The state with what its supervisor has recorded of the live attempt applied.
  public func current(_ state: JobState, zones: ZoneFiles, at now: Instant) -> JobState {
    if state.isExec, !state.phase.isFinal, !((try? isOwned(state.id)) ?? true) {
      return abandoned(state, zones: zones, at: now)
    }
    guard let attempt = state.phase.liveAttempt, let schedule = try? zones.schedule(state.spec)
    else { return state }
    let run = (try? run(state.id, directoryName: attempt.directoryName)) ?? nil
    let seen = try? run?.observe(boot: "")
    if case .record(let record)? = seen?.exit {
      return (try? state.applying(.ended(record), schedule: schedule, hooks: wantedHooks, at: now))
        ?? state
    }
    guard let seen, seen.isLocked else {
      // Nobody is at work on it. If that is because its end was recorded, and the records cleared
      // away, since the state was read, the state of before would be one that was left behind.
      if let newer = (try? job(state.id))??.state, newer.revision > state.revision {
        return current(newer, zones: zones, at: now)
      }
      guard seen?.isStarted == true else { return state }
      return (try? state.applying(.supervised, schedule: schedule, hooks: wantedHooks, at: now))
        ?? state
    }
    guard seen.isStarted else { return state }
    return (try? state.applying(.supervised, schedule: schedule, hooks: wantedHooks, at: now))
      ?? state
  }

  /// A job whose `jobrun exec` is gone and has not brought it to an end.
  private func abandoned(_ state: JobState, zones: ZoneFiles, at now: Instant) -> JobState {
    // It is gone for good only if it has not ended properly since the state was read.
    if let newer = (try? job(state.id))??.state, newer.revision > state.revision {
      return current(newer, zones: zones, at: now)
    }
    guard let schedule = try? zones.schedule(state.spec) else { return state }
    return
      (try? state.applying(
        abandonment(of: state), schedule: schedule, hooks: wantedHooks, at: now)) ?? state
  }
}
