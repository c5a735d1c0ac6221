// A command line as it stands in a document, split as a shell would split it.

/// The words of one call of jobrun.
struct CommandLine {
  let words: [String]

  /// Reads the call of jobrun in a line: behind pipes and other programs, up to the next pipe,
  /// redirection or `&`; nil if there is none.
  init?(_ line: String) {
    let parts = CommandLine.split(line)
    guard let start = parts.firstIndex(of: "jobrun") else { return nil }
    words = Array(parts[(start + 1)...].prefix { !["|", "&", ">", "2>", ";"].contains($0) })
  }

  /// Whether it can be run in a fresh spool without a daemon: it ends at once and succeeds.
  var isHarmless: Bool {
    switch words.first {
    case "submit":
      !words.contains {
        $0.hasPrefix("--wait") || $0 == "-" || $0 == "--after" || $0.hasSuffix(".json")
      }
    case "status": words.dropFirst().allSatisfy { Int($0) == nil && $0 != "--watch" }
    case "next": words.count > 1 && words[1].contains(" ")
    case "lock": words.contains("true")
    case "help", "--version", "metrics": true
    default: false
    }
  }

  private static func split(_ line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word?.append(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character == " " || character == "\n" {
        if let finished = word { words.append(finished) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return words
  }

  /// The command lines of a display or code block: those after a mark, with their continuations.
  static func lines(after mark: String, in text: String) -> [String] {
    text.replacing("\\\n", with: " ").split(separator: "\n")
      .filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
  }
}
