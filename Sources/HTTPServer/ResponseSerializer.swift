// Responses as bytes (RFC 9112 sections 4, 6, 7). The only place where a header goes out,
// and so the only place that has to keep CR, LF and NUL from going out with it.

/// Writes the parts of a response.
enum ResponseSerializer {
  /// A header that a handler must not send.
  enum Fault: Error, Hashable {
    /// Not a token: the name could end the line or the header section.
    case name(String)
    /// The value holds a control character: it could start another header.
    case value(name: String)
    /// Framing and Date are written by the server alone.
    case reserved(String)
  }

  /// How the body is delimited.
  enum Framing: Hashable {
    case length(Int)
    case chunked
    /// By the end of the connection, for clients that know nothing better.
    case close
    /// There is none and nothing is said of it.
    case none
  }

  static let continueLine = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

  private static let reserved = [
    "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Date", "Trailer",
    "Upgrade",
  ]

  /// How a response's body is delimited for a client's version.
  static func framing(of response: Response, version: Version) -> Framing {
    if response.status.forbidsBody { return .none }
    switch response.body {
    case .bytes(let bytes): return .length(bytes.count)
    case .stream(let stream):
      if let length = stream.length { return .length(length) }
      return version == .http11 ? .chunked : .close
    }
  }

  /// Status line and headers with the empty line behind them.
  /// - Parameter connection: what the Connection field says, nil for nothing.
  static func head(
    _ response: Response, framing: Framing, connection: String?, date: String
  ) throws(Fault) -> [UInt8] {
    var text = "HTTP/1.1 \(response.status.rawValue) \(response.status.name)\r\nDate: \(date)\r\n"
    for field in response.headers.fields {
      guard Syntax.isToken(Array(field.name.utf8)) else { throw .name(field.name) }
      guard field.value.utf8.allSatisfy(Syntax.isFieldValue) else {
        throw .value(name: field.name)
      }
      if reserved.contains(where: { Syntax.isEqual($0, field.name) }) {
        throw .reserved(field.name)
      }
      text += "\(field.name): \(field.value)\r\n"
    }
    switch framing {
    case .length(let length): text += "Content-Length: \(length)\r\n"
    case .chunked: text += "Transfer-Encoding: chunked\r\n"
    case .close, .none: break
    }
    if let connection { text += "Connection: \(connection)\r\n" }
    return Array((text + "\r\n").utf8)
  }

  /// One chunk; must not be empty, since an empty one ends the body.
  static func chunk(_ bytes: [UInt8]) -> [UInt8] {
    Array(String(bytes.count, radix: 16).utf8) + [13, 10] + bytes + [13, 10]
  }

  static let lastChunk = Array("0\r\n\r\n".utf8)
}
