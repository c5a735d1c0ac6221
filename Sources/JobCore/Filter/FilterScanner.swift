// From the text of a filter to its words, each with its column.

/// One word of a filter.
struct FilterToken {
  enum Kind {
    case name(String)
    case value(FilterValue)
    case open, close, comma
    case end
  }

  let kind: Kind
  let column: Int
  /// As it was written, for messages.
  let text: String
}

/// Splits a filter into words.
struct FilterScanner {
  /// In Unicode scalars; far beyond what anybody types, and soon read.
  static let longest = 10_000

  private let scalars: [Unicode.Scalar]
  private var index = 0

  /// All words, with one that stands for the end.
  static func tokens(of text: String) throws(FilterError) -> [FilterToken] {
    var scanner = FilterScanner(scalars: Array(text.unicodeScalars))
    guard scanner.scalars.count <= longest else {
      throw FilterError(
        column: longest + 1, reason: "a filter has at most \(longest) characters")
    }
    var tokens: [FilterToken] = []
    while let token = try scanner.next() { tokens.append(token) }
    tokens.append(
      FilterToken(kind: .end, column: scanner.scalars.count + 1, text: "the end"))
    return tokens
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  private mutating func next() throws(FilterError) -> FilterToken? {
    while index < scalars.count, scalars[index].isBlank { index += 1 }
    guard index < scalars.count else { return nil }
    let start = index
    switch scalars[index] {
    case "(": return single(.open)
    case ")": return single(.close)
    case ",": return single(.comma)
    case "'": return token(.value(.text(try string())), from: start)
    case "\"", "“", "”", "‘", "’", "`":
      throw FilterError(
        column: index + 1,
        reason: "strings stand in plain single quotes, and a quote inside is doubled: 'it''s'")
    case let scalar where scalar.isDigit || scalar == "-":
      return token(.value(try numberOrDate()), from: start)
    case let scalar where scalar.isNameStart:
      while index < scalars.count, scalars[index].isNameStart || scalars[index].isDigit {
        index += 1
      }
      return token(.name(text(from: start)), from: start)
    case let scalar:
      throw FilterError(
        column: index + 1, reason: "\(printable(String(scalar))) has no place in a filter")
    }
  }

  private mutating func single(_ kind: FilterToken.Kind) -> FilterToken {
    index += 1
    return token(kind, from: index - 1)
  }

  private func token(_ kind: FilterToken.Kind, from start: Int) -> FilterToken {
    FilterToken(kind: kind, column: start + 1, text: text(from: start))
  }

  private func text(from start: Int) -> String {
    String(String.UnicodeScalarView(scalars[start..<index]))
  }

  /// A string; two quotes inside stand for one.
  private mutating func string() throws(FilterError) -> String {
    let start = index
    var text = String.UnicodeScalarView()
    index += 1
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      if scalar != "'" {
        text.append(scalar)
      } else if index < scalars.count, scalars[index] == "'" {
        text.append(scalar)
        index += 1
      } else {
        return String(text)
      }
    }
    throw FilterError(column: start + 1, reason: "the string that begins here has no end: '")
  }

  /// A number by the grammar of JSON, an instant of RFC 3339, or a day, which is its beginning in
  /// UTC.
  private mutating func numberOrDate() throws(FilterError) -> FilterValue {
    let start = index
    while index < scalars.count, scalars[index].isInNumberOrDate { index += 1 }
    let text = text(from: start)
    if let number = JSONNumber(text: text)?.double { return .number(number) }
    if let instant = Instant(rfc3339: text) ?? Instant(rfc3339: text + "T00:00:00Z") {
      return .instant(instant)
    }
    throw FilterError(
      column: start + 1,
      reason: "\(printable(text)) is neither a number nor a date such as 2026-11-21 or "
        + "2026-11-21T16:56:00Z")
  }
}

extension Unicode.Scalar {
  fileprivate var isBlank: Bool { self == " " || self == "\t" || self == "\n" || self == "\r" }
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
  fileprivate var isNameStart: Bool {
    ("a"..."z").contains(self) || ("A"..."Z").contains(self) || self == "_"
  }
  fileprivate var isInNumberOrDate: Bool {
    isNameStart || isDigit || self == "." || self == ":" || self == "+" || self == "-"
  }
}
