// All sentences about refused command lines. What was typed is quoted without control characters,
// since it ends up on terminals and in logs.

import JobCore

extension UsageError: CustomStringConvertible {
  /// The error as one line with the remedy: `jobrun submit: unknown option "--retrys"; …`.
  public var message: String { "\(command): \(reason.sentence)\(hint)" }

  public var description: String { message }

  private var command: String { verb.map { "jobrun \($0)" } ?? "jobrun" }

  /// Where to look, unless the sentence has said all there is to know.
  private var hint: String {
    switch reason {
    case .unknownOption: " (\"\(command) --help\" lists the options)"
    case .missingVerb, .unknownVerb: " (\"jobrun --help\" lists the commands)"
    case .missingOperand, .unexpectedOperand: " (\"\(command) --help\" shows the usage)"
    case .optionBeforeVerb, .missingValue, .unexpectedValue, .repeated, .conflicting, .badValue,
      .badOperand:
      ""
    }
  }
}

extension UsageError.Reason {
  fileprivate var sentence: String {
    switch self {
    case .missingVerb: "a command is missing"
    case .unknownVerb(let verb, let nearest):
      "there is no command \(quoted(verb))" + didYouMean(nearest)
    case .unknownOption(let option, let nearest):
      "unknown option \(quoted(option))" + didYouMean(nearest)
    case .optionBeforeVerb(let option):
      "the option \(quoted(option)) belongs to a command; write it behind the command"
    case .missingValue(let option, let metavariable):
      "the option \(quoted(option)) needs a value: \(option) \(metavariable)"
    case .unexpectedValue(let option, let value):
      "the option \(quoted(option)) takes no value, but has \(quoted(value))"
    case .repeated(let option):
      "the option \(quoted(option)) stands twice; one of the two values would be lost: remove one"
    case .conflicting(let option, let other):
      "the options \(quoted(option)) and \(quoted(other)) exclude each other: remove one"
    case .badValue(let option, let value, let reason):
      "the option \(quoted(option)) cannot be \(quoted(value)): it \(reason)"
    case .missingOperand(let what): "\(what) is missing"
    case .unexpectedOperand(let operand): "\(quoted(operand)) is one argument too many"
    case .badOperand(let operand, let reason): "\(quoted(operand)) \(reason)"
    }
  }

  private func quoted(_ text: String) -> String { "\"\(printable(text))\"" }

  private func didYouMean(_ nearest: String?) -> String {
    nearest.map { "; did you mean \"\($0)\"?" } ?? ""
  }
}
