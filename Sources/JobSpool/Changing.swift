// What commands do to a job: cancel, rerun, hold, release. They work on the job as it
// really stands, with or without a daemon.

public import JobCore
internal import LinuxIO

extension Spool {
  /// Lets an event act on a job, and carries a request to its supervisor.
  /// - Parameter who: the one who asked for it, for the record.
  /// - Returns: the state it left; nil if there is no such job.
  /// - Throws: `Refusal` if the event is not possible, `RevisionCondition.Failure`, or
  ///   `SpoolError`.
  public func apply(
    _ event: JobEvent, to id: String, by who: String? = nil, if condition: RevisionCondition = .any,
    zones: ZoneFiles, at now: Instant
  ) throws -> JobState? {
    var before: JobState?
    let changed = try change(id) { state in
      before = state
      let schedule = try zones.schedule(state.spec)
      let current = current(state, zones: zones, at: now)
      try condition.check(current)
      let next = try current.applying(
        event, by: who, schedule: schedule, hooks: wantedHooks, at: now)
      if event == .rerun, current.phase.isFinal, !isTold(current, at: now) {
        try tell(followers()[current.id] ?? [], of: current, zones: zones, at: now)
      }
      return next
    }
    guard let next = changed else { return nil }
    append(HistoryEntry.entries(from: before, to: next))
    // The state file came first: a supervisor that starts in between reads it there.
    if case .cancel(let request) = event, let attempt = next.phase.liveAttempt,
      let run = try spoolCalls({ () throws(SystemError) in
        try run(id, directoryName: attempt.directoryName)
      })
    {
      try spoolCalls { () throws(SystemError) in try run.request(request) }
    }
    return next
  }
}

extension Spool {
  /// A daemon has told of an end after this time.
  private static let telling = TimeSpan.seconds(10)

  /// Whether those that wait for the end of a job know of it: to ask them costs a look at all live
  /// jobs.
  private func isTold(_ ended: JobState, at now: Instant) -> Bool {
    guard let end = ended.finishedAt else { return false }
    return now - end > Spool.telling && hasDaemon()
  }
}

/// What has to hold of a job when it is changed: that it is still the one that somebody has seen.
public enum RevisionCondition: Hashable, Sendable {
  case any
  /// It is in one of these versions.
  case among(Set<StateVersion>)

  /// The job is in another one.
  public struct Failure: Error {}

  func check(_ state: JobState) throws(Failure) {
    if case .among(let versions) = self, !versions.contains(StateVersion(state)) {
      throw Failure()
    }
  }
}

/// What tells one state of a job from another. The revision alone does not: a job is shown with
/// what its supervisor has recorded and no daemon has taken note of, and the revision that this
/// makes up may become that of a later step.
public struct StateVersion: Hashable, Sendable {
  public let revision: Int
  public let phase: Phase.Word

  public init(revision: Int, phase: Phase.Word) {
    self.revision = revision
    self.phase = phase
  }

  /// The version of a state.
  public init(_ state: JobState) {
    self.init(revision: state.revision, phase: state.phase.word)
  }
}
