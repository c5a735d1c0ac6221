// The first stage: what one argument looks like, without knowing any option. Whether `-5` is an
// operand or an option of that letter is for the parser to say, which has the table.

/// An argument taken apart by its looks.
enum Argument: Hashable {
  /// `--name` or `--name=value`.
  case long(name: String, value: String?)
  /// `-jq5`: the letters behind the dash.
  case short(String)
  /// `--`.
  case terminator
  /// Anything else, `-` too.
  case word(String)

  /// Takes an argument apart.
  init(_ text: String) {
    if text == "--" {
      self = .terminator
    } else if text.hasPrefix("--") {
      let parts = text.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      self = .long(name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : nil)
    } else if text.hasPrefix("-"), text.count > 1 {
      self = .short(String(text.dropFirst()))
    } else {
      self = .word(text)
    }
  }

  /// Whether a text can be the value of the option before it: everything that does not look like
  /// an option, and negative numbers.
  static func canBeValue(_ text: String) -> Bool {
    switch Argument(text) {
    case .word: true
    case .short(let letters): isNumber(letters)
    case .long, .terminator: false
    }
  }

  /// Whether what stands behind a dash makes a negative number of it: `5`, `2.5`, `.5`, `5m`.
  static func isNumber(_ letters: String) -> Bool {
    let digits = letters.first == "." ? letters.dropFirst() : letters[...]
    return digits.first.map { ("0"..."9").contains($0) } ?? false
  }
}
