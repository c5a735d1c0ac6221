// What a handler answers.

/// A response. Framing (Content-Length, Transfer-Encoding, Connection) and Date are the
/// server's to write; a handler that sets them has its response replaced by a 500.
public struct Response {
  /// The body of a response.
  public enum Body {
    /// Complete; empty for none.
    case bytes([UInt8])
    /// Made while it is sent, for logs and server-sent events.
    case stream(BodyStream)
  }

  /// What came of the request.
  public var status: Status
  /// Own fields; names and values are checked before they go out.
  public var headers: HeaderFields
  /// Not sent in answer to HEAD, nor with a status that has none.
  public var body: Body
  /// Ends the connection behind this response, whatever the client would like.
  public var closesConnection = false

  /// Puts a response together from bytes.
  public init(_ status: Status, headers: HeaderFields = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = .bytes(body)
  }

  /// Puts a response together whose body is made while it is sent.
  public init(_ status: Status, headers: HeaderFields = [:], stream: BodyStream) {
    self.status = status
    self.headers = headers
    body = .stream(stream)
  }

  /// A response of plain text in UTF-8.
  public static func text(_ status: Status, _ text: String) -> Response {
    Response(
      status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array(text.utf8))
  }

  /// How a refusal is told unless the owner words it: its reason as plain text.
  public static func refusing(_ refusal: Refusal) -> Response {
    text(refusal.status, refusal.reason + "\n")
  }
}
