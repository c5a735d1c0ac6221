// The written form of an outcome (man/jobrun-spool.7).

extension Outcome.Kind {
  /// The word under `kind`.
  public var word: String {
    switch self {
    case .exited: "exited"
    case .signalled: "signalled"
    case .notStarted: "notStarted"
    case .timedOut: "timedOut"
    case .cancelled: "cancelled"
    case .lost: "lost"
    }
  }

  /// Why, for the kinds that have a reason.
  public var reason: String? {
    switch self {
    case .exited, .signalled: nil
    case .notStarted(let reason), .timedOut(let reason), .cancelled(let reason), .lost(let reason):
      reason
    }
  }
}

extension Outcome {
  /// The members of the record.
  public var json: JSON {
    var members = JSONObject()
    members["kind"] = .string(kind.word)
    switch kind {
    case .exited(let code): members["code"] = .number(JSONNumber(code))
    case .signalled(let signal): members["signal"] = .number(JSONNumber(signal))
    case .notStarted, .timedOut, .cancelled, .lost:
      members["reason"] = kind.reason.map { .string($0) }
    }
    members["run"] = .number(JSONNumber(run))
    members["attempt"] = .number(JSONNumber(attempt))
    members["scheduledAt"] = .string(scheduledAt.rfc3339)
    members["startedAt"] = startedAt.map { .string($0.rfc3339) }
    members["endedAt"] = .string(endedAt.rfc3339)
    members["pid"] = pid.map { .number(JSONNumber($0)) }
    if leftovers > 0 { members["leftovers"] = .number(JSONNumber(leftovers)) }
    members["stdoutBytes"] = stdoutBytes.map { .number(JSONNumber($0)) }
    members["rule"] = rule.map { .string($0) }
    members["succeeded"] = .bool(succeeded)
    if isTooShort { members["tooShort"] = true }
    return .object(members)
  }

  /// Reads the record back.
  public init(_ json: JSON, field: String) throws(RecordError) {
    let fields = try RecordFields(json, field)
    let reason = try fields.optionalText("reason") ?? ""
    switch try fields.text("kind") {
    case "exited": kind = .exited(code: try fields.integer("code", in: 0...255))
    case "signalled": kind = .signalled(signal: try fields.integer("signal", in: 1...127))
    case "notStarted": kind = .notStarted(reason: reason)
    case "timedOut": kind = .timedOut(reason: reason)
    case "cancelled": kind = .cancelled(reason: reason)
    case "lost": kind = .lost(reason: reason)
    case let other: throw RecordError("\(field).kind", "unknown kind \"\(other)\"")
    }
    run = try fields.integer("run")
    attempt = try fields.integer("attempt")
    scheduledAt = try fields.instant("scheduledAt")
    startedAt = try fields.optionalInstant("startedAt")
    endedAt = try fields.instant("endedAt")
    pid = try fields.optionalInteger("pid", in: 1...Int(Int32.max))
    leftovers = try fields.optionalInteger("leftovers") ?? 0
    stdoutBytes = try fields.optionalInteger("stdoutBytes")
    rule = try fields.optionalText("rule")
    succeeded = try fields.optionalFlag("succeeded") ?? false
    isTooShort = try fields.optionalFlag("tooShort") ?? false
  }
}
