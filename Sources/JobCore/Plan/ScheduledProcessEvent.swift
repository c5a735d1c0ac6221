// The start and the end of a run in the form of another scheduler's agent (contracts, ikasan.md
// sections 1.7, 3.7 and 3.8), for hooks that deliver them to its dashboard. A client wants one
// start and one completion of a run: retries in between are the history's matter.

/// One event of that form, made from a line of history and, if it is still there, its job.
public struct ScheduledProcessEvent: Sendable {
  /// What is told of a run.
  private enum Moment {
    /// The first attempt of a run of a command begins.
    case start
    /// The run is over: with an outcome, or given up before it began (again).
    case completion(Outcome?)
    /// A schedule has fired, or a file has come: the one event of such a run.
    case firing
    /// A rule of the document has taken the only firing away.
    case ignored(Verdict)
  }

  /// The words under `outcome`.
  private enum Verdict: String {
    case invoked = "EXECUTION_INVOKED"
    case ignoredDay = "EXECUTION_INVOKED_IGNORED_DAY_OF_WEEK"
    case insideBlackout = "EXECUTION_IGNORED_INSIDE_BLACKOUT_WINDOW"
  }

  private let entry: HistoryEntry
  private let job: JobState?
  private let moment: Moment
  /// Absolute paths of what the run has written; nil where nothing is.
  public var resultOutput: String?
  public var resultError: String?
  /// The firing after this one, of a schedule.
  public var nextFireTime: Instant?

  /// The event that a line stands for; nil if it stands for none.
  /// - Parameter job: the job as it is now; one that is gone, or another of the same id, leaves
  ///   out what only the job tells.
  public init?(_ entry: HistoryEntry, job: JobState?) {
    guard let moment = ScheduledProcessEvent.moment(entry) else { return nil }
    self.entry = entry
    self.job = job?.number == entry.number && job?.id == entry.id ? job : nil
    self.moment = moment
  }

  private static func moment(_ entry: HistoryEntry) -> Moment? {
    let isCommand = entry.isOfCommand
    switch entry.decision.kind {
    case .started:
      guard let attempt = entry.attempt, attempt.attempt == 1, attempt.launches <= 1 else {
        return nil
      }
      return isCommand ? .start : .firing
    case .ended:
      guard isCommand, !entry.isRetried, let outcome = entry.outcome else { return nil }
      return .completion(outcome)
    case .cancelled:
      return isCommand && entry.attempt != nil ? .completion(nil) : nil
    case .expired:
      guard let rule = entry.decision.rule else { return nil }
      let isDay = rule == DocumentKey.daysOfWeekToRun.rawValue
      return .ignored(isDay ? .ignoredDay : .insideBlackout)
    default: return nil
    }
  }

  /// The attempt whose logs belong into the event; nil if none was made or the job is gone.
  public var logged: (run: Int, attempt: Int)? { job == nil ? nil : entry.attemptMade }

  /// The job whose next firing belongs into the event, and the instant after which; nil where
  /// there is none.
  public var scheduled: (job: JobState, after: Instant)? {
    guard case .firing = moment, entry.plan?.kind == .schedule, let job, !job.spec.runOnce else {
      return nil
    }
    return (job, fireTime)
  }

  /// The instant the run was meant for, the same in all events of a run.
  private var fireTime: Instant {
    entry.attempt?.scheduledAt ?? entry.outcome?.scheduledAt ?? entry.decision.at
  }
}

