// run.json: all a supervisor needs to know of its one attempt.

/// What to run, and how.
public struct RunPlan: Hashable, Sendable {
  public let job: String
  public let attempt: Attempt
  /// Program and arguments.
  public let arguments: [String]
  /// Complete environment of the command, without what depends on the run directory.
  public let environment: [String: String]
  public let workingDirectory: String
  public let umask: UInt32
  public let stdin: String?
  public let values: JSONObject
  public let maxExecutionTime: TimeSpan?
  public let killGrace: TimeSpan
  public let leftovers: Leftovers
  /// So many bytes of each output stream are kept; nil: all.
  public let maxOutputBytes: ByteCount?
  /// Whether the outcome is to tell how much the command has written on standard output.
  public let countsOutput: Bool
  /// Soft limit of open files for the command; 0: as the supervisor's.
  public let descriptorLimit: UInt64

  /// The plan of one attempt of a job.
  /// - Parameter base: basic variables of the daemon (PATH, HOME, ...).
  public init(
    _ state: JobState, _ attempt: Attempt, base: [String: String], token: String, spool: String,
    descriptorLimit: UInt64
  ) {
    job = state.id
    self.attempt = attempt
    arguments = state.spec.command.arguments
    var environment = base.merging(state.spec.environment) { _, own in own }
    for (name, value) in RunEnvironment.variables(of: state.spec.values) {
      environment[name] = value
    }
    environment["JOBRUN_JOB_ID"] = state.id
    environment["JOBRUN_NUMBER"] = String(state.number)
    environment["JOBRUN_RUN"] = String(attempt.run)
    environment["JOBRUN_ATTEMPT"] = String(attempt.attempt)
    environment["JOBRUN_SCHEDULED_AT"] = attempt.scheduledAt.rfc3339
    environment["JOBRUN_SPOOL"] = spool
    if let file = attempt.file {
      environment["JOBRUN_FILE"] = file.place
      environment["JOBRUN_FILE_NAME"] = file.name
    }
    environment["JOBRUN_RUN_TOKEN"] = token
    self.environment = environment
    workingDirectory = state.spec.workingDirectory
    umask = state.spec.umask
    stdin = state.spec.stdin
    values = state.spec.values
    maxExecutionTime = state.spec.maxExecutionTime
    killGrace = state.spec.killGrace
    leftovers = state.spec.leftovers
    maxOutputBytes = state.spec.maxOutputBytes
    countsOutput = state.spec.expectation?.minBytes != nil
    self.descriptorLimit = descriptorLimit
  }

  /// The bytes of run.json.
  public var bytes: [UInt8] {
    var members: JSONObject = [
      "job": .string(job), "attempt": attempt.json,
      "arguments": .array(arguments.map { .string($0) }),
      "workingDirectory": .string(workingDirectory), "umask": .number(JSONNumber(Int(umask))),
      "killGrace": .number(JSONNumber(killGrace.milliseconds)),
      "leftovers": .string(leftovers.rawValue),
      "descriptorLimit": .string(String(descriptorLimit)),
    ]
    members["environment"] = .object(
      JSONObject(environment.map { ($0.key, JSON.string($0.value)) }))
    members["stdin"] = stdin.map { .string($0) }
    if !values.isEmpty { members["values"] = .object(values) }
    members["maxExecutionTime"] = maxExecutionTime.map { .number(JSONNumber($0.milliseconds)) }
    members["maxOutputBytes"] = maxOutputBytes.map { .number(JSONNumber($0.bytes)) }
    if countsOutput { members["countsOutput"] = true }
    return JSON.object(members).serialized()
  }

  /// Reads run.json.
  public init(parsing bytes: [UInt8]) throws(RecordError) {
    let fields = try RecordFields(try JSON(record: bytes), "")
    job = try fields.text("job")
    attempt = try Attempt(.object(try fields.object("attempt")), field: "attempt")
    arguments = try fields.texts("arguments")
    if arguments.isEmpty { throw RecordError("arguments", "the program is missing") }
    var environment: [String: String] = [:]
    for (name, value) in try fields.object("environment") {
      guard let text = value.string else {
        throw RecordError("environment.\(name)", "a string is expected")
      }
      environment[name] = text
    }
    self.environment = environment
    workingDirectory = try fields.text("workingDirectory")
    umask = UInt32(try fields.integer("umask", in: 0...0o777))
    stdin = try fields.optionalText("stdin")
    values = try fields.optionalObject("values") ?? [:]
    maxExecutionTime = try fields.optionalInteger("maxExecutionTime", in: 0...Int.max).map {
      TimeSpan(milliseconds: Int64($0))
    }
    killGrace = TimeSpan(milliseconds: Int64(try fields.integer("killGrace", in: 0...Int.max)))
    let word = try fields.text("leftovers")
    guard let leftovers = Leftovers(rawValue: word) else {
      throw RecordError("leftovers", "unknown word \"\(word)\"")
    }
    self.leftovers = leftovers
    maxOutputBytes = try fields.optionalInteger(
      "maxOutputBytes", in: ByteCount.least...Int.max
    ).flatMap { ByteCount(bytes: $0) }
    countsOutput = try fields.optionalFlag("countsOutput") ?? false
    guard let limit = UInt64(try fields.text("descriptorLimit")) else {
      throw RecordError("descriptorLimit", "a whole number in a string is expected")
    }
    descriptorLimit = limit
  }
}
