// Every decision about a job, with its reason: what `why` tells.

/// One decision.
public struct Decision: Hashable, Sendable {
  /// What was decided.
  public enum Kind: String, CaseIterable, Sendable {
    case submitted, due, started, late, skipped, retried, ended, finished
    case cancelled, rerun, held, released, expired
  }

  public let at: Instant
  public let kind: Kind
  /// Why, in words.
  public let reason: String
  /// Who asked for it, where a caller of the service did.
  public internal(set) var by: String?

  /// Records a decision.
  public init(at: Instant, _ kind: Kind, _ reason: String) {
    self.at = at
    self.kind = kind
    self.reason = reason
  }

  /// The written form.
  public var json: JSON {
    var members: JSONObject = [
      "at": .string(at.rfc3339), "what": .string(kind.rawValue), "reason": .string(reason),
    ]
    members["by"] = by.map { .string($0) }
    return .object(members)
  }

  /// Reads the written form back; a kind of a newer version is refused.
  init(_ json: JSON, field: String) throws(RecordError) {
    let fields = try RecordFields(json, field)
    at = try fields.instant("at")
    let word = try fields.text("what")
    guard let kind = Kind(rawValue: word) else {
      throw RecordError("\(field).what", "unknown decision \"\(word)\"")
    }
    self.kind = kind
    reason = try fields.text("reason")
    by = try fields.optionalText("by")
  }
}
