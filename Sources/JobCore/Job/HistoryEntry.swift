// One line of events/: a decision, and what a reader of history needs who has not the job. It
// is made where the transition is, because a state alone does not tell afterwards which of its
// attempts a decision was about.

/// A decision about a job as the history of its day tells it.
public struct HistoryEntry: Hashable, Sendable {
  public let decision: Decision
  public let id: String
  public let number: Int
  public let name: String
  /// Its place in a plan. Without the parts of the plan and the event that asked for the run:
  /// these can be long, and stand in the state file.
  public let plan: PlanReference?
  /// What was started; or, with a cancel, what was due and will not begin any more.
  public private(set) var attempt: Attempt?
  /// How the attempt ended, with `ended`.
  public private(set) var outcome: Outcome?
  /// Another attempt of the same run follows the one that has ended.
  public private(set) var isRetried = false

  /// A decision about a job, and nothing of a run.
  public init(_ job: JobState, _ decision: Decision) {
    self.decision = decision
    id = job.id
    number = job.number
    name = job.spec.name
    plan = job.spec.plan.map { plan in
      var short = PlanReference(plan: plan.plan, job: plan.job, kind: plan.kind)
      short.agent = plan.agent
      return short
    }
  }

  /// What a transition has decided: the decisions that `next` has and `before` had not.
  public static func entries(from before: JobState?, to next: JobState) -> [HistoryEntry] {
    var fresh = next.decisions[...]
    if let last = before?.decisions.last, let index = fresh.lastIndex(of: last) {
      fresh = fresh[(index + 1)...]
    }
    var due = before?.phase.dueAttempt
    return fresh.indices.map { index in
      var entry = HistoryEntry(next, fresh[index])
      switch fresh[index].kind {
      case .started:
        entry.attempt = next.phase.liveAttempt
        due = nil
      case .ended:
        entry.outcome = next.lastOutcome
        entry.isRetried = index + 1 < fresh.endIndex && fresh[index + 1].kind == .retried
        due = nil
      case .retried:
        due = before?.phase.liveAttempt?.retried()
      case .cancelled where next.phase.word == .cancelled:
        entry.attempt = due
      default: break
      }
      return entry
    }
  }

  /// The attempt whose logs tell most about this: the one that was started, or the last one
  /// that has ended; nil if no attempt was made.
  public var attemptMade: (run: Int, attempt: Int)? {
    if let outcome { return (outcome.run, outcome.attempt) }
    guard let attempt else { return nil }
    if decision.kind == .started { return (attempt.run, attempt.attempt) }
    return attempt.attempt > 1 ? (attempt.run, attempt.attempt - 1) : nil
  }
}

extension Phase {
  /// The attempt that is to begin, and that no supervisor has been given.
  fileprivate var dueAttempt: Attempt? {
    switch self {
    case .queued(let attempt), .backoff(let attempt, _), .held(let attempt?): attempt
    case .held(nil), .awaiting, .waiting, .starting, .running, .succeeded, .failed, .cancelled,
      .expired:
      nil
    }
  }
}

extension HistoryEntry {
  /// What every line begins with: keys are sorted. So a line is found again behind one that was
  /// not finished.
  public static let beginning = Array(#"{"at":""#.utf8)

  /// The members of the line (man/jobrun-spool.7).
  public var json: JSON {
    var members = decision.json.object ?? [:]
    members["id"] = .string(id)
    members["number"] = .number(JSONNumber(number))
    members["name"] = .string(name)
    members["plan"] = plan?.json
    members["attempt"] = attempt?.json
    members["outcome"] = outcome?.json
    if isRetried { members["retried"] = true }
    return .object(members)
  }

  /// Reads a line, without its end. Lines of older versions have fewer members.
  public init(parsing bytes: [UInt8]) throws(RecordError) {
    let json = try JSON(record: bytes)
    let fields = try RecordFields(json, "")
    decision = try Decision(json, field: "")
    id = try fields.text("id")
    number = try fields.integer("number")
    name = try fields.text("name")
    plan = try fields.optionalObject("plan").map { members throws(RecordError) in
      do throws(DocumentError) {
        return try PlanReference(.object(PlanReference.known(of: members)), field: "plan")
      } catch {
        throw RecordError(error.field, error.reason)
      }
    }
    attempt = try fields.optionalObject("attempt").map { members throws(RecordError) in
      try Attempt(.object(members), field: "attempt")
    }
    outcome = try fields.optionalObject("outcome").map { members throws(RecordError) in
      try Outcome(.object(members), field: "outcome")
    }
    isRetried = try fields.optionalFlag("retried") ?? false
  }
}
