// An event that hooks have not been told of yet. It stands in the state file from the commit of
// the transition that caused it to the one that records what became of the hooks: so they run at
// least once, whoever dies in between.

/// An event to be told.
public struct PendingHook: Hashable, Sendable {
  /// Counts the events of a job that hooks were to be told of: 1, 2, ...
  public let serial: Int
  public let event: HookEvent
  public let at: Instant
  /// What happened, in words.
  public let message: String
  /// The run it is about; nil if it is about none.
  public let run: Int?
  public let attempt: Int?
  /// How the attempt ended, if it has.
  public let outcome: Outcome?

  init(
    serial: Int, _ event: HookEvent, at: Instant, message: String, run: Int? = nil,
    attempt: Int? = nil, outcome: Outcome? = nil
  ) {
    self.serial = serial
    self.event = event
    self.at = at
    self.message = message
    self.run = run
    self.attempt = attempt
    self.outcome = outcome
  }

  /// The written form.
  var json: JSON {
    var members: JSONObject = [
      "serial": .number(JSONNumber(serial)), "event": .string(event.rawValue),
      "at": .string(at.rfc3339), "message": .string(message),
    ]
    members["run"] = run.map { .number(JSONNumber($0)) }
    members["attempt"] = attempt.map { .number(JSONNumber($0)) }
    members["outcome"] = outcome?.json
    return .object(members)
  }

  /// Reads the written form back.
  init(_ json: JSON, field: String) throws(RecordError) {
    let fields = try RecordFields(json, field)
    serial = try fields.integer("serial")
    let word = try fields.text("event")
    guard let event = HookEvent(rawValue: word) else {
      throw RecordError("\(field).event", "unknown event \"\(word)\"")
    }
    self.event = event
    at = try fields.instant("at")
    message = try fields.text("message")
    run = try fields.optionalInteger("run")
    attempt = try fields.optionalInteger("attempt")
    outcome = try fields.optionalObject("outcome").map { members throws(RecordError) in
      try Outcome(.object(members), field: "\(field).outcome")
    }
  }

  /// The object that a hook gets on its standard input (man/jobrun-job.5).
  /// - Parameters:
  ///   - state: the job as it stands now.
  ///   - spool: path of the spool.
  ///   - logs: paths of the standard output and error of the attempt, as far as they are there.
  public func message(
    of state: JobState, spool: String, logs: (stdout: String?, stderr: String?)
  ) -> JSON {
    var job: JSONObject = [
      "id": .string(state.id), "number": .number(JSONNumber(state.number)),
      "name": .string(state.spec.name), "phase": .string(state.phase.word.rawValue),
      "command": state.spec.document[DocumentKey.command.rawValue] ?? .null,
    ]
    job["model"] = state.spec.model.map { .string($0) }
    job["queue"] = state.spec.queue.map { .string($0) }
    job["description"] = state.spec.description.map { .string($0) }
    job["createdBy"] = state.spec.createdBy.map { .string($0) }
    if !state.spec.labels.isEmpty {
      job["labels"] = .object(
        JSONObject(state.spec.labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
      )
    }
    var members: JSONObject = [
      "id": .string(identifier(in: state.id)), "event": .string(event.rawValue),
      "at": .string(at.rfc3339), "message": .string(message), "spool": .string(spool),
      "job": .object(job),
    ]
    members["run"] = run.map { .number(JSONNumber($0)) }
    members["attempt"] = attempt.map { .number(JSONNumber($0)) }
    members["outcome"] = outcome?.json
    // Those of the job are the latest run's, which may be another one by now.
    if let outcome, state.lastOutcome == outcome, state.runs == outcome.run {
      if !state.outputs.isEmpty { members["outputs"] = .object(state.outputs) }
      members["percentCompleted"] = state.percentCompleted.map { .number(JSONNumber($0)) }
    }
    members["stdout"] = logs.stdout.map { .string($0) }
    members["stderr"] = logs.stderr.map { .string($0) }
    return .object(members)
  }

  /// What names the event for ever, so that a hook can tell one that it has been told already.
  public func identifier(in job: String) -> String { "\(job):\(serial)" }

  /// The variables of a hook besides the basic ones.
  public func environment(of state: JobState, spool: String) -> [String: String] {
    var variables = [
      "JOBRUN_EVENT": event.rawValue, "JOBRUN_EVENT_ID": identifier(in: state.id),
      "JOBRUN_JOB_ID": state.id, "JOBRUN_NUMBER": String(state.number),
      "JOBRUN_NAME": state.spec.name, "JOBRUN_MESSAGE": message, "JOBRUN_SPOOL": spool,
    ]
    variables["JOBRUN_RUN"] = run.map(String.init)
    variables["JOBRUN_ATTEMPT"] = attempt.map(String.init)
    return variables
  }
}
