// One request, complete and checked.

public import LinuxIO

/// A request as a handler sees it.
public struct Request: Hashable, Sendable {
  /// What to do.
  public let method: Method
  /// The request target as it was sent.
  public let target: String
  /// The segments of the path, percent-decoded once; empty for "/".
  public let path: [String]
  /// The pairs of the query, decoded once, in order.
  public let query: [QueryItem]
  /// Whether the target is "*": the server as a whole.
  public let isAsterisk: Bool
  /// The header fields. Trailers are not among them.
  public let headers: HeaderFields
  /// The body without its transfer coding.
  public let body: [UInt8]
  /// What the client speaks.
  public let version: Version
  /// Whether the client lets the connection be used again (RFC 9112 section 9.3).
  public let keepAlive: Bool
  /// The host asked for, from the target if it names one, else from the Host field.
  public let host: String?
  /// Where the client is; set by the server, nil if unknown.
  public var peer: SocketAddress?
  /// The user at the other end of a unix socket, as the kernel says; set by the server.
  public var peerUser: UInt32?

  /// The first value of a query name.
  public func query(_ name: String) -> String? {
    query.first { $0.name == name }?.value
  }

  init(_ line: RequestLine, _ headers: HeaderFields, body: [UInt8]) {
    method = line.method
    target = line.target.text
    path = line.target.path
    query = line.target.query
    isAsterisk = line.target.isAsterisk
    self.headers = headers
    self.body = body
    version = line.version
    host = line.target.authority ?? headers["Host"]
    let options = headers.list("Connection")
    keepAlive =
      !options.contains("close") && (version == .http11 || options.contains("keep-alive"))
  }
}
