// Header and trailer lines: their form, and how many and how long they may be.

/// Collects the field lines of one request within its limits.
struct FieldSection {
  private(set) var fields = HeaderFields()
  private var bytesLeft: Int
  private var countLeft: Int

  init(_ limits: RequestLimits) {
    bytesLeft = limits.headerBytes
    countLeft = limits.headerCount
  }

  /// Takes lines up to the empty one; true once that came. What lines are left to come
  /// afterwards (trailers) share the limits.
  mutating func take(from input: inout ByteQueue) throws(Refusal) -> Bool {
    while true {
      // The empty line that ends the section is free, so that the limit is that of fields.
      switch try input.takeLine(limit: bytesLeft + 2) {
      case .incomplete: return false
      case .tooLong: throw Refusal(.headersTooLarge, "the header fields are too long")
      case .complete(let line):
        if line.isEmpty { return true }
        try add(line)
      }
    }
  }

  private mutating func add(_ line: ArraySlice<UInt8>) throws(Refusal) {
    bytesLeft -= line.count + 2
    countLeft -= 1
    if bytesLeft < 0 { throw Refusal(.headersTooLarge, "the header fields are too long") }
    if countLeft < 0 { throw Refusal(.headersTooLarge, "there are too many header fields") }
    // RFC 9112 section 5.2: obs-fold in a request is refused.
    if let first = line.first, Syntax.isBlank(first) { throw .bad("a header line is folded") }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      throw .bad("a header line has no colon")
    }
    // Section 5.1: no blank between name and colon; it is not a token character.
    guard Syntax.isToken(line[..<colon]) else { throw .bad("a header name is malformed") }
    let value = Syntax.trimmed(line[(colon + 1)...])
    guard value.allSatisfy(Syntax.isFieldValue) else {
      throw .bad("a header value holds a control character")
    }
    fields.append(
      String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
  }
}
