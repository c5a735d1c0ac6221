// A cursor over the bytes of a short text, shared by the parsers of times and durations. It knows
// digits and positions, no grammar.

/// A cursor over the UTF-8 bytes of a text.
struct ByteScanner {
  let bytes: [UInt8]
  private(set) var position = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  var isAtEnd: Bool { position == bytes.count }

  /// The byte under the cursor, nil at the end.
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// The 1-based column, in characters, of the byte under the cursor.
  var column: Int { column(ofByte: position) }

  /// The 1-based column, in characters, of a byte.
  func column(ofByte offset: Int) -> Int {
    String(decoding: bytes[..<min(offset, bytes.count)], as: UTF8.self).count + 1
  }

  mutating func advance() {
    if position < bytes.count { position += 1 }
  }

  /// Steps over `byte` if it is next.
  mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  /// Reads exactly `count` ASCII digits; nil, with the cursor on the offending byte, if one is
  /// missing. `count` is at most 18.
  mutating func digits(_ count: Int) -> Int? {
    var value = 0
    for _ in 0..<count {
      guard let digit = next.flatMap(asciiDigit) else { return nil }
      value = value * 10 + digit
      position += 1
    }
    return value
  }

  /// Reads one or more ASCII digits: nil if there is none, `overflowed` if the value does not fit.
  mutating func number() -> (value: Int64, overflowed: Bool)? {
    let start = position
    var value: Int64 = 0
    var overflowed = false
    while let digit = next.flatMap(asciiDigit) {
      let (product, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = product.addingReportingOverflow(Int64(digit))
      overflowed = overflowed || first || second
      value = sum
      position += 1
    }
    return position == start ? nil : (value, overflowed)
  }
}

/// The value of an ASCII digit, nil for any other byte.
@inline(__always)
func asciiDigit(_ byte: UInt8) -> Int? {
  let value = byte &- UInt8(ascii: "0")
  return value < 10 ? Int(value) : nil
}
