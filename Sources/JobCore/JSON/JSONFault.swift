// Finds the name for what stands at a place where it cannot stand: people write typographic quotes,
// comments, `True` and `NaN`, and "unexpected character" helps none of them.

/// Naming of what is wrong at a cursor.
enum JSONFault {
  /// Why what is at the cursor cannot stand where something else is expected. There must be a byte.
  static func reason(
    at cursor: JSONCursor, expecting expected: JSONError.Expectation
  ) -> JSONError.Reason {
    guard let byte = cursor.next else { return .empty }
    guard let length = cursor.scalarLength(at: cursor.index) else { return .invalidUTF8(byte) }
    let text = cursor.text(cursor.index..<(cursor.index + length))
    if let special = text.unicodeScalars.first.flatMap({ named($0, at: cursor) }) {
      return special
    }
    switch expected {
    case .value, .valueOrEnd, .object:
      if let reason = number(at: cursor) ?? word(word(at: cursor)) { return reason }
    case .key, .keyOrEnd:
      let word = word(at: cursor)
      if !word.isEmpty { return .unquotedKey(word) }
    case .colon, .commaOrBrace, .commaOrBracket: break
    }
    return .unexpected(found: found(at: cursor), expected: expected)
  }

  /// Why what is at the cursor cannot stand behind the document. There must be a byte.
  static func trailing(at cursor: JSONCursor) -> JSONError.Reason {
    switch reason(at: cursor, expecting: .commaOrBrace) {
    case .comment: .comment
    case .byteOrderMark: .byteOrderMark
    case .invalidUTF8(let byte): .invalidUTF8(byte)
    default: .trailingData(found: found(at: cursor))
    }
  }

  /// What is at the cursor for a message: a word, "a string", or a character in quotes.
  static func found(at cursor: JSONCursor) -> String {
    let word = word(at: cursor)
    if !word.isEmpty { return word.utf8.count <= 20 ? word : String(word.prefix(20)) + "..." }
    if cursor.next == UInt8(ascii: "\"") { return "a string" }
    guard !cursor.isAtEnd, let length = cursor.scalarLength(at: cursor.index) else {
      return "a byte that is not UTF-8"
    }
    return "\"" + printable(cursor.text(cursor.index..<(cursor.index + length))) + "\""
  }

  /// The letters, digits and underscores at the cursor.
  static func word(at cursor: JSONCursor) -> String {
    cursor.text(cursor.index..<(cursor.index + wordLength(at: cursor)))
  }

  /// How many bytes the word at the cursor has.
  static func wordLength(at cursor: JSONCursor) -> Int {
    var end = cursor.index
    while end < cursor.bytes.count, cursor.bytes[end].isWordCharacter { end += 1 }
    return end - cursor.index
  }

  /// Whether a word is what other formats write for a number that is none.
  static func isNotFinite(_ word: String) -> Bool {
    ["nan", "infinity", "inf"].contains(word.lowercased())
  }

  /// Characters that are wrong wherever they stand outside of a string.
  private static func named(
    _ scalar: Unicode.Scalar, at cursor: JSONCursor
  ) -> JSONError.Reason? {
    switch scalar {
    case "\u{2018}"..."\u{201F}", "\u{AB}", "\u{BB}": .typographicQuote(scalar)
    case "\u{FEFF}": .byteOrderMark
    case "'": .singleQuote
    case "#": .comment
    case "/":
      switch cursor.byte(ahead: 1) {
      case UInt8(ascii: "/"), UInt8(ascii: "*"): .comment
      default: nil
      }
    default: nil
    }
  }

  private static func number(at cursor: JSONCursor) -> JSONError.Reason? {
    switch cursor.next {
    case UInt8(ascii: "+"): .badNumber(.leadingPlus)
    case UInt8(ascii: "."): .badNumber(.noDigitBeforePoint)
    default: nil
    }
  }

  private static func word(_ word: String) -> JSONError.Reason? {
    if isNotFinite(word) { return .notFinite(word) }
    let right: String? =
      switch word.lowercased() {
      case "true", "yes", "on": "true"
      case "false", "no", "off": "false"
      case "null", "nil", "none", "undefined": "null"
      default: nil
      }
    // The right word in the wrong place, where only an object will do, is another error.
    guard let right, word != right else { return nil }
    return .wrongLiteral(word, right: right)
  }
}

extension UInt8 {
  /// Whether it can be part of a word: an ASCII letter, digit or underscore.
  fileprivate var isWordCharacter: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