extension ScheduledProcessEvent {
  /// All members in the order of the contract, `null` where nothing is known.
  public var json: JSON {
    let plan = job?.spec.plan ?? entry.plan
    let event = plan?.event ?? [:]
    let isSchedule = plan?.kind == .schedule
    var members = JSONObject()
    members["id"] = .null
    members["agentName"] = JSON(plan?.agent)
    members["agentHostname"] = .null
    members["jobName"] = .string(plan?.job ?? entry.name)
    members["contextName"] = JSON(plan?.plan)
    members["contextInstanceId"] = event["contextInstanceId"] ?? .null
    members["childContextNames"] =
      event["childContextNames"] ?? plan?.children.map { .array($0.map { .string($0) }) } ?? .null
    members["jobGroup"] = isSchedule ? JSON(job?.spec.labels["jobGroup"]) : .null
    members["jobDescription"] = isSchedule ? JSON(job?.spec.description) : .null
    members["commandLine"] = isCompletion ? commandLine(event) : .null
    members["user"] = .null
    members["returnCode"] = returnCode
    members["successful"] = .bool(isSuccessful)
    members["outcome"] = JSON(verdict(plan?.instead)?.rawValue)
    members["resultOutput"] = JSON(resultOutput)
    members["resultError"] = JSON(resultError)
    members["pid"] = .number(JSONNumber(entry.outcome?.pid ?? 0))
    members["fireTime"] = JSON(milliseconds: fireTime)
    members["nextFireTime"] = JSON(milliseconds: nextFireTime)
    members["completionTime"] = JSON(milliseconds: completionTime)
    members["dryRun"] = .bool(plan?.instead == .dryRun || event["dryRun"]?.bool == true)
    members["skipped"] = .bool(plan?.instead == .skipped || event["skipped"]?.bool == true)
    members["jobStarting"] = .bool(isStart)
    members["dryRunParameters"] = event["dryRunParameters"] ?? .null
    members["internalEventDrivenJob"] = event["internalEventDrivenJob"] ?? .null
    members["raisedDueToFailureResubmission"] = false
    members["executionDetails"] = .string(entry.decision.reason)
    members["catalystEvent"] = catalyst(event)
    members["harvested"] = false
    members["harvestedDateTime"] = 0
    return .object(members)
  }

  private var isStart: Bool {
    if case .start = moment { true } else { false }
  }

  private var isCompletion: Bool {
    if case .completion = moment { true } else { false }
  }

  private func verdict(_ instead: PlanReference.Instead?) -> Verdict? {
    switch moment {
    case .start: .invoked
    case .completion: instead == .otherDay ? .ignoredDay : .invoked
    case .firing: nil
    case .ignored(let verdict): verdict
    }
  }

  private var isSuccessful: Bool {
    switch moment {
    case .start: false
    case .completion(let outcome): outcome?.succeeded ?? false
    case .firing, .ignored: true
    }
  }

  /// Zero where nothing has run, as the contract has it; but null, and no number that is made
  /// up, where something has ended without one.
  private var returnCode: JSON {
    switch moment {
    case .start, .firing, .ignored: return 0
    case .completion(let outcome):
      guard case .exited(let code)? = outcome?.kind else { return .null }
      return .number(JSONNumber(code))
    }
  }

  private var completionTime: Instant? {
    switch moment {
    case .start, .firing: nil
    case .completion(let outcome): outcome?.endedAt ?? entry.decision.at
    case .ignored: entry.isOfCommand ? entry.decision.at : nil
    }
  }

  /// What ran: as it was asked for, else as the job has it.
  private func commandLine(_ event: JSONObject) -> JSON {
    if let line = event["internalEventDrivenJob"]?["commandLine"]?.string { return .string(line) }
    // What takes its place is not what was asked for.
    if job?.spec.plan?.instead != nil { return .null }
    switch job?.spec.command {
    case .program(let words)? where words.count == 3 && words[1] == "-c" && job?.spec.plan != nil:
      return .string(words[2])
    case .program(let words)?: return .string(words.joined(separator: " "))
    case .shell(let line)?: return .string(line)
    case nil: return .null
    }
  }

  /// The event that triggered the one that asked for the run, without what triggered that.
  private func catalyst(_ event: JSONObject) -> JSON {
    guard var members = event["catalystEvent"]?.object else { return .null }
    members["catalystEvent"] = .null
    return .object(members)
  }
}

extension HistoryEntry {
  /// Whether somebody asks for the job's runs. What is in no plan counts as a command.
  fileprivate var isOfCommand: Bool { plan.map { $0.kind == .command } ?? true }
}

extension JSON {
  fileprivate init(_ text: String?) { self = text.map { .string($0) } ?? .null }

  /// Milliseconds since 1970; 0 stands for none.
  fileprivate init(milliseconds instant: Instant?) {
    self = .number(JSONNumber(instant?.milliseconds ?? 0))
  }
}
