// slurm.json: what the daemon has last heard of an attempt that Slurm runs, for those who look at the
// spool. Not truth: it is not synced, and nothing depends on it.

/// What there is to tell of a run under Slurm.
public struct SlurmStanding: Hashable, Sendable {
  /// The number of its job; nil if it has none yet.
  public var id: String?
  /// State and reason in Slurm's words: `PENDING (Resources)`.
  public var state: String?

  /// What there is to tell.
  public init(id: String? = nil, state: String? = nil) {
    self.id = id
    self.state = state
  }

  /// The bytes of slurm.json.
  public var bytes: [UInt8] { json.serialized() }

  /// Its members.
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
  }

  /// Where a run stands that has not begun, in words.
  public func sentence(_ attempt: Attempt) -> String {
    let run = "run \(attempt.run), attempt \(attempt.attempt)"
    guard let id else { return "\(run) is being submitted to Slurm" }
    return "\(run) is job \(id) of Slurm" + (state.map { ", \($0)" } ?? "")
  }
}
