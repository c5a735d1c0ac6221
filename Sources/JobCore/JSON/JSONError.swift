// What is wrong with a text that should be JSON, and where. The error carries data; the sentences
// are in JSONError+CustomStringConvertible.swift.

/// Why a text is not JSON, and the place.
public struct JSONError: Error, Hashable, Sendable {
  /// The place of the first byte that cannot stand where it stands.
  public var position: JSONPosition

  /// What is wrong there.
  public var reason: Reason

  /// An error at a place.
  public init(_ reason: Reason, at position: JSONPosition) {
    self.position = position
    self.reason = reason
  }

  /// The line, from 1.
  public var line: Int { position.line }

  /// The column, from 1, in Unicode scalars.
  public var column: Int { position.column }

  /// The number of bytes before the place.
  public var offset: Int { position.offset }
}

extension JSONError {
  /// What can be wrong with a text.
  public enum Reason: Hashable, Sendable {
    /// Nothing but white space.
    case empty
    /// The text ends inside something.
    case unterminated(Construct, openedInLine: Int)
    /// Something else stands where the grammar wants something.
    case unexpected(found: String, expected: Expectation)
    /// A member's name stands twice in one object.
    case duplicateKey(String)
    /// More arrays and objects inside one another than the limit.
    case tooDeep(limit: Int)
    /// More bytes than the limit.
    case tooLong(limit: Int)
    /// A byte that is not UTF-8 there.
    case invalidUTF8(UInt8)
    /// “ ” ‘ ’ and their like instead of a plain quote.
    case typographicQuote(Unicode.Scalar)
    /// A plain single quote where a double quote belongs.
    case singleQuote
    /// A byte below 32 as it is inside a string.
    case controlCharacter(UInt8)
    /// A backslash followed by something it cannot be followed by.
    case badEscape(String)
    /// Half of a pair of `\u` escapes.
    case loneSurrogate(UInt16)
    /// More text after the value.
    case trailingData(found: String)
    /// A comma before a closing bracket.
    case trailingComma
    /// A comment.
    case comment
    /// A byte order mark.
    case byteOrderMark
    /// NaN or an infinity.
    case notFinite(String)
    /// `True`, `None` and the like; the right word is the second.
    case wrongLiteral(String, right: String)
    /// A member's name without quotes.
    case unquotedKey(String)
    /// A number that breaks the grammar.
    case badNumber(NumberFault)
  }

  /// What can be left open at the end of a text.
  public enum Construct: Hashable, Sendable { case string, array, object }

  /// What the grammar wants at a place.
  public enum Expectation: Hashable, Sendable {
    case value, key, keyOrEnd, valueOrEnd, colon, commaOrBrace, commaOrBracket, object
  }

  /// How a number can break the grammar.
  public enum NumberFault: Hashable, Sendable {
    case leadingZero, leadingPlus, noDigitAfterMinus, noDigitBeforePoint, noDigitAfterPoint
    case noDigitInExponent, hexadecimal
  }
}
