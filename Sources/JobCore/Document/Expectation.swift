// What somebody expects of a job's runs: key `expect`. Nothing runs otherwise because of it;
// `jobrun check` tells when it is not met.

/// What a job's runs should be like.
public struct Expectation: Hashable, Sendable {
  /// From one success to the next at most.
  public var every: TimeSpan?
  /// How long a run may take.
  public var maxDuration: TimeSpan?
  /// What a run writes on standard output at least, in bytes.
  public var minBytes: Int?

  private enum Key: String, CaseIterable {
    case every, maxDuration, minBytes
  }

  /// More than any disk holds.
  private static let mostBytes = 1 << 53

  /// The written form.
  var json: JSON {
    var members = JSONObject()
    members[Key.every.rawValue] = every.map { .string($0.description) }
    members[Key.maxDuration.rawValue] = maxDuration.map { .string($0.description) }
    members[Key.minBytes.rawValue] = minBytes.map { .number(JSONNumber($0)) }
    return .object(members)
  }

  /// Reads the written form.
  init(_ json: JSON, field: String) throws(DocumentError) {
    guard let members = json.object else {
      throw DocumentError(
        field, "an object such as {\"every\": \"25h\"} is expected, not \(json.kindName)")
    }
    let fields = try NestedFields<Key>(members, field)
    func span(_ key: Key) throws(DocumentError) -> TimeSpan? {
      guard let (json, field) = fields.value(key) else { return nil }
      let span = try DocumentFields.span(json, field)
      if span == .zero { throw DocumentError(field, "it must be longer than 0s") }
      return span
    }
    every = try span(.every)
    maxDuration = try span(.maxDuration)
    if let (json, field) = fields.value(.minBytes) {
      minBytes = try DocumentFields.integer(json, field, in: 1...Expectation.mostBytes)
    }
    if self == Expectation() {
      throw DocumentError(
        field, "at least one of \(Key.allCases.map(\.rawValue).joined(separator: ", ")) is needed")
    }
  }

  private init() {}
}
