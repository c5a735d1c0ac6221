// What one verb understands and what its help says, as data.

/// The syntax of one command and the texts of its help.
public struct CommandSyntax: Sendable {
  /// The word that selects the command.
  public let verb: String
  /// One sentence that says what it does.
  public let summary: String
  /// What follows the options in the usage line, such as `[ID...]`; several lines if there are
  /// several ways to use it.
  public let operands: String
  /// Its own options; those of the whole program are understood besides.
  public let options: [Option]
  /// Whether option parsing ends at an operand, so that it and all that follow are operands
  /// whatever they look like. Asked for each operand up to the first that says so.
  public let stopsAt: @Sendable (String) -> Bool
  /// Paragraphs for the help, separated by empty lines.
  public let details: String
  /// What it is used for, and the command line that does it.
  public let examples: [(purpose: String, line: String)]

  /// A command.
  public init(
    verb: String, summary: String, operands: String = "", options: [Option] = [],
    stopsAt: @escaping @Sendable (String) -> Bool = { _ in false }, details: String = "",
    examples: [(purpose: String, line: String)] = []
  ) {
    self.verb = verb
    self.summary = summary
    self.operands = operands
    self.options = options
    self.stopsAt = stopsAt
    self.details = details
    self.examples = examples
  }
}
