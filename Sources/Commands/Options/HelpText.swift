// The help pages, made from the tables. 80 columns, since help is read in terminals of any width
// and pasted into mails.

/// Help pages of a program.
public struct HelpText: Sendable {
  /// The width of a page in columns.
  private static let width = 80
  /// The widest first column; a longer label has its text below it.
  private static let labelWidth = 26

  private let program: ProgramSyntax

  /// The pages of a program.
  public init(_ program: ProgramSyntax) {
    self.program = program
  }

  /// The page of the program: its commands and the options of all of them.
  public func page() -> String {
    let commands =
      program.commands.map { ($0.verb, $0.summary) }
      + [("help", "Show this page, or that of a command.")]
    let options =
      program.options.map { ($0.label, $0.help) } + [
        ("    --version", "Show the version."), Self.helpRow,
      ]
    return join([
      "usage: jobrun COMMAND [OPTION...] [ARGUMENT...]",
      wrapped(program.summary, indentation: 0),
      "commands:\n" + rows(commands),
      "options:\n" + rows(options),
      "\"jobrun help COMMAND\" shows the page of a command.",
    ])
  }

  /// The page of one command.
  public func page(of command: CommandSyntax) -> String {
    let options = command.options.map { ($0.label, $0.help) }
    let common = program.options.map { ($0.label, $0.help) } + [Self.helpRow]
    return join([
      usage(of: command),
      wrapped(command.summary, indentation: 0),
      paragraphs(command.details),
      "options:\n" + rows(options + common),
      examples(command.examples),
    ])
  }

  /// The usage lines of one command, one for each way to use it.
  public func usage(of command: CommandSyntax) -> String {
    let ways = command.operands.split(separator: "\n", omittingEmptySubsequences: false)
    return ways.enumerated().map { index, operands in
      let beginning = index == 0 ? "usage:" : "      "
      return "\(beginning) jobrun \(command.verb) [OPTION...]"
        + (operands.isEmpty ? "" : " \(operands)")
    }.joined(separator: "\n")
  }

  private static let helpRow = ("-h, --help", "Show this page.")

  /// Joins the parts that are not empty, an empty line between each.
  private func join(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  /// Wraps paragraphs that are separated by empty lines.
  private func paragraphs(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.split(whereSeparator: \.isEmpty)
      .map { wrapped($0.joined(separator: " "), indentation: 0) }
      .joined(separator: "\n\n")
  }

  private func examples(_ examples: [(purpose: String, line: String)]) -> String {
    guard !examples.isEmpty else { return "" }
    return "examples:\n"
      + examples.map { purpose, line in
        // A command line is never wrapped: it is there to be copied.
        wrapped(purpose, indentation: 2) + "\n    " + line
      }.joined(separator: "\n")
  }

  /// Lays labels and texts out in two columns.
  private func rows(_ rows: [(label: String, text: String)]) -> String {
    let widths = rows.map(\.label.count).filter { $0 <= Self.labelWidth }
    let column = 2 + (widths.max() ?? 0) + 2
    return rows.map { label, text in
      let padding = column - 2 - label.count
      let body = wrapped(text, indentation: column)
      return padding >= 2 || body.isEmpty
        ? "  " + label + String(repeating: " ", count: max(0, padding)) + body.dropFirst(column)
        : "  " + label + "\n" + body
    }.joined(separator: "\n")
  }

  /// Breaks a text between words into indented lines.
  private func wrapped(_ text: String, indentation: Int) -> String {
    let margin = String(repeating: " ", count: indentation)
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      if !line.isEmpty, indentation + line.count + 1 + word.count > Self.width {
        lines.append(margin + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    if !line.isEmpty { lines.append(margin + line) }
    return lines.joined(separator: "\n")
  }
}
