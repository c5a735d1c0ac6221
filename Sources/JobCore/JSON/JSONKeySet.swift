// The keys an object has had so far, for the reader's check that none comes twice. Few keys are
// compared one by one, which allocates nothing; many go into a set, so that a document of nothing
// but keys does not take quadratic time.

/// Keys already read in one object.
struct JSONKeySet {
  /// Up to here comparing is cheaper than hashing.
  private static let fewKeys = 16

  private var many: Set<ByteString> = []

  /// Notes a key; false if the object has it already.
  @inline(__always)
  mutating func insert(_ key: String, besides object: JSONObject) -> Bool {
    if object.count < Self.fewKeys {
      return !object.has(key)
    }
    return insertIntoMany(key, besides: object)
  }

  private mutating func insertIntoMany(_ key: String, besides object: JSONObject) -> Bool {
    if many.isEmpty { many = Set(object.members.map { ByteString(text: $0.key) }) }
    return many.insert(ByteString(text: key)).inserted
  }
}

/// A text that equals another only byte for byte.
private struct ByteString: Hashable {
  let text: String

  static func == (left: ByteString, right: ByteString) -> Bool {
    left.text.hasSameBytes(as: right.text)
  }

  // Equal bytes are equal text and so have equal hashes; texts that are merely equivalent share
  // one, which costs a comparison. The seed is random per process, so nobody can aim at it.
  func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
