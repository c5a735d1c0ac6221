// slurm.json: what the daemon has last heard of an attempt that Slurm runs, for those who look at the
// spool, and the array that it was submitted in, for the next daemon. Not truth: it is not synced, and
// where it is missing a run may be submitted again, and is claimed once all the same.

/// What there is to tell of a run under Slurm.
public struct SlurmStanding: Hashable, Sendable {
  /// The number of its job; nil if it has none yet.
  public var id: String?
  /// State and reason in Slurm's words: `PENDING (Resources)`.
  public var state: String?
  /// Where it is in an array; nil if it was not submitted in one.
  public var place: SlurmName?

  /// What there is to tell.
  public init(id: String? = nil, state: String? = nil, place: SlurmName? = nil) {
    self.id = id
    self.state = state
    self.place = place
  }

  /// The bytes of slurm.json.
  public var bytes: [UInt8] {
    var members = json.object ?? [:]
    members["array"] = place.map { .string($0.job) }
    members["task"] = place?.task.map { .number(JSONNumber($0)) }
    return JSON.object(members).serialized()
  }

  /// What there is to tell to people.
  public var json: JSON {
    var members = JSONObject()
    members["id"] = id.map { .string($0) }
    members["state"] = state.map { .string($0) }
    return .object(members)
  }

  /// Reads slurm.json.
  public init(parsing bytes: [UInt8]) throws(RecordError) {
    let fields = try RecordFields(try JSON(record: bytes), "")
    id = try fields.optionalText("id")
    state = try fields.optionalText("state")
    if let array = try fields.optionalText("array"), let task = try fields.optionalInteger("task") {
      place = SlurmName(job: array, task: task)
    }
  }

  /// Where a run stands that has not begun, in words.
  public func sentence(_ attempt: Attempt) -> String {
    let run = "run \(attempt.run), attempt \(attempt.attempt)"
    guard let id else { return "\(run) is being submitted to Slurm" }
    return "\(run) is job \(id) of Slurm" + (state.map { ", \($0)" } ?? "")
  }
}
