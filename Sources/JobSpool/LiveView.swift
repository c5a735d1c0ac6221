// A job as it really stands: if its supervisor has let the command go, or has written the
// end of the live attempt, and the daemon has not taken note yet, the same transitions are
// applied in memory.

public import JobCore

extension Spool {
  /// The state with what its supervisor has recorded of the live attempt applied.
  public func current(_ state: JobState, zones: ZoneFiles, at now: Instant) -> JobState {
    guard let attempt = state.phase.liveAttempt,
      let run = try? run(state.id, directoryName: attempt.directoryName),
      let seen = try? run.observe(boot: ""),
      let schedule = try? zones.schedule(state.spec)
    else { return state }
    let event: JobEvent
    switch seen.exit {
    case .record(let record): event = .ended(record)
    case .missing where seen.isStarted: event = .supervised
    case .missing, .unreadable: return state
    }
    return (try? state.applying(event, schedule: schedule, at: now)) ?? state
  }
}
