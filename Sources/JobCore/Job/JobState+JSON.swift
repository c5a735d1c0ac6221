// The state file: its reader and writer, side by side. Keys are sorted, times RFC 3339 in
// UTC, keys of newer versions kept. Every released form must stay readable for ever.

extension JobState {
  /// The form written by this version.
  static let format = 1

  /// A state file nests deeper, and may be longer, than a document that is handed in.
  static let limits = JSONLimits(depth: 96, bytes: 8 << 20)

  /// The record of the state file.
  public var json: JSON {
    var members = unknown
    members["format"] = .number(JSONNumber(JobState.format))
    members["id"] = .string(id)
    members["number"] = .number(JSONNumber(number))
    members["revision"] = .number(JSONNumber(revision))
    members["job"] = .object(spec.document)
    members["submittedAt"] = .string(submittedAt.rfc3339)
    members["runs"] = .number(JSONNumber(runs))
    if runsBefore > 0 { members["runsBefore"] = .number(JSONNumber(runsBefore)) }
    members["attempts"] = .number(JSONNumber(attempts))
    members["cursor"] = .string(cursor.rfc3339)
    if scheduleEnded { members["scheduleEnded"] = true }
    if isExec { members["exec"] = true }
    if holdRequested { members["holdRequested"] = true }
    members["cancelRequest"] = cancelRequest?.json
    if !history.isEmpty { members["history"] = .array(history.map(\.json)) }
    members["lastSuccessAt"] = lastSuccessAt.map { .string($0.rfc3339) }
    members["decisions"] = .array(decisions.map(\.json))
    if !outputs.isEmpty { members["outputs"] = .object(outputs) }
    members["percentCompleted"] = percentCompleted.map { .number(JSONNumber($0)) }
    members["progressText"] = progressText.map { .string($0) }
    if !knownFiles.isEmpty {
      members["knownFiles"] = .array(knownFiles.sorted().map { .string($0.text) })
    }
    members["fileTrouble"] = fileTrouble.map { .string($0) }
    members["lastFile"] = lastFile?.json
    if !parents.isEmpty {
      members["parents"] = .object(
        JSONObject(parents.map { ($0.key, .string($0.value.rawValue)) }))
    }
    if !pendingHooks.isEmpty { members["pendingHooks"] = .array(pendingHooks.map(\.json)) }
    if hookSerial > 0 { members["hookSerial"] = .number(JSONNumber(hookSerial)) }
    members["finishedAt"] = finishedAt.map { .string($0.rfc3339) }
    members["phase"] = .string(phase.word.rawValue)
    switch phase {
    case .held(let attempt): members["attempt"] = attempt?.json
    case .awaiting: break
    case .waiting(let until): members["nextRun"] = .string(until.rfc3339)
    case .queued(let attempt), .starting(let attempt), .running(let attempt):
      members["attempt"] = attempt.json
    case .backoff(let attempt, let until):
      members["attempt"] = attempt.json
      members["nextRun"] = .string(until.rfc3339)
    case .succeeded: break
    case .failed(let reason), .cancelled(let reason), .expired(let reason):
      members["reason"] = .string(reason)
    }
    return .object(members)
  }

  private static let known = JSONKeyTable([
    "format", "id", "number", "revision", "job", "submittedAt", "runs", "attempts", "cursor",
    "scheduleEnded", "holdRequested", "cancelRequest", "history", "decisions", "outputs",
    "percentCompleted", "progressText", "finishedAt", "phase", "attempt", "nextRun", "reason",
    "knownFiles", "fileTrouble", "lastFile", "parents", "exec", "pendingHooks", "hookSerial",
    "lastSuccessAt", "runsBefore",
  ])

  /// Reads a state file.
  /// - Throws: what is wrong with it, for its `.why` file.
  public init(parsing bytes: [UInt8]) throws(RecordError) {
    let json: JSON
    do {
      json = try JSON(parsing: bytes, limits: JobState.limits)
    } catch {
      throw RecordError(error)
    }
    try self.init(json)
  }

