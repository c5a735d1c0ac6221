// Errors of cron expressions: data first, one wording at the end.

/// Why a text is not a cron expression.
public struct CronError: Error, Hashable, Sendable {
  /// The field, such as `day-of-month`; nil if the expression as a whole is wrong.
  public var field: String?
  /// 1-based column, in characters, of what is wrong.
  public var column: Int
  /// What was wrong and expected, in plain English.
  public var reason: String
  /// What to write instead, where there is a usual answer.
  public var remedy: String?

  public init(field: String?, column: Int, reason: String, remedy: String? = nil) {
    self.field = field
    self.column = column
    self.reason = reason
    self.remedy = remedy
  }

  /// The message in lines: place and reason, the expression, a caret under the column, the remedy.
  ///
  /// Tabs in the expression are shown as spaces, so that the caret stands where it should.
  public func rendered(_ text: String) -> String {
    let place = field.map { "\($0), column \(column)" } ?? "column \(column)"
    let shown = String(text.map { $0.isWhitespace ? " " : $0 })
    let caret = String(repeating: " ", count: max(column - 1, 0)) + "^"
    var lines = ["\(place): \(reason)", "  \(shown)", "  \(caret)"]
    if let remedy { lines.append(remedy) }
    return lines.joined(separator: "\n")
  }
}
