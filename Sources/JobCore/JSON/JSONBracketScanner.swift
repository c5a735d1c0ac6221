// Finds where a document ends without reading it: brackets are counted, except inside strings. What
// it finds is only where to cut; whether the piece is JSON is for the reader to say.

/// How deep in brackets a scan is, and whether it is inside a string.
struct JSONBracketScanner {
  private(set) var depth = 0
  private(set) var isInString = false
  private var isEscaped = false

  /// Takes the next byte.
  @inline(__always)
  mutating func take(_ byte: UInt8) {
    if isInString {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isInString = false
      }
      return
    }
    switch byte {
    case UInt8(ascii: "\""): isInString = true
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"): depth = max(0, depth - 1)
    default: break
    }
  }
}
