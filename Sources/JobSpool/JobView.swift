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
  public let message: String

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
  /// - Parameter daemon: how the daemon stands (`daemonStanding`), if a job that is due is to say
  ///   that nobody starts it, or that its settings do not let it start.
  public func view(
    _ stored: JobState, zones: ZoneFiles, at now: Instant, daemon: Surroundings? = nil
  ) -> JobView {
    let state = current(stored, zones: zones, at: now)
    var startedAt: Instant?
    var pid: Int32?
    var percent = state.percentCompleted
    var message = state.message
    if case .awaiting = state.phase {
      message = state.waitForParents(
        parentsInWay(of: state, limit: JobState.namedParents))
    }
    if case .queued = state.phase, let daemon,
      !daemon.hasDaemon || daemon.notice != nil || daemon.config.obstacle(to: state.spec) != nil
        || !locksTaken(of: state).isEmpty
    {
      message = explanation(of: state, in: daemon, zones: zones, at: now).sentence
    }
    if let attempt = state.phase.liveAttempt,
      let run = try? run(state.id, directoryName: attempt.directoryName)
    {
      let record = (try? run.startRecord()) ?? nil
      startedAt = record?.startedAt
      pid = record?.pid
      let progress = run.progress()
      percent = progress.percent ?? percent
      if state.cancelRequest == nil, let text = progress.text { message = text }
    }
    return JobView(
      state: state, startedAt: startedAt, pid: pid, percentCompleted: percent, message: message)
  }
}
