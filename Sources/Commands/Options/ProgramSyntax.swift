// The table of all commands, and the way from a command line to one of them. Options of the whole
// program may stand before or behind the verb; `help` and `--help` are the table's own business.

import JobCore

/// The commands of the program and the options that all of them understand.
public struct ProgramSyntax: Sendable {
  /// What a command line asks for.
  public enum Invocation: Sendable {
    /// To run a command.
    case run(verb: String, ParsedOptions)
    /// To show the help of a command, or of the program.
    case help(verb: String?)
    /// To show the version.
    case version
  }

  /// A command by its word. The rest of it is made when it is asked for: a start of the program
  /// asks for one of them.
  public struct Entry: Sendable {
    let verb: String
    let syntax: @Sendable () -> CommandSyntax

    /// - Parameter syntax: has the same verb.
    public init(verb: String, syntax: @escaping @Sendable () -> CommandSyntax) {
      self.verb = verb
      self.syntax = syntax
    }
  }

  /// One sentence that says what the program does.
  public let summary: String
  /// The options that every command understands.
  public let options: [Option]
  private let entries: [Entry]

  /// A program.
  /// - Parameter commands: in the order of the help.
  public init(summary: String, options: [Option], commands: [Entry]) {
    self.summary = summary
    self.options = options
    entries = commands
  }

  /// All commands in the order of the help.
  public var commands: [CommandSyntax] { entries.map { $0.syntax() } }

  /// The command of a verb.
  public func command(_ verb: String) -> CommandSyntax? {
    entries.first { $0.verb == verb }?.syntax()
  }

  /// Finds out what a command line asks for.
  ///
  /// - Parameter arguments: The arguments without the program's name.
  public func parse(_ arguments: [String]) throws(UsageError) -> Invocation {
    let version = Option.flag("version", help: "")
    var parser = OptionParser(
      arguments, from: 0, verb: nil, options: options + [version], stopsAt: { _ in true })
    let first: OptionParser.Outcome
    do {
      first = try parser.parse()
    } catch {
      throw explained(error)
    }
    guard case .done(let start) = first else { return .help(verb: nil) }
    if start.flag("version") { return .version }
    guard let verb = start.operands.first else { throw UsageError(.missingVerb) }
    let index = start.operandIndices[0]
    if verb == "help" { return .help(verb: try verbToExplain(arguments, from: index + 1)) }
    guard let command = command(verb) else { throw unknown(verb, at: index) }
    var rest = OptionParser(
      arguments, from: index + 1, verb: verb, options: command.options + options,
      stopsAt: command.stopsAt)
    switch try rest.parse(after: start.entries) {
    case .help: return .help(verb: verb)
    case .done(let parsed): return .run(verb: verb, parsed)
    }
  }

  /// The verb that `help` is asked about, if it is about one.
  private func verbToExplain(
    _ arguments: [String], from index: Int
  ) throws(UsageError) -> String? {
    var parser = OptionParser(
      arguments, from: index, verb: "help", options: options, stopsAt: { _ in false })
    guard case .done(let parsed) = try parser.parse() else { return nil }
    guard let verb = try parsed.optionalOperand(), verb != "help" else { return nil }
    guard command(verb) != nil else { throw unknown(verb, at: parsed.operandIndices[0]) }
    return verb
  }

  private func unknown(_ verb: String, at index: Int) -> UsageError {
    let meant = nearest(verb, in: entries.map(\.verb) + ["help"])
    return UsageError(.unknownVerb(verb, nearest: meant), at: index)
  }

  /// An unknown option before the verb is often one of a command in the wrong place.
  private func explained(_ error: UsageError) -> UsageError {
    guard case .unknownOption(let option, _) = error.reason,
      commands.contains(where: { command in
        command.options.contains { $0.longForm == option || $0.short.map { "-\($0)" } == option }
      })
    else { return error }
    return UsageError(.optionBeforeVerb(option), at: error.index)
  }
}
