// A job that another one runs after: the entries of `after`. A document names it by id or number;
// in a spool it stands with its full id.

/// One entry of `after`.
public struct Parent: Hashable, Sendable {
  /// Which end of it is waited for.
  public enum Condition: String, CaseIterable, Sendable {
    case success, failure, any
  }

  /// The job, as it was named.
  public let job: String
  public let condition: Condition

  public init(_ job: String, _ condition: Condition) {
    self.job = job
    self.condition = condition
  }

  /// Reads `ID` or `ID:CONDITION`.
  /// - Parameter field: of the entry, for errors.
  public init(_ text: String, field: String) throws(DocumentError) {
    var job = text[...]
    var condition = Condition.success
    if let colon = text.lastIndex(of: ":") {
      let word = String(text[text.index(after: colon)...])
      guard let known = Condition(rawValue: word) else {
        throw DocumentError(
          field, "\"\(word)\" is no end of a job; success, failure or any is expected")
      }
      condition = known
      job = text[..<colon]
    }
    guard JobSpec.isName(String(job)) else {
      throw DocumentError(field, "a job is expected, such as \"build\" or \"build:any\"")
    }
    self.init(String(job), condition)
  }

  /// `ID:CONDITION`.
  public var text: String { "\(job):\(condition.rawValue)" }

  /// Each parent once, in order of their names.
  /// - Throws: if two entries ask for different ends of one job.
  public static func combined(_ parents: [Parent]) throws(DocumentError) -> [Parent] {
    var conditions: [String: Condition] = [:]
    for parent in parents {
      if let other = conditions.updateValue(parent.condition, forKey: parent.job),
        other != parent.condition
      {
        throw DocumentError(
          DocumentKey.after.rawValue,
          "\(parent.job) is named with \(other.rawValue) and with \(parent.condition.rawValue): "
            + "one of them is enough")
      }
    }
    return conditions.map { Parent($0.key, $0.value) }.sorted { $0.job < $1.job }
  }
}

extension JobSpec {
  /// All of them stand in the state file, which is written with each change.
  private static let mostParents = 1000

  /// Whether runs of it may follow for ever.
  public var hasNoEnd: Bool {
    endDate == nil && !runOnce && (!quartz.isEmpty || fileTrigger != nil)
  }

  /// Reads what a job runs after.
  static func parents(_ fields: DocumentFields) throws(DocumentError) -> [Parent] {
    var parents: [Parent] = []
    for (field, json) in fields.elements(.after) ?? [] {
      guard let text = json.string ?? json.int.map({ String($0) }) else {
        throw DocumentError(field, "a string is expected, not \(json.kindName)")
      }
      let parent = try Parent(text, field: field)
      guard JobIdentifier.isValid(parent.job) || Int(parent.job).map({ $0 > 0 }) ?? false else {
        throw DocumentError(field, "\"\(parent.job)\" is neither an id of a job nor a number")
      }
      parents.append(parent)
    }
    guard parents.count <= mostParents else {
      throw DocumentError(
        DocumentKey.after.rawValue, "\(parents.count) jobs are more than \(mostParents)")
    }
    // In their order, which errors of those who look them up refer to.
    _ = try Parent.combined(parents)
    return parents
  }
}
