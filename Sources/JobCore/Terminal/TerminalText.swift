// Text as a terminal shows it: how many columns it takes, and nothing in it that moves the cursor.
// Widths are those of Unicode's EastAsianWidth and general categories, as terminals count them; no
// locale is asked, so that a table looks the same wherever it is made.

/// Text measured in columns of a terminal.
public enum TerminalText {
  /// A text of which a terminal does nothing but show it, on one line: control characters, line
  /// separators and those that turn the direction of text around are blanks, and of the marks that
  /// are put on one character only the first few are left.
  public static func visible(_ text: String) -> String {
    if isPlain(text) { return text }
    var shown = String.UnicodeScalarView()
    var marks = 0
    for scalar in text.unicodeScalars {
      let scalar = scalar.isUnsafeOnTerminal ? " " : scalar
      marks = scalar.columns == 0 ? marks + 1 : 0
      if marks <= mostMarks { shown.append(scalar) }
    }
    return String(shown)
  }

  /// Text by lines, each of them visible.
  public static func visibleLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { visible(String($0)) }
      .joined(separator: "\n")
  }

  /// More than any writing puts on one character: a column could hold megabytes of them.
  private static let mostMarks = 16

  /// Columns that a visible text takes.
  public static func width(_ text: String) -> Int {
    if isPlain(text) { return text.utf8.count }
    return text.reduce(0) { $0 + width($1) }
  }

  /// A visible text in at most so many columns; what is cut off leaves "...", as far as that fits.
  public static func cut(_ text: String, to columns: Int) -> String {
    if width(text) <= columns { return text }
    let mark = String("...".prefix(max(0, columns)))
    var rest = columns - mark.utf8.count
    var result = ""
    for character in text {
      rest -= width(character)
      if rest < 0 { break }
      result.append(character)
    }
    return result + mark
  }

  /// A visible text with blanks behind it, up to so many columns.
  public static func padded(_ text: String, to columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - width(text)))
  }

  /// Whether every byte is a column.
  private static func isPlain(_ text: String) -> Bool {
    let isColumn: (UInt8) -> Bool = { 0x20..<0x7F ~= $0 }
    return text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(isColumn) }
      ?? text.utf8.allSatisfy(isColumn)
  }

  /// Columns of one character with all that is combined with it.
  private static func width(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    // Modifiers, joined pictures and the sign for "as a picture" make one picture of several.
    if let first = scalars.first, first.isWide || scalars.contains("\u{FE0F}") { return 2 }
    return scalars.reduce(0) { $0 + $1.columns }
  }
}

extension Unicode.Scalar {
  /// Whether a terminal may do something else than show it: control characters, line separators
  /// and those that turn the direction of the text around.
  var isUnsafeOnTerminal: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF:
      true
    default: false
    }
  }

  /// Columns that it takes by itself.
  fileprivate var columns: Int {
    switch value {
    // A soft hyphen is shown. Vowels and finals of Hangul join the consonant before them.
    case 0xAD: return 1
    case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0
    default: break
    }
    if isWide { return 2 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return 1
    }
  }

  /// Whether it takes two columns: `W` and `F` of EastAsianWidth. What is not assigned between
  /// such characters is taken for one of them, which it will be.
  fileprivate var isWide: Bool {
    if value < 0x1100 { return false }
    return properties.isEmojiPresentation && !(0x1F1E6...0x1F1FF ~= value)
      || Unicode.Scalar.wide.contains { $0 ~= value }
  }

  /// Wide characters that are no pictures.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF,
    0x4E00...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
    0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x1B2FB, 0x1F200...0x1F265,
    0x20000...0x3FFFD,
  ]
}
