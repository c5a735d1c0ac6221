// A job as others are shown it: the public part of its state, with what its running
// command tells of itself.

public import JobCore
internal import LinuxIO

/// What there is to say about a job at one moment.
public struct JobView: Sendable {
  /// Its state, with an end of its live attempt applied that nobody has recorded yet.
  public let state: JobState
  /// When the running command was let go.
  public let startedAt: Instant?
  /// Process and process group of the running command.
  public let pid: Int32?
  /// Reported progress, 0 to 100.
  public let percentCompleted: Int?
  /// One line on where it stands.
  public var message: String { told ?? state.message(at: now) + absence }

  /// The line, if more than the state is needed for it. What the state says is put together only for
  /// those who ask: a table of a hundred thousand jobs has no room for it.
  fileprivate let told: String?
  /// That nobody is there to start it, to be added to what the state says.
  fileprivate let absence: String
  fileprivate let now: Instant

  /// The object that `status --json` prints and man/jobrun.1 documents.
  public var json: JSON {
    var members = state.json.object ?? [:]
    members["name"] = .string(state.spec.name)
    members["message"] = .string(message)
    // Memory for the daemon, and up to ten thousand words of it.
    members["knownFiles"] = nil
    members["nextRun"] = state.nextRun.map { .string($0.rfc3339) }
    members["lastOutcome"] = state.lastOutcome?.json
    members["startedAt"] = startedAt.map { .string($0.rfc3339) }
    members["pid"] = pid.map { .number(JSONNumber(Int($0))) }
    members["percentCompleted"] = percentCompleted.map { .number(JSONNumber($0)) }
    if members["outputs"] == nil { members["outputs"] = .object(JSONObject()) }
    return .object(members)
  }
}

extension Spool {
  /// What there is to say about a job now.
  /// - Parameter around: what keeps jobs from starting, if a job is to say that of itself.
  public func view(
    _ stored: JobState, zones: ZoneFiles, at now: Instant, around: SurroundingsReader? = nil
  ) -> JobView {
    let state = current(stored, zones: zones, at: now)
    var startedAt: Instant?
    var pid: Int32?
    var percent = state.percentCompleted
    let explanation = explanation(of: state, around)
    let absence = state.isExec ? "" : around?.daemon.absence ?? ""
    var told = explanation?.sentence ?? message(of: state, absence)
    if let attempt = state.phase.liveAttempt,
      let run = try? run(state.id, directoryName: attempt.directoryName)
    {
      let record = (try? run.startRecord()) ?? nil
      startedAt = record?.startedAt
      pid = record?.pid
      let progress = run.progress()
      percent = progress.percent ?? percent
      if state.cancelRequest == nil, explanation == nil, let text = progress.text { told = text }
    }
    return JobView(
      state: state, startedAt: startedAt, pid: pid, percentCompleted: percent, told: told,
      absence: state.phase.due == nil ? "" : absence, now: now)
  }

  /// Why a job does not start, if that takes more than its state, or that nobody is at work on its
  /// run; nil for all others.
  private func explanation(of state: JobState, _ around: SurroundingsReader?) -> Explanation? {
    switch state.phase {
    case .held, .awaiting, .queued:
      return try? around?.explanation(of: state, parents: JobState.namedParents)
    case .starting(let attempt), .running(let attempt):
      guard let around, !around.daemon.hasDaemon, verdict(of: state, attempt) != nil else {
        return nil
      }
      return try? around.explanation(of: state)
    case .waiting, .backoff, .succeeded, .failed, .cancelled, .expired: return nil
    }
  }

  /// What a job says of itself, if that takes more than its state.
  private func message(of state: JobState, _ absence: String) -> String? {
    switch state.phase {
    case .awaiting:
      let sights = parentsInWay(of: state, limit: JobState.namedParents)
      return "it \(state.waitForParents(sights))\(absence)"
    case .starting(let attempt) where attempt.engine == .slurm:
      return (slurmStanding(state.id, attempt) ?? SlurmStanding()).sentence(attempt)
    case .held, .waiting, .queued, .starting, .running, .backoff, .succeeded, .failed, .cancelled,
      .expired:
      return nil
    }
  }
}
