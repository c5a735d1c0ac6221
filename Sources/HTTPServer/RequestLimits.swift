// How much of everything one request may have.

/// Bounds of one request; what goes beyond is refused with the status named.
public struct RequestLimits: Hashable, Sendable {
  /// Bytes of the request line with its line end (414). RFC 9112 section 3 asks for at
  /// least 8000.
  public var requestLineBytes = 8192
  /// Bytes of all header and trailer lines with their line ends (431). Browsers with many
  /// cookies send up to 16 KiB.
  public var headerBytes = 32768
  /// Number of header and trailer lines (431).
  public var headerCount = 100
  /// Bytes of the decoded body (413).
  public var bodyBytes = 1 << 20
  /// Bytes of one chunk-size line with its extensions and line end (400). Extensions are
  /// ignored, so a long one can only be meant to keep the server busy.
  public var chunkLineBytes = 256
  /// Methods refused with 411 without a length: a client that sends a body and forgets to
  /// say so would have it read as its next request.
  public var methodsWithLength: Set<Method> = [.post, .put, .patch]

  /// The defaults of every bound.
  public init() {}
}
