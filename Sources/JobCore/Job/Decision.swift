// Every decision about a job, with its reason: what `why` tells.

/// One decision.
public struct Decision: Hashable, Sendable {
  /// What was decided, as a word. The set is open: a word of a newer version is history that
  /// nothing depends on, and must not make the whole job unreadable.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    public static let submitted = Kind(rawValue: "submitted")
    public static let due = Kind(rawValue: "due")
    public static let started = Kind(rawValue: "started")
    public static let late = Kind(rawValue: "late")
    public static let skipped = Kind(rawValue: "skipped")
    public static let retried = Kind(rawValue: "retried")
    public static let ended = Kind(rawValue: "ended")
    public static let finished = Kind(rawValue: "finished")
    public static let cancelled = Kind(rawValue: "cancelled")
    public static let retired = Kind(rawValue: "retired")
    public static let rerun = Kind(rawValue: "rerun")
    public static let held = Kind(rawValue: "held")
    public static let released = Kind(rawValue: "released")
    public static let expired = Kind(rawValue: "expired")
    /// Only in the history of a day: the job itself is gone.
    public static let purged = Kind(rawValue: "purged")
  }

  public let at: Instant
  public let kind: Kind
  /// Why, in words.
  public let reason: String
  /// Who asked for it, where a caller of the service did.
  public internal(set) var by: String?
  /// The rule that has taken a firing away, as the document names it: `daysOfWeekToRun`, or
  /// `blackout` with its text. Set where a job's only firing was.
  public internal(set) var rule: String?

  /// Firings were passed over, or are late, because nobody was there to start them.
  public internal(set) var isMissed = false

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
    members["rule"] = rule.map { .string($0) }
    if isMissed { members["missed"] = true }
    return .object(members)
  }

  /// Reads the written form back.
  init(_ json: JSON, field: String) throws(RecordError) {
    let fields = try RecordFields(json, field)
    at = try fields.instant("at")
    kind = Kind(rawValue: try fields.text("what"))
    reason = try fields.text("reason")
    by = try fields.optionalText("by")
    rule = try fields.optionalText("rule")
    isMissed = try fields.optionalFlag("missed") ?? false
  }
}