  /// Reads the record of a state file.
  public init(_ json: JSON) throws(RecordError) {
    let fields = try RecordFields(json, "")
    let format = try fields.integer("format")
    guard format == JobState.format else {
      throw RecordError("format", "\(format) is unknown to this version of jobrun")
    }
    id = try fields.text("id")
    guard JobIdentifier.isValid(id) else { throw RecordError("id", "\"\(id)\" cannot be an id") }
    number = try fields.integer("number")
    revision = try fields.integer("revision")
    let document = try fields.object("job")
    do {
      spec = try JobSpec(canonical: document)
    } catch {
      throw RecordError("job", error.message)
    }
    submittedAt = try fields.instant("submittedAt")
    phase = try JobState.phase(fields, spec)
    cursor = try fields.instant("cursor")
    scheduleEnded = try fields.optionalFlag("scheduleEnded") ?? false
    holdRequested = try fields.optionalFlag("holdRequested") ?? false
    isExec = try fields.optionalFlag("exec") ?? false
    cancelRequest = try fields.members["cancelRequest"].map { json throws(RecordError) in
      try CancelRequest(json, field: "cancelRequest")
    }
    runs = try fields.integer("runs")
    runsBefore = try fields.optionalInteger("runsBefore") ?? 0
    attempts = try fields.integer("attempts")
    history = try fields.array("history").map { json throws(RecordError) in
      try Outcome(json, field: "history")
    }
    // Files of older versions have only the history.
    lastSuccessAt =
      try fields.optionalInstant("lastSuccessAt") ?? history.last(where: \.succeeded)?.endedAt
    decisions = try fields.array("decisions").map { json throws(RecordError) in
      try Decision(json, field: "decisions")
    }
    outputs = try fields.optionalObject("outputs") ?? [:]
    percentCompleted = try fields.optionalInteger("percentCompleted", in: 0...100)
    progressText = try fields.optionalText("progressText")
    finishedAt = try fields.optionalInstant("finishedAt")
    for text in try fields.texts("knownFiles") {
      guard let digest = FileDigest(text) else {
        throw RecordError("knownFiles", "\"\(text)\" is no digest of a file")
      }
      knownFiles.insert(digest)
    }
    fileTrouble = try fields.optionalText("fileTrouble")
    lastFile = try fields.members["lastFile"].map { json throws(RecordError) in
      try TriggerFile(json, field: "lastFile")
    }
    parents = try JobState.parents(fields)
    pendingHooks = try fields.array("pendingHooks").map { json throws(RecordError) in
      try PendingHook(json, field: "pendingHooks")
    }
    hookSerial = try fields.optionalInteger("hookSerial") ?? 0
    unknown = fields.members.members(outside: JobState.known)
  }

  private static func parents(
    _ fields: RecordFields
  ) throws(RecordError) -> [String: ParentEnd] {
    var parents: [String: ParentEnd] = [:]
    for (id, json) in try fields.optionalObject("parents") ?? [:] {
      guard let end = json.string.flatMap({ ParentEnd(rawValue: $0) }) else {
        throw RecordError("parents.\(id)", "an end of a job is expected")
      }
      parents[id] = end
    }
    return parents
  }

  private static func phase(
    _ fields: RecordFields, _ spec: JobSpec
  ) throws(RecordError) -> Phase {
    func attempt() throws(RecordError) -> Attempt {
      try Attempt(.object(try fields.object("attempt")), field: "attempt")
    }
    let word = try fields.text("phase")
    switch Phase.Word(rawValue: word) {
    case .held: return .held(fields.members["attempt"] == nil ? nil : try attempt())
    case .waiting where !spec.after.isEmpty && fields.members["nextRun"] == nil:
      return .awaiting
    case .waiting: return .waiting(until: try fields.instant("nextRun"))
    case .queued: return .queued(try attempt())
    case .starting: return .starting(try attempt())
    case .running: return .running(try attempt())
    case .backoff: return .backoff(try attempt(), until: try fields.instant("nextRun"))
    case .succeeded: return .succeeded
    case .failed: return .failed(reason: try fields.text("reason"))
    case .cancelled: return .cancelled(reason: try fields.text("reason"))
    case .expired: return .expired(reason: try fields.text("reason"))
    case nil: throw RecordError("phase", "unknown phase \"\(word)\"")
    }
  }
}

extension Attempt {
  /// The written form.
  public var json: JSON {
    var members: JSONObject = [
      "run": .number(JSONNumber(run)), "attempt": .number(JSONNumber(attempt)),
      "scheduledAt": .string(scheduledAt.rfc3339), "origin": .string(origin.rawValue),
      "launches": .number(JSONNumber(launches)),
    ]
    members["rule"] = rule.map { .string($0) }
    members["file"] = file?.json
    if engine != .local { members["engine"] = .string(engine.rawValue) }
    return .object(members)
  }

  /// Reads the written form back.
  public init(_ json: JSON, field: String) throws(RecordError) {
    let fields = try RecordFields(json, field)
    let origin = RunOrigin(rawValue: try fields.text("origin"))
    self.init(
      run: try fields.integer("run"), scheduledAt: try fields.instant("scheduledAt"),
      origin: origin, rule: try fields.optionalText("rule"))
    attempt = try fields.integer("attempt")
    launches = try fields.integer("launches")
    file = try fields.members["file"].map { json throws(RecordError) in
      try TriggerFile(json, field: "\(field).file")
    }
    if let word = try fields.optionalText("engine") {
      guard let engine = EngineName(rawValue: word) else {
        throw RecordError("\(field).engine", "unknown word \"\(word)\"")
      }
      self.engine = engine
    }
  }
}
