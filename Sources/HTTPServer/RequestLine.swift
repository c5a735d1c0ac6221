// The first line of a request.

/// A version of the protocol that this server speaks.
public enum Version: String, Hashable, Sendable {
  case http10 = "HTTP/1.0"
  /// Also for a higher minor version, which a 1.1 server may treat so (RFC 9110 section 2.5).
  case http11 = "HTTP/1.1"
}

/// `method SP request-target SP HTTP-version` (RFC 9112 section 3).
struct RequestLine {
  let method: Method
  let target: RequestTarget
  let version: Version

  init(_ line: ArraySlice<UInt8>) throws(Refusal) {
    let parts = line.split(separator: Syntax.space, omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw .bad("the request line is not method, target, version") }
    guard Syntax.isToken(parts[0]) else { throw .bad("the method is malformed") }
    version = try RequestLine.version(parts[2])
    guard let method = Method(rawValue: String(decoding: parts[0], as: UTF8.self)) else {
      throw Refusal(.notImplemented, "the method is not implemented")
    }
    self.method = method
    guard !parts[1].isEmpty else { throw .bad("the request target is empty") }
    target = try RequestTarget(parts[1], method: method)
  }

  /// What to say of a line that is too long, by its first bytes: section 3 tells a method
  /// longer than any known one (501) from a long target (414).
  static func tooLong(_ start: ArraySlice<UInt8>) -> Refusal {
    let method = start.prefix { $0 != Syntax.space }
    if method.count == start.count {
      return Syntax.isToken(method)
        ? Refusal(.notImplemented, "the method is not implemented")
        : .bad("the method is malformed")
    }
    return Refusal(.targetTooLong, "the request line is too long")
  }

  private static func version(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> Version {
    let digits = Array(bytes.suffix(3))
    guard bytes.count == 8, bytes.starts(with: "HTTP/".utf8), Syntax.isDigit(digits[0]),
      digits[1] == UInt8(ascii: "."), Syntax.isDigit(digits[2])
    else { throw .bad("the protocol version is malformed") }
    guard digits[0] == UInt8(ascii: "1") else {
      throw Refusal(.versionNotSupported, "only HTTP/1.0 and HTTP/1.1 are spoken here")
    }
    return digits[2] == UInt8(ascii: "0") ? .http10 : .http11
  }
}
