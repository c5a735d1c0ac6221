// Why a request was not taken. The connection cannot be used any more afterwards, because
// nobody can say where the next request would begin.

/// A request that the server refuses before any handler sees it.
public struct Refusal: Error, Hashable, Sendable {
  /// The status that the client gets.
  public let status: Status
  /// What was wrong, as a sentence without an end for the client and the log.
  public let reason: String

  /// Refuses with a status and a reason.
  public init(_ status: Status, _ reason: String) {
    self.status = status
    self.reason = reason
  }

  static func bad(_ reason: String) -> Refusal { Refusal(.badRequest, reason) }
}
