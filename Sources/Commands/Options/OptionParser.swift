// The second stage: one walk over the arguments with the table of a command. Names are exact; a
// unique beginning is not enough, or scripts would break when an option is added.

import JobCore

/// Reads arguments by a table of options.
struct OptionParser {
  /// How reading ended.
  enum Outcome {
    /// All is read.
    case done(ParsedOptions)
    /// `--help` or `-h` came first.
    case help
  }

  private let arguments: [String]
  private let options: [Option]
  private let stopsAt: (String) -> Bool
  private var index: Int
  private var result: ParsedOptions

  /// A parser of the arguments from an index on.
  init(
    _ arguments: [String], from index: Int, verb: String?, options: [Option],
    stopsAt: @escaping (String) -> Bool
  ) {
    self.arguments = arguments
    self.index = index
    self.options = options
    self.stopsAt = stopsAt
    result = ParsedOptions(verb: verb, declared: options)
  }

  /// Reads all arguments.
  ///
  /// - Parameter entries: Options that were read before, which count as given.
  mutating func parse(after entries: [ParsedOptions.Entry] = []) throws(UsageError) -> Outcome {
    result.entries = entries
    while index < arguments.count {
      let text = arguments[index]
      switch Argument(text) {
      case .long("help", value: nil): return .help
      case .long("help", let value?):
        throw error(.unexpectedValue(option: "--help", value: value))
      case .long(let name, let value): try takeLong(name, value)
      case .short(let letters) where Argument.isNumber(letters) && !hasShort(letters):
        if takeOperand(text) { return .done(result) }
      case .short(let letters):
        if try takeShort(letters) { return .help }
      case .word:
        if takeOperand(text) { return .done(result) }
      case .terminator:
        result.afterTerminator = Array(arguments[(index + 1)...])
        result.operandIndices += (index + 1)..<arguments.count
        return .done(result)
      }
      index += 1
    }
    return .done(result)
  }

  /// Takes an operand; true if it ends option parsing, and all that follow have been taken too.
  private mutating func takeOperand(_ text: String) -> Bool {
    guard stopsAt(text) else {
      result.operands.append(text)
      result.operandIndices.append(index)
      return false
    }
    result.stop = result.operands.count
    result.operands += arguments[index...]
    result.operandIndices += index..<arguments.count
    return true
  }

  private mutating func takeLong(_ name: String, _ value: String?) throws(UsageError) {
    guard let option = options.first(where: { $0.name == name }) else {
      throw error(.unknownOption("--" + name, nearest: nearestLong(to: name)))
    }
    switch option.kind {
    case .flag:
      if let value { throw error(.unexpectedValue(option: option.longForm, value: value)) }
      try add(option, nil)
    case .value(let metavariable): try takeValue(of: option, value, metavariable)
    case .optionalValue: try add(option, value)
    }
  }

  /// Takes a cluster of letters, the last of which may have a value; true if it asks for help.
  private mutating func takeShort(_ letters: String) throws(UsageError) -> Bool {
    var rest = letters[...]
    while let letter = rest.popFirst() {
      guard let option = options.first(where: { $0.short == letter }) else {
        if letter == "h" { return true }
        throw unknownShort(letter, in: letters)
      }
      // `-n5` and `-n=5` are both written; a value that itself begins with = needs the long form.
      let attached = rest.isEmpty ? nil : String(rest.first == "=" ? rest.dropFirst() : rest)
      switch option.kind {
      case .flag:
        if rest.first == "=" {
          throw error(.unexpectedValue(option: "-\(letter)", value: attached ?? ""))
        }
        try add(option, nil)
      case .value(let metavariable):
        try takeValue(of: option, attached, metavariable)
        return false
      case .optionalValue:
        guard rest.isEmpty || rest.first == "=" else {
          try add(option, nil)
          continue
        }
        try add(option, attached)
        return false
      }
    }
    return false
  }

  /// Takes the value that is attached to an option, or else the next argument.
  private mutating func takeValue(
    of option: Option, _ attached: String?, _ metavariable: String
  ) throws(UsageError) {
    if let attached { return try add(option, attached) }
    guard index + 1 < arguments.count, Argument.canBeValue(arguments[index + 1]) else {
      throw error(.missingValue(option: option.longForm, metavariable: metavariable))
    }
    try add(option, arguments[index + 1])
    index += 1
  }

  private mutating func add(_ option: Option, _ value: String?) throws(UsageError) {
    // A flag given twice means what it means once; scripts put flags together from parts.
    if option.kind != .flag, !option.repeats,
      result.entries.contains(where: { $0.name == option.name })
    {
      throw error(.repeated(option: option.longForm))
    }
    result.entries.append(ParsedOptions.Entry(name: option.name, value: value, index: index))
  }

  private func hasShort(_ letters: String) -> Bool {
    options.contains { $0.short != nil && $0.short == letters.first }
  }

  private func nearestLong(to name: String) -> String? {
    nearest(name, in: options.map(\.name) + ["help"]).map { "--" + $0 }
  }

  /// `-json` is usually `--json` with a dash forgotten, not four letters.
  private func unknownShort(_ letter: Character, in letters: String) -> UsageError {
    let meant = letters.count > 2 ? nearestLong(to: letters) : nil
    return error(.unknownOption(meant == nil ? "-\(letter)" : "-" + letters, nearest: meant))
  }

  private func error(_ reason: UsageError.Reason) -> UsageError {
    UsageError(reason, at: index, verb: result.verb)
  }
}
