// Reads the number at a cursor by the grammar of RFC 8259, section 6, and keeps its text.

/// Reading of numbers.
enum JSONNumberReader {
  /// Reads a number, the cursor being at its minus sign or first digit.
  static func read(_ cursor: inout JSONCursor) throws(JSONError) -> JSONNumber {
    let start = cursor.index
    let isNegative = cursor.skip("-")
    let firstDigit = cursor.index
    skipDigits(&cursor)
    guard cursor.index > firstDigit else {
      guard isNegative else { throw cursor.failure(.badNumber(.noDigitBeforePoint)) }
      throw failureAfterMinus(cursor, from: start)
    }
    if cursor.bytes[firstDigit] == UInt8(ascii: "0") {
      guard cursor.index == firstDigit + 1 else {
        throw cursor.failure(.badNumber(.leadingZero), at: firstDigit)
      }
      if cursor.next == UInt8(ascii: "x") || cursor.next == UInt8(ascii: "X") {
        throw cursor.failure(.badNumber(.hexadecimal), at: start)
      }
    }
    if cursor.skip(".") { try readDigits(&cursor, orFail: .noDigitAfterPoint) }
    if cursor.skip("e") || cursor.skip("E") {
      _ = cursor.skip("+") || cursor.skip("-")
      try readDigits(&cursor, orFail: .noDigitInExponent)
    }
    return JSONNumber(checked: cursor.text(start..<cursor.index))
  }

  private static func skipDigits(_ cursor: inout JSONCursor) {
    while cursor.isAtDigit { cursor.index += 1 }
  }

  private static func readDigits(
    _ cursor: inout JSONCursor, orFail fault: JSONError.NumberFault
  ) throws(JSONError) {
    guard cursor.isAtDigit else { throw cursor.failure(.badNumber(fault)) }
    skipDigits(&cursor)
  }

  /// `-Infinity` is worth its own word.
  private static func failureAfterMinus(_ cursor: JSONCursor, from start: Int) -> JSONError {
    if cursor.next == UInt8(ascii: ".") {
      return cursor.failure(.badNumber(.noDigitBeforePoint))
    }
    let word = JSONFault.word(at: cursor)
    if JSONFault.isNotFinite(word) { return cursor.failure(.notFinite("-" + word), at: start) }
    return cursor.failure(.badNumber(.noDigitAfterMinus))
  }
}
