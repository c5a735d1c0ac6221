// Where the body of a request ends. Every doubt is a refusal: a doubt that two programs
// on the way settle differently is how one request is smuggled inside another.

/// How a request's body is delimited (RFC 9112 section 6.3).
enum Framing: Equatable {
  case none
  case length(Int)
  case chunked

  /// Decides by the header fields, or refuses.
  static func decide(
    _ fields: HeaderFields, method: Method, version: Version, limits: RequestLimits
  ) throws(Refusal) -> Framing {
    let codings = fields.values(of: "Transfer-Encoding")
    let lengths = fields.values(of: "Content-Length")
    if !codings.isEmpty {
      // Section 6.1: both together ought to be handled as an error.
      if !lengths.isEmpty { throw .bad("there is a length and a transfer coding") }
      if version == .http10 { throw .bad("HTTP/1.0 has no transfer codings") }
      try checkCodings(fields.list("Transfer-Encoding"), fieldCount: codings.count)
      return .chunked
    }
    guard let text = lengths.first else {
      if limits.methodsWithLength.contains(method) {
        throw Refusal(.lengthRequired, "\(method.rawValue) needs a Content-Length")
      }
      return .none
    }
    // Section 6.3 would allow equal ones; nobody honest sends them.
    if lengths.count > 1 { throw .bad("there are several lengths") }
    return .length(try length(text, limit: limits.bodyBytes))
  }

  private static func checkCodings(
    _ codings: [String], fieldCount: Int
  ) throws(Refusal) {
    if codings == ["chunked"] && fieldCount == 1 { return }
    // Section 6.3: without chunked at the end the length cannot be told.
    guard codings.last == "chunked", codings.dropLast().allSatisfy({ $0 != "chunked" }),
      codings.count > 1
    else { throw .bad("the transfer coding is malformed") }
    throw Refusal(.notImplemented, "no transfer coding but chunked is implemented")
  }

  private static func length(_ text: String, limit: Int) throws(Refusal) -> Int {
    // Int would take a sign, which is not in the grammar (RFC 9110 section 8.6).
    guard !text.isEmpty, text.utf8.allSatisfy(Syntax.isDigit) else {
      throw .bad("the length is not a number")
    }
    guard let length = Int(text), length <= limit else {
      throw Refusal(.contentTooLarge, "the body is too long")
    }
    return length
  }
}
