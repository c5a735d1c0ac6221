// What is known of one request once it is over.

public import LinuxIO

/// One request and its answer, for an access log.
public struct AccessRecord: Hashable, Sendable {
  /// Where the client is; nil if unknown.
  public let peer: SocketAddress?
  /// Who made the request, if its handler said so.
  public let user: String?
  /// Nil if the request was refused before it was understood.
  public let method: Method?
  /// The request target as it was sent; nil as above. It holds no control characters.
  public let target: String?
  /// What the request was for, if its handler said so.
  public let route: String?
  /// The status that was answered; nil if the client left before there was one.
  public let status: Status?
  /// Bytes of the body handed to the connection.
  public let bodyBytes: Int
  /// Milliseconds from the request's first byte to the end of its answer.
  public let milliseconds: Int64
  /// Whether the answer was handed over whole; false if the client left or its source failed.
  public let isComplete: Bool
  /// Why the server itself answered and not a handler, if so.
  public let note: String?
}
