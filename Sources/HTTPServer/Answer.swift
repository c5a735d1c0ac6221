// A response made ready for the request that it answers: what of it goes out, and whether
// the connection goes on behind it.

struct Answer {
  /// What follows the head.
  enum Body {
    case bytes([UInt8])
    case stream(OutgoingBody)
  }

  /// The exchange with what the answer adds to it.
  private(set) var exchange: Exchange
  private(set) var head: [UInt8] = []
  private(set) var body = Body.bytes([])

  /// - Parameter endsConnection: whether the server wants no further request.
  init(_ response: Response, to exchange: Exchange, endsConnection: Bool, date: String) {
    self.exchange = exchange
    if endsConnection || response.closesConnection { self.exchange.keepAlive = false }
    do throws(ResponseSerializer.Fault) {
      try prepare(response, date: date)
    } catch {
      if case .stream(let stream) = response.body { stream.close() }
      self.exchange.note = "the answer had a header that must not be sent: \(error)"
      // Holds nothing but constants, so it is not refused.
      try? prepare(.text(.internalError, "the answer could not be sent\n"), date: date)
    }
  }

  private mutating func prepare(
    _ response: Response, date: String
  ) throws(ResponseSerializer.Fault) {
    let framing = ResponseSerializer.framing(of: response, version: exchange.version)
    if framing == .close { exchange.keepAlive = false }
    // Persistence is the default of HTTP/1.1 only (RFC 9112 section 9.3).
    let option: String? =
      exchange.keepAlive ? (exchange.version == .http10 ? "keep-alive" : nil) : "close"
    head = try ResponseSerializer.head(
      response, framing: framing, connection: option, date: date)
    exchange.status = response.status
    let hasBody = exchange.method != .head && !response.status.forbidsBody
    switch response.body {
    case .bytes(let bytes):
      body = .bytes(hasBody ? bytes : [])
      exchange.bodyBytes = hasBody ? bytes.count : 0
    case .stream(let stream):
      if hasBody {
        body = .stream(OutgoingBody(stream, framing: framing))
      } else {
        stream.close()
        body = .bytes([])
      }
    }
  }
}
