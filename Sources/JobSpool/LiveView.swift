// A job as it really stands: if its supervisor has written the end of the live attempt
// and the daemon has not taken note yet, the same transition is applied in memory.

public import JobCore

extension Spool {
  /// The state with an unrecorded end of its live attempt applied.
  public func current(_ state: JobState, zones: ZoneFiles, at now: Instant) -> JobState {
    guard let attempt = state.phase.liveAttempt,
      let run = try? run(state.id, directoryName: attempt.directoryName),
      case .record(let record)? = try? run.observe(boot: "").exit
    else { return state }
    guard let schedule = try? zones.schedule(state.spec) else { return state }
    return (try? state.applying(.ended(record), schedule: schedule, at: now)) ?? state
  }
}
