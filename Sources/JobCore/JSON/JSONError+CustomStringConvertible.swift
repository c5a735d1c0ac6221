// All sentences about broken JSON: the place, what is wrong, and what to do about it. What is
// quoted from the text is cut and freed of control characters, since it ends up on terminals.

extension JSONError: CustomStringConvertible {
  /// The error as one line of plain English with its place and its remedy.
  public var message: String { "line \(line), column \(column): \(reason.message)" }

  public var description: String { message }
}

extension JSONError.Reason {
  /// What is wrong and what to do about it, without the place.
  public var message: String {
    switch self {
    case .empty: "there is no JSON in it"
    case .unterminated(let construct, let line):
      "the text ends inside the \(construct.name) begun in line \(line); "
        + "is it cut off, or is a \(construct.end) missing?"
    case .unexpected(let found, let expected): "found \(found) where \(expected.words)"
    case .duplicateKey(let key):
      "the key \"\(printable(key))\" stands twice; one of the two values would be lost: remove one"
    case .tooDeep(let limit): "more than \(limit) arrays and objects inside one another"
    case .tooLong(let limit): "the document is longer than \(limit) bytes"
    case .invalidUTF8(let byte):
      "the byte 0x\(hexadecimal(byte, digits: 2)) is not UTF-8 here; save the text as UTF-8"
    case .typographicQuote(let quote): "a typographic quote (\(quote)); write \""
    case .singleQuote: "a single quote; JSON strings stand in double quotes: write \""
    case .controlCharacter(let byte): controlCharacterMessage(byte)
    case .badEscape(let escape):
      "\(printable(escape)) is no escape; a backslash itself is written \\\\"
    case .loneSurrogate(let unit):
      "\\u\(hexadecimal(unit, digits: 4)) is half a character; "
        + "write both halves of the pair, or the character itself"
    case .trailingData(let found): "the document has ended, but \(found) follows; remove it"
    case .trailingComma: "a comma before the closing bracket; remove it"
    case .comment: "a comment; JSON has none: remove it"
    case .byteOrderMark: "a byte order mark; save the text as UTF-8 without one"
    case .notFinite(let word):
      "\(printable(word)) is no number in JSON; write null, or leave the key out"
    case .wrongLiteral(let word, let right):
      "\(printable(word)) is no word of JSON; write \(right)"
    case .unquotedKey(let key):
      "the key \(printable(key)) needs quotes; write \"\(printable(key))\""
    case .badNumber(let fault): fault.message
    }
  }

  private func controlCharacterMessage(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
      "the line ends inside a string; close it with \", or write a line break as \\n"
    case UInt8(ascii: "\t"): "a tab inside a string; write \\t"
    default: "a control character inside a string; write \\u\(hexadecimal(byte, digits: 4))"
    }
  }
}

extension JSONError.Construct {
  fileprivate var name: String {
    switch self {
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  fileprivate var end: String {
    switch self {
    case .string: "\""
    case .array: "]"
    case .object: "}"
    }
  }
}

extension JSONError.Expectation {
  fileprivate var words: String {
    switch self {
    case .value: "a value should stand"
    case .key: "the next key should stand, in double quotes"
    case .keyOrEnd: "a key in double quotes or } should stand"
    case .valueOrEnd: "a value or ] should stand"
    case .colon: "a colon should follow the key"
    case .commaOrBrace: "a comma or } should follow the value"
    case .commaOrBracket: "a comma or ] should follow the value"
    case .object: "an object { ... } should stand"
    }
  }
}

extension JSONError.NumberFault {
  fileprivate var message: String {
    switch self {
    case .leadingZero: "a number with a leading zero; remove the zero, or write a string"
    case .leadingPlus: "a number with a plus sign; remove the sign"
    case .noDigitAfterMinus: "a minus sign without a number; a digit must follow it"
    case .noDigitBeforePoint: "a number that begins with its point; write 0 before it"
    case .noDigitAfterPoint: "a number that ends with its point; write a digit after it"
    case .noDigitInExponent: "an exponent without digits; write them, as in 1e3"
    case .hexadecimal: "a hexadecimal number; write it in decimal digits"
    }
  }
}

/// Text from a document in a form that a terminal only shows and that stays on the line.
public func printable(_ text: String) -> String {
  /// Enough to recognise a key by, short enough for one line.
  let longest = 60
  var result = ""
  for (index, scalar) in text.unicodeScalars.enumerated() {
    guard index < longest else { return result + "..." }
    if scalar.isUnsafeOnTerminal {
      result += "\\u{\(hexadecimal(scalar.value, digits: 4))}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// A number in upper-case hexadecimal digits, filled up with zeros.
private func hexadecimal(_ value: some BinaryInteger, digits: Int) -> String {
  let text = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
