// What a word of a command line can be, as far as a shell can complete it. Taken from the table:
// from how the help names a value or an operand, so that a new option needs nothing here.

import JobCore

/// What can stand in one place of a command line.
enum WordKind: Hashable {
  /// One of these words.
  case choices([String])
  case files
  case folders
  /// What the spool knows; asked for by the script when it is wanted.
  case known(KnownWords)
  /// Anything, and nothing can be proposed.
  case free

  /// What the value of an option can be.
  init(valueNamed name: String) {
    switch name {
    case "FILE": self = .files
    case "DIR": self = .folders
    case "MODEL": self = .known(.models)
    case "PLAN": self = .known(.plans)
    case "QUEUE": self = .known(.queues)
    case "ID[:WHEN]": self = .known(.jobs)
    case "PHASE": self = .choices(Phase.Word.allCases.map(\.rawValue))
    case "DAY": self = .choices(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])
    default:
      let words = name.split(separator: "|").map(String.init)
      self = words.allSatisfy(WordKind.isLiteral) ? .choices(words) : .free
    }
  }

  /// What the operands of a command can be.
  init(operands: String) {
    let words = operands.split { " []|\n".contains($0) }.map(String.init)
    if words.contains(where: { $0.hasPrefix("ID") }) {
      self = .known(.jobs)
    } else if words.contains(where: { $0.hasPrefix("FILE") }) {
      self = .files
    } else if !words.isEmpty, words.allSatisfy(WordKind.isLiteral) {
      self = .choices(words)
    } else {
      self = .free
    }
  }

  /// Whether a word stands for itself, and not for a value: values are named in capitals.
  private static func isLiteral(_ word: String) -> Bool {
    word.first?.isLetter == true && word.contains(where: \.isLowercase)
      && word.allSatisfy { $0.isLetter || $0 == "-" }
  }
}

extension Option {
  /// What its value can be; nil if it has none.
  var valueKind: WordKind? {
    switch kind {
    case .flag: nil
    case .value(let name), .optionalValue(let name): WordKind(valueNamed: name)
    }
  }
}
