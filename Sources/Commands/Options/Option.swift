// One option of a command, as a row of a table: parsing, help, usage lines and the check of the man
// pages all come from it, so none of them can know an option that another does not.

/// An option that a command understands.
public struct Option: Hashable, Sendable {
  /// Whether an option has a value, and how it is written.
  public enum Kind: Hashable, Sendable {
    /// `--json`: there or not.
    case flag
    /// `--tz ZONE` or `--tz=ZONE`; the name of the value for help.
    case value(String)
    /// `--wait` or `--wait=status`: a value only behind an equals sign.
    case optionalValue(String)
  }

  /// The long name, without dashes.
  public let name: String
  /// The letter of the short form, if it has one.
  public let short: Character?
  /// Whether it has a value.
  public let kind: Kind
  /// Whether it may be given several times, each value counting.
  public let repeats: Bool
  /// One sentence for the help.
  public let help: String

  /// An option without a value.
  public static func flag(_ name: String, short: Character? = nil, help: String) -> Option {
    Option(name: name, short: short, kind: .flag, repeats: false, help: help)
  }

  /// An option with a value.
  public static func value(
    _ name: String, short: Character? = nil, _ metavariable: String, repeats: Bool = false,
    help: String
  ) -> Option {
    Option(
      name: name, short: short, kind: .value(metavariable), repeats: repeats, help: help)
  }

  /// An option that may have a value behind an equals sign.
  public static func optionalValue(
    _ name: String, short: Character? = nil, _ metavariable: String, help: String
  ) -> Option {
    Option(
      name: name, short: short, kind: .optionalValue(metavariable), repeats: false, help: help)
  }

  /// The long form with its dashes, as messages name it.
  public var longForm: String { "--" + name }

  /// All forms with the name of the value, as help lists them: `-n, --retry N`.
  public var label: String {
    // Options without a letter are indented so that the long names stand in one column.
    let letter = short.map { "-\($0), " } ?? "    "
    return switch kind {
    case .flag: letter + longForm
    case .value(let metavariable): "\(letter)\(longForm) \(metavariable)"
    case .optionalValue(let metavariable): "\(letter)\(longForm)[=\(metavariable)]"
    }
  }
}
