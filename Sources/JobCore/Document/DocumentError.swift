// What is wrong with a job document, as data; `message` is its only wording.

/// A fault in one field of a job document.
public struct DocumentError: Error, Hashable, Sendable {
  /// Where in the document: "retryCount", "values.user", "successfulReturnCodes[2]"; empty
  /// for the document as a whole.
  public let field: String
  /// What is wrong and what was expected.
  public let reason: String
  /// Further lines, such as an expression with a caret under the column.
  public let illustration: String?

  /// Records a fault.
  public init(_ field: String, _ reason: String, illustration: String? = nil) {
    self.field = field
    self.reason = reason
    self.illustration = illustration
  }

  /// The fault in plain English, with its field in front.
  public var message: String {
    let line = field.isEmpty ? reason : "\(field): \(reason)"
    guard let illustration else { return line }
    return "\(line)\n\(illustration)"
  }
}
