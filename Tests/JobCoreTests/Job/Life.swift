// A job in tests: its state, its schedule and the time, moved on by hand.

@testable import JobCore

/// One job's life.
struct Life {
  private(set) var state: JobState
  private(set) var schedule: Schedule
  private let rules: TimeZoneRules
  var now: Instant

  /// A job as submitted at a time; the members are those of its document besides the command.
  init(
    _ members: String, at time: String, zone: String = "UTC", id: String = "job", number: Int = 1
  ) throws {
    now = try Life.instant(time)
    let text = #"{"command":["/bin/true"],"timeZone":"\#(zone)""# + (members.isEmpty ? "" : ",")
    let json = try JSON(parsing: text + members + "}")
    let document = try JobDocument(json, in: Documents.context())
    rules = document.zone
    schedule = Schedule(document.spec, zone: rules)
    state = .submitted(
      id: id, number: number, spec: document.spec, schedule: schedule, at: now)
  }

  /// A job as its state file has it, at the time of another.
  init(reading json: JSON, like other: Life) throws {
    state = try JobState(json)
    now = other.now
    rules = .utc
    schedule = Schedule(state.spec, zone: rules)
  }

  /// A point in time: RFC 3339, or `HH:mm[:ss]` on Monday, 2 March 2026 in UTC.
  static func instant(_ text: String) throws -> Instant {
    if text.utf8.count > 8 { return try Instant(rfc3339: text) ?? failed(text) }
    let time = text.utf8.count == 5 ? text + ":00" : text
    return try Instant(rfc3339: "2026-03-02T\(time)Z") ?? failed(text)
  }

  private static func failed(_ text: String) throws -> Instant { throw NoInstant(text: text) }
  private struct NoInstant: Error { let text: String }

  /// Lets an event act, at a time if one is given.
  mutating func apply(_ event: JobEvent, at time: String? = nil) throws {
    if let time { now = try Life.instant(time) }
    let schedule = schedule(after: event)
    state = try state.applying(event, schedule: schedule, at: now)
    self.schedule = schedule
  }

  /// A new document has a schedule of its own.
  private func schedule(after event: JobEvent) -> Schedule {
    if case .redefine(let spec) = event { Schedule(spec, zone: rules) } else { schedule }
  }

  /// The same job with other members beside its command.
  func redefining(_ members: String) throws -> JobEvent {
    let text = #"{"command":["/bin/false"]"# + (members.isEmpty ? "" : ",")
    let json = try JSON(parsing: text + members + "}")
    var spec = try JobDocument(json, in: Documents.context()).spec
    // Whatever a state file says: it need not be one that is known here.
    spec.timeZone = state.spec.timeZone
    return .redefine(spec)
  }

  /// The words an event is refused with; nil if it is not.
  func refusal(_ event: JobEvent) -> String? {
    do {
      _ = try state.applying(event, schedule: schedule(after: event), at: now)
      return nil
    } catch {
      return error.reason
    }
  }

  /// The end of the live attempt.
  func ending(_ kind: Outcome.Kind = .exited(code: 0), startedAt: Instant? = nil) -> JobEvent {
    let attempt = state.phase.liveAttempt ?? Attempt(run: 9, scheduledAt: now, origin: .schedule)
    return .ended(
      ExitRecord(Outcome(kind, of: attempt, startedAt: startedAt ?? now, endedAt: now)))
  }

  mutating func end(_ kind: Outcome.Kind = .exited(code: 0), at time: String? = nil) throws {
    if let time { now = try Life.instant(time) }
    try apply(ending(kind))
  }

  /// Launches the queued attempt and lets a supervisor take hold of it.
  mutating func start(at time: String? = nil) throws {
    try apply(.launch, at: time)
    try apply(.supervised)
  }

  /// Runs the queued attempt to its end, at once.
  mutating func run(_ kind: Outcome.Kind = .exited(code: 0), at time: String? = nil) throws {
    try start(at: time)
    try end(kind)
  }

  func cancel(onlyRun: Bool = false) -> JobEvent {
    .cancel(CancelRequest(at: now, reason: "enough", onlyRun: onlyRun))
  }

  /// The phase in short: "waiting 11:00", "queued 2.1 for 10:00", "failed: exit 1".
  var phase: String { state.phase.brief }
  /// The last decision's kind and reason.
  var lastDecision: String {
    state.decisions.last.map { "\($0.kind.rawValue): \($0.reason)" } ?? ""
  }
}

extension Instant {
  /// The time of day on the tests' usual day, or all of it.
  var brief: String {
    guard rfc3339.hasPrefix("2026-03-02T"), rfc3339.hasSuffix(".000Z") else { return rfc3339 }
    let time = rfc3339.dropFirst(11).prefix(8)
    return String(time.hasSuffix(":00") ? time.prefix(5) : time)
  }
}

extension Attempt {
  var brief: String {
    "\(run).\(attempt) for \(scheduledAt.brief)"
      + (origin == .schedule ? "" : ", \(origin.rawValue)")
      + (launches > 1 ? ", launch \(launches)" : "")
  }
}

extension Phase {
  var brief: String {
    switch self {
    case .held(let attempt): "held" + (attempt.map { " \($0.brief)" } ?? "")
    case .awaiting: "awaiting"
    case .waiting(let until): "waiting \(until.brief)"
    case .queued(let attempt): "queued \(attempt.brief)"
    case .starting(let attempt): "starting \(attempt.brief)"
    case .running(let attempt): "running \(attempt.brief)"
    case .backoff(let attempt, let until): "backoff \(attempt.brief) until \(until.brief)"
    case .succeeded: "succeeded"
    case .failed(let reason): "failed: \(reason)"
    case .cancelled(let reason): "cancelled: \(reason)"
    case .expired(let reason): "expired: \(reason)"
    }
  }
}
