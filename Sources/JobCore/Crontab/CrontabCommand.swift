// What stands behind the fields. A percent sign ends the command, and what follows is its standard
// input, with line breaks for more of them; a backslash takes that meaning away. Both halves follow
// cron's own loops, whose treatment of two backslashes differs.

/// The command of a crontab line and its standard input.
struct CrontabCommand: Hashable {
  /// A line for the shell.
  let line: String
  /// Text for standard input; nil if there is none.
  let input: String?

  /// Takes the rest of a line apart.
  init(_ text: Substring) {
    var command: [UInt8] = []
    var rest = text.utf8[...]
    var isEscaped = false
    var hasInput = false
    while let byte = rest.popFirst() {
      if isEscaped {
        if byte == UInt8(ascii: "%") { command.removeLast() }
        isEscaped = false
      } else if byte == UInt8(ascii: "%") {
        hasInput = true
        break
      } else {
        isEscaped = byte == UInt8(ascii: "\\")
      }
      command.append(byte)
    }
    line = String(decoding: command, as: UTF8.self)
    input = hasInput && !rest.isEmpty ? CrontabCommand.input(rest) : nil
  }

  private static func input(_ rest: Substring.UTF8View) -> String {
    var input: [UInt8] = []
    var isEscaped = false
    for byte in rest {
      let isPercent = byte == UInt8(ascii: "%")
      if isEscaped, !isPercent { input.append(UInt8(ascii: "\\")) }
      let wasEscaped = isEscaped
      isEscaped = byte == UInt8(ascii: "\\")
      if !isEscaped { input.append(isPercent && !wasEscaped ? UInt8(ascii: "\n") : byte) }
    }
    if isEscaped { input.append(UInt8(ascii: "\\")) }
    if input.last != UInt8(ascii: "\n") { input.append(UInt8(ascii: "\n")) }
    return String(decoding: input, as: UTF8.self)
  }

  /// What a job is called after it: its first word that does something, without directories,
  /// quotes and brackets. `cd /srv && ./report` is called report.
  var name: String {
    let words = line.split { $0 == " " || $0 == "\t" }
    var rest = words[...]
    while let first = rest.first {
      let bare = CrontabCommand.bare(first)
      if bare.isEmpty && !CrontabCommand.tests.contains(first) || CrontabCommand.isAssignment(first)
      {
        rest.removeFirst()
      } else if bare == "cd" || CrontabCommand.tests.contains(first),
        let end = rest.firstIndex(where: { ["&&", "||"].contains($0) || $0.hasSuffix(";") })
      {
        // There for the sake of the next command.
        rest = rest[(end + 1)...]
      } else {
        break
      }
    }
    let bare = CrontabCommand.bare(rest.first ?? words.first ?? "")
    let name = String((String(bare).pathNames.last ?? "").prefix(CrontabCommand.longestName))
    return JobSpec.isNewName(name) ? name : "job"
  }

  private static func isAssignment(_ word: Substring) -> Bool {
    word.firstIndex(of: "=").map { RunEnvironment.isVariableName(String(word[..<$0])) } ?? false
  }

  /// A prefix and a number must fit beside it.
  private static let longestName = 100

  private static let tests: Set<Substring> = ["test", "["]

  /// A word without what the shell makes of its ends.
  private static func bare(_ word: Substring) -> Substring {
    word.drop { wrappings.contains($0) }.prefix { !wrappings.contains($0) }
  }

  private static let wrappings: Set<Character> = [
    "'", "\"", "(", ")", "{", "}", "[", "]", ";", "&", "|", "<", ">", "!", "`", "$",
  ]
}
