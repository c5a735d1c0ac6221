// How the text of an option's value becomes a value. Types that have a parser of their own, such as
// time spans, are connected with `OptionValue { text in … }`.

import JobCore

/// Why a text is not the value it should be.
public struct BadValue: Error, Hashable, Sendable {
  /// What completes "it …": "must be a number from 1 to 9".
  public let reason: String

  /// A reason that completes "it …".
  public init(_ reason: String) { self.reason = reason }
}

/// A way to read a value of some type from text.
public struct OptionValue<Value>: Sendable {
  /// Reads a value.
  public let parse: @Sendable (String) -> Result<Value, BadValue>

  /// A way of one's own.
  public init(_ parse: @escaping @Sendable (String) -> Result<Value, BadValue>) {
    self.parse = parse
  }
}

extension OptionValue where Value == Int {
  /// A whole number in decimal digits within some range.
  public static func integer(in range: ClosedRange<Int>) -> OptionValue<Int> {
    OptionValue { text in
      guard let value = Int(text), range.contains(value), text.first != "+" else {
        return .failure(BadValue("must be a whole number \(words(for: range))"))
      }
      return .success(value)
    }
  }

  private static func words(for range: ClosedRange<Int>) -> String {
    range.upperBound == .max
      ? "of \(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
  }
}

extension OptionValue where Value == String {
  /// Text that is not empty.
  public static var nonEmpty: OptionValue<String> {
    OptionValue { $0.isEmpty ? .failure(BadValue("must not be empty")) : .success($0) }
  }
}

extension OptionValue where Value: CaseIterable & RawRepresentable<String> & Sendable {
  /// One of the words that the cases of an enumeration are written as.
  public static var choice: OptionValue<Value> {
    let cases = Value.allCases.map { (word: $0.rawValue, value: $0) }
    return OptionValue { text in
      if let found = cases.first(where: { $0.word == text }) { return .success(found.value) }
      let words = cases.map(\.word)
      let hint = nearest(text, in: words).map { "; did you mean \"\($0)\"?" } ?? ""
      return .failure(BadValue("must be one of \(words.joined(separator: ", "))\(hint)"))
    }
  }
}

extension CaseIterable where Self: RawRepresentable<String> {
  /// The words of all cases, as help shows a choice: `once|skip|all`.
  static var choices: String {
    // By hand: `joined` takes longer to set up than most commands to run, and each start of the
    // program makes these texts.
    var text = ""
    for choice in allCases {
      if !text.isEmpty { text += "|" }
      text += choice.rawValue
    }
    return text
  }
}
