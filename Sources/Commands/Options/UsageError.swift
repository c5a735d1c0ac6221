// What is wrong with a command line, as data. The sentences are in UsageError+CustomStringConvertible.swift.

/// Why a command line is refused.
public struct UsageError: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Reason: Hashable, Sendable {
    /// There is no verb.
    case missingVerb
    /// No command has this verb.
    case unknownVerb(String, nearest: String?)
    /// The command has no such option; both with their dashes.
    case unknownOption(String, nearest: String?)
    /// An option of the commands stands before the verb.
    case optionBeforeVerb(String)
    /// An option's value is missing.
    case missingValue(option: String, metavariable: String)
    /// A flag has a value.
    case unexpectedValue(option: String, value: String)
    /// An option with one value stands twice.
    case repeated(option: String)
    /// Two options exclude each other.
    case conflicting(option: String, other: String)
    /// A value is not what the option takes; the reason completes "…: it ".
    case badValue(option: String, value: String, reason: String)
    /// An operand is missing.
    case missingOperand(String)
    /// An operand is one too many.
    case unexpectedOperand(String)
    /// An operand is not what the command takes.
    case badOperand(String, reason: String)
  }

  /// What is wrong.
  public var reason: Reason
  /// The index of the argument concerned, from 0, the program's name not counted; nil if it is
  /// one that is missing.
  public var index: Int?
  /// The verb of the command concerned, if it is known.
  public var verb: String?

  /// An error.
  public init(_ reason: Reason, at index: Int? = nil, verb: String? = nil) {
    self.reason = reason
    self.index = index
    self.verb = verb
  }
}
