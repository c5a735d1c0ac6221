// exit.json: how an attempt ended, written by its supervisor and by nobody else.

/// The supervisor's last word on an attempt.
public struct ExitRecord: Hashable, Sendable {
  public var outcome: Outcome
  /// The id of the job whose attempt it is; nil in records of earlier versions.
  public var job: String?
  /// `name=value` lines of the output file, last one of a name counting.
  public var outputs: JSONObject
  /// Last line of the progress file.
  public var percentCompleted: Int?
  public var progressText: String?

  /// A record; outputs and progress may be missing.
  public init(
    _ outcome: Outcome, outputs: JSONObject = JSONObject(), percentCompleted: Int? = nil,
    progressText: String? = nil
  ) {
    self.outcome = outcome
    self.outputs = outputs
    self.percentCompleted = percentCompleted
    self.progressText = progressText
  }

  /// The bytes of exit.json.
  public var bytes: [UInt8] {
    var members: JSONObject = ["outcome": outcome.json]
    members["job"] = job.map { .string($0) }
    if !outputs.isEmpty { members["outputs"] = .object(outputs) }
    members["percentCompleted"] = percentCompleted.map { .number(JSONNumber($0)) }
    members["progressText"] = progressText.map { .string($0) }
    return JSON.object(members).serialized()
  }

  /// Reads exit.json.
  public init(parsing bytes: [UInt8]) throws(RecordError) {
    let fields = try RecordFields(try JSON(record: bytes), "")
    outcome = try Outcome(.object(try fields.object("outcome")), field: "outcome")
    job = try fields.optionalText("job")
    outputs = try fields.optionalObject("outputs") ?? [:]
    percentCompleted = try fields.optionalInteger("percentCompleted", in: 0...100)
    progressText = try fields.optionalText("progressText")
  }

  /// Whether it is that of an attempt, by the name of its directory; nil if it does not say.
  public func isOf(_ job: String, directoryName: String) -> Bool? {
    self.job.map { $0 == job && "\(outcome.run).\(outcome.attempt)" == directoryName }
  }
}

extension JSON {
  /// Parses one of jobrun's own records.
  init(record bytes: [UInt8], limit: Int = 8 << 20) throws(RecordError) {
    do {
      try self.init(parsing: bytes, limits: JSONLimits(depth: 96, bytes: limit))
    } catch {
      throw RecordError(error)
    }
  }
}
