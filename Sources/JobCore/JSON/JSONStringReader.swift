// Reads the string at a cursor: checks its UTF-8 and undoes its escapes (RFC 8259, section 7).
// Strings without escapes, nearly all, become text straight from the document's bytes.

/// Reading of strings.
enum JSONStringReader {
  /// Reads a string, the cursor being at its opening quote.
  static func read(_ cursor: inout JSONCursor) throws(JSONError) -> String {
    let opening = cursor.index
    cursor.index += 1
    let start = cursor.index
    try skipPlain(&cursor, openedAt: opening)
    if cursor.next == UInt8(ascii: "\"") {
      defer { cursor.index += 1 }
      return cursor.text(start..<cursor.index)
    }
    return try readEscaped(&cursor, from: start, openedAt: opening)
  }

  /// Moves past a string, checking it, the cursor being at its opening quote.
  static func pass(_ cursor: inout JSONCursor) throws(JSONError) {
    let start = cursor
    cursor.index += 1
    try skipPlain(&cursor, openedAt: start.index)
    if cursor.next == UInt8(ascii: "\"") {
      cursor.index += 1
    } else {
      cursor = start
      _ = try read(&cursor)
    }
  }

  /// Reads on from the first escape, into bytes of its own.
  private static func readEscaped(
    _ cursor: inout JSONCursor, from start: Int, openedAt opening: Int
  ) throws(JSONError) -> String {
    var result = [UInt8](cursor.bytes[start..<cursor.index])
    while cursor.next == UInt8(ascii: "\\") {
      try readEscape(&cursor, into: &result)
      let run = cursor.index
      try skipPlain(&cursor, openedAt: opening)
      result.append(contentsOf: cursor.bytes[run..<cursor.index])
    }
    cursor.index += 1
    return String(decoding: result, as: UTF8.self)
  }

  /// Moves to the next quote or backslash; whatever else may not stand in a string is refused.
  @inline(__always)
  private static func skipPlain(
    _ cursor: inout JSONCursor, openedAt opening: Int
  ) throws(JSONError) {
    let bytes = cursor.bytes
    var index = cursor.index
    while index < bytes.count {
      let byte = bytes[index]
      if byte >= 0x80 {
        guard let length = cursor.scalarLength(at: index) else {
          throw cursor.failure(.invalidUTF8(byte), at: index)
        }
        index += length
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        cursor.index = index
        return
      } else if byte < 0x20 {
        throw cursor.failure(.controlCharacter(byte), at: index)
      } else {
        index += 1
      }
    }
    throw unterminated(cursor, openedAt: opening)
  }

  /// Reads one escape, the cursor being at its backslash.
  private static func readEscape(
    _ cursor: inout JSONCursor, into result: inout [UInt8]
  ) throws(JSONError) {
    let backslash = cursor.index
    guard let letter = cursor.byte(ahead: 1) else {
      throw unterminated(cursor, openedAt: backslash)
    }
    cursor.index += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(letter)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "u"):
      let scalar = try readScalar(&cursor, escapedAt: backslash)
      result.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    default:
      cursor.index = backslash
      throw cursor.failure(.badEscape(badEscape(cursor)))
    }
  }

  /// Reads what follows `\u`: four digits, or a pair of escapes for what is above U+FFFF.
  private static func readScalar(
    _ cursor: inout JSONCursor, escapedAt backslash: Int
  ) throws(JSONError) -> Unicode.Scalar {
    let first = try readUnit(&cursor, escapedAt: backslash)
    if let scalar = Unicode.Scalar(first) { return scalar }
    let second = cursor.index
    guard UTF16.isLeadSurrogate(first), cursor.next == UInt8(ascii: "\\"),
      cursor.byte(ahead: 1) == UInt8(ascii: "u")
    else { throw cursor.failure(.loneSurrogate(first), at: backslash) }
    cursor.index += 2
    let trail = try readUnit(&cursor, escapedAt: second)
    let value = 0x10000 + ((UInt32(first) & 0x3FF) << 10) + (UInt32(trail) & 0x3FF)
    guard UTF16.isTrailSurrogate(trail), let scalar = Unicode.Scalar(value) else {
      throw cursor.failure(.loneSurrogate(first), at: backslash)
    }
    return scalar
  }

  /// Reads the four digits of an escape.
  private static func readUnit(
    _ cursor: inout JSONCursor, escapedAt backslash: Int
  ) throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let next = cursor.next else { throw unterminated(cursor, openedAt: backslash) }
      guard let digit = next.hexadecimalValue else {
        cursor.index = backslash
        throw cursor.failure(.badEscape(badEscape(cursor)))
      }
      unit = unit << 4 | UInt16(digit)
      cursor.index += 1
    }
    return unit
  }

  /// The error of a text that ends inside a string. The string begins in the line where any part
  /// of it stands, for it cannot hold a line feed.
  private static func unterminated(_ cursor: JSONCursor, openedAt index: Int) -> JSONError {
    let line = cursor.position(of: index).line
    return cursor.failure(.unterminated(.string, openedInLine: line), at: cursor.bytes.count)
  }

  /// The text of the escape at the cursor, as far as a message needs it.
  private static func badEscape(_ cursor: JSONCursor) -> String {
    var end = cursor.index + 1
    let limit = cursor.index + (cursor.byte(ahead: 1) == UInt8(ascii: "u") ? 6 : 2)
    while end < min(limit, cursor.bytes.count), cursor.bytes[end] != UInt8(ascii: "\"") {
      guard let length = cursor.scalarLength(at: end) else { break }
      end += length
    }
    return cursor.text(cursor.index..<end)
  }
}

extension UInt8 {
  /// The value of a hexadecimal digit.
  fileprivate var hexadecimalValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
