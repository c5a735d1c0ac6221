// The options and operands of one command line, checked against the table but still text. Asking
// for an option that the table does not have is a mistake in the program, not of its user, and
// traps in debug builds: the first test of a command finds it.

/// What a command line says, by the table of its command.
public struct ParsedOptions: Sendable {
  /// An option as it was given.
  struct Entry: Hashable, Sendable {
    let name: String
    let value: String?
    let index: Int
  }

  /// The verb of the command.
  public let verb: String?
  /// The operands before any `--`, in order.
  public internal(set) var operands: [String] = []
  /// What stands behind `--`; nil if there is none.
  public internal(set) var afterTerminator: [String]?
  /// The index among the operands of the one at which option parsing ended by the command's rule,
  /// such as the first word of a command to run; nil if there was none.
  public internal(set) var stop: Int?

  /// The options as they were given, in order.
  var entries: [Entry] = []
  /// The place of each operand and of each word behind `--` on the command line.
  var operandIndices: [Int] = []
  private let declared: [Option]

  init(verb: String?, declared: [Option]) {
    self.verb = verb
    self.declared = declared
  }

  /// Whether an option of any kind is given.
  public func flag(_ name: String) -> Bool { last(name) != nil }

  /// The value of an option; nil if it is not given, or given without one.
  public func value(_ name: String) -> String? { last(name)?.value }

  /// All values of an option in the order they were given.
  public func values(_ name: String) -> [String] { all(name).compactMap(\.value) }

  /// The value of an option in a type of its own; nil if it is not given, or given without one.
  ///
  /// - Throws: `badValue` with the parser's reason.
  public func value<Value>(
    _ name: String, as parse: OptionValue<Value>
  ) throws(UsageError) -> Value? {
    guard let entry = last(name), let text = entry.value else { return nil }
    return try typed(text, of: entry, parse)
  }

  /// All values of an option in a type of their own.
  ///
  /// - Throws: `badValue` with the parser's reason.
  public func values<Value>(
    _ name: String, as parse: OptionValue<Value>
  ) throws(UsageError) -> [Value] {
    var values: [Value] = []
    for entry in all(name) {
      if let text = entry.value { values.append(try typed(text, of: entry, parse)) }
    }
    return values
  }

  /// Refuses options that exclude each other, if more than one of them is given.
  public func expectAtMostOne(of names: String...) throws(UsageError) {
    let given = names.compactMap(last).sorted { $0.index < $1.index }
    guard given.count > 1 else { return }
    throw UsageError(
      .conflicting(option: "--" + given[0].name, other: "--" + given[1].name),
      at: given[1].index, verb: verb)
  }

  /// All operands, those behind `--` too.
  public var allOperands: [String] { operands + (afterTerminator ?? []) }

  /// Refuses operands.
  public func expectNoOperands() throws(UsageError) {
    try expectOperands(atMost: 0)
  }

  /// The one operand the command takes.
  ///
  /// - Parameter what: What it is, for the message, such as `ID`.
  public func onlyOperand(_ what: String) throws(UsageError) -> String {
    let operand = try someOperands(what)[0]
    try expectOperands(atMost: 1)
    return operand
  }

  /// The one operand the command takes, if it is given.
  public func optionalOperand() throws(UsageError) -> String? {
    try expectOperands(atMost: 1)
    return allOperands.first
  }

  /// The operands of a command that takes one or more.
  ///
  /// - Parameter what: What they are, for the message, such as `ID`.
  public func someOperands(_ what: String) throws(UsageError) -> [String] {
    guard !allOperands.isEmpty else { throw UsageError(.missingOperand(what), verb: verb) }
    return allOperands
  }

  /// An error about an operand, for the command to throw.
  ///
  /// - Parameters:
  ///   - number: The index among all operands.
  ///   - reason: What completes the sentence that begins with the operand.
  public func badOperand(_ number: Int, _ reason: String) -> UsageError {
    UsageError(
      .badOperand(allOperands[number], reason: reason), at: operandIndices[number], verb: verb)
  }

  private func expectOperands(atMost limit: Int) throws(UsageError) {
    guard allOperands.count > limit else { return }
    throw UsageError(
      .unexpectedOperand(allOperands[limit]), at: operandIndices[limit], verb: verb)
  }

  private func all(_ name: String) -> [Entry] {
    assert(
      declared.contains { $0.name == name }, "the table of this command has no option --\(name)")
    return entries.filter { $0.name == name }
  }

  private func last(_ name: String) -> Entry? { all(name).last }

  private func typed<Value>(
    _ text: String, of entry: Entry, _ parse: OptionValue<Value>
  ) throws(UsageError) -> Value {
    switch parse.parse(text) {
    case .success(let value): return value
    case .failure(let error):
      throw UsageError(
        .badValue(option: "--" + entry.name, value: text, reason: error.reason),
        at: entry.index, verb: verb)
    }
  }
}
