// A wish to stop that stands until the supervisor has carried it out.

/// Somebody's request to cancel a job, or only its current run.
public struct CancelRequest: Hashable, Sendable {
  public let at: Instant
  /// Free text for the record.
  public let reason: String
  /// The contracts' cancelReasonId.
  public let reasonId: Int?
  /// Only the current run; the schedule goes on.
  public let onlyRun: Bool

  /// In Unicode scalars. A reason is written into request, outcome, phase and decisions, and
  /// the state file must stay readable whatever somebody pastes.
  private static let longestReason = 1000

  /// Puts a request together; a very long reason is cut.
  public init(at: Instant, reason: String, reasonId: Int? = nil, onlyRun: Bool = false) {
    self.at = at
    self.reason = String(
      String.UnicodeScalarView(reason.unicodeScalars.prefix(CancelRequest.longestReason)))
    self.reasonId = reasonId
    self.onlyRun = onlyRun
  }

  /// The written form, in state files and in cancel.json.
  public var json: JSON {
    var members: JSONObject = [
      "at": .string(at.rfc3339), "reason": .string(reason), "onlyRun": .bool(onlyRun),
    ]
    members["reasonId"] = reasonId.map { .number(JSONNumber($0)) }
    return .object(members)
  }

  /// Reads the written form back.
  public init(_ json: JSON, field: String) throws(RecordError) {
    let fields = try RecordFields(json, field)
    at = try fields.instant("at")
    reason = try fields.text("reason")
    reasonId = try fields.optionalInteger("reasonId", in: .min ... .max)
    onlyRun = try fields.optionalFlag("onlyRun") ?? false
  }

  /// The reason as it stands in an outcome and a final phase.
  public var explanation: String {
    let text = reason.isEmpty ? "cancelled by request" : reason
    return reasonId.map { "\(text) (reason \($0))" } ?? text
  }
}
