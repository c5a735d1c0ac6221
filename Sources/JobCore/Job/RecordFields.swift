// Reading jobrun's own records: strict, but keys it does not know are somebody's newer ones.

/// A record on disk that does not hold what it should.
public struct RecordError: Error, Hashable, Sendable {
  /// Where in the record.
  public let field: String
  /// What is wrong with it.
  public let reason: String

  init(_ field: String, _ reason: String) {
    self.field = field
    self.reason = reason
  }

  /// A record whose bytes are not even JSON.
  init(_ error: JSONError) {
    self.init("", error.message)
  }

  /// One line for people.
  public var message: String { field.isEmpty ? reason : "\(field): \(reason)" }
}

/// Typed members of one record.
struct RecordFields {
  /// What a counter can be. The end leaves room to count on, so that a damaged record is an
  /// error when it is read and not a trap when it is worked with.
  static let counts = 0...(1 << 53)

  let members: JSONObject
  private let path: String

  init(_ json: JSON, _ path: String) throws(RecordError) {
    guard let members = json.object else {
      throw RecordError(path, "an object is expected, not \(json.kindName)")
    }
    self.members = members
    self.path = path
  }

  private func field(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  private func value<Value>(
    _ key: String, _ kind: String, _ read: (JSON) -> Value?
  ) throws(RecordError) -> Value? {
    guard let json = members[key], !json.isNull else { return nil }
    guard let value = read(json) else {
      throw RecordError(field(key), "\(kind) is expected, not \(json.kindName)")
    }
    return value
  }

  private func required<Value>(_ key: String, _ value: Value?) throws(RecordError) -> Value {
    guard let value else { throw RecordError(field(key), "it is missing") }
    return value
  }

  func optionalText(_ key: String) throws(RecordError) -> String? {
    try value(key, "a string", \.string)
  }
  func text(_ key: String) throws(RecordError) -> String {
    try required(key, optionalText(key))
  }
  func optionalInteger(
    _ key: String, in range: ClosedRange<Int> = RecordFields.counts
  ) throws(RecordError) -> Int? {
    guard let number = try value(key, "a whole number", \.int) else { return nil }
    guard range.contains(number) else {
      throw RecordError(
        field(key),
        "\(number) is out of range; \(range.lowerBound) to \(range.upperBound) is expected")
    }
    return number
  }
  func integer(
    _ key: String, in range: ClosedRange<Int> = RecordFields.counts
  ) throws(RecordError) -> Int {
    try required(key, optionalInteger(key, in: range))
  }
  func optionalFlag(_ key: String) throws(RecordError) -> Bool? {
    try value(key, "true or false", \.bool)
  }
  func optionalInstant(_ key: String) throws(RecordError) -> Instant? {
    try value(key, "an instant") { $0.string.flatMap { Instant(rfc3339: $0) } }
  }
  func instant(_ key: String) throws(RecordError) -> Instant {
    try required(key, optionalInstant(key))
  }
  func optionalObject(_ key: String) throws(RecordError) -> JSONObject? {
    try value(key, "an object", \.object)
  }
  func object(_ key: String) throws(RecordError) -> JSONObject {
    try required(key, optionalObject(key))
  }
  func array(_ key: String) throws(RecordError) -> [JSON] {
    try value(key, "an array", \.array) ?? []
  }
  func integers(
    _ key: String, in range: ClosedRange<Int> = RecordFields.counts
  ) throws(RecordError) -> [Int] {
    try array(key).enumerated().map { index, element throws(RecordError) in
      guard let number = element.int, range.contains(number) else {
        throw RecordError(
          field("\(key)[\(index)]"),
          "a whole number from \(range.lowerBound) to \(range.upperBound) is expected")
      }
      return number
    }
  }
  func texts(_ key: String) throws(RecordError) -> [String] {
    try array(key).enumerated().map { index, element throws(RecordError) in
      guard let text = element.string else {
        throw RecordError(
          field("\(key)[\(index)]"), "a string is expected, not \(element.kindName)")
      }
      return text
    }
  }
}
