// An object keeps its members in the order they were written, so that a message or a listing can
// follow the author's order. Order means nothing for equality, as JSON has it.
// Look-up is a linear search: documents have a few dozen keys, and a table would cost more to
// build than all look-ups together. The reader has its own index for hostile numbers of keys.

/// The members of a JSON object in the order they were written; keys are unique, byte for byte.
public struct JSONObject: Sendable {
  /// Keys and values in order.
  public private(set) var members: [(key: String, value: JSON)] = []

  /// An object without members.
  public init() {}

  /// An object with these members; of two with one key, the later value stays.
  public init(_ members: some Sequence<(String, JSON)>) {
    for (key, value) in members { self[key] = value }
  }

  /// The number of members.
  public var count: Int { members.count }

  /// Whether there is no member.
  public var isEmpty: Bool { members.isEmpty }

  /// The keys in order.
  public var keys: [String] { members.map(\.key) }

  /// The values in the order of their keys.
  public var values: [JSON] { members.map(\.value) }

  /// The value of a key. Setting a new key appends it; setting nil removes the member, where
  /// `.null` is a value like any other.
  public subscript(key: String) -> JSON? {
    get {
      members.first { $0.key.hasSameBytes(as: key) }?.value
    }
    set {
      let index = members.firstIndex { $0.key.hasSameBytes(as: key) }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append((key, value))
      case (nil, nil): break
      }
    }
  }

  /// Appends a member whose key is known to be new.
  mutating func append(_ value: JSON, forNewKey key: String) {
    members.append((key, value))
  }

  /// Makes room, once, for the number of members that documents usually have.
  mutating func reserveCapacity(_ count: Int) { members.reserveCapacity(count) }

  /// The members sorted by the bytes of their keys.
  var sortedMembers: [(key: String, value: JSON)] {
    // What the writer wrote comes back sorted, which is most of what is written again.
    let isSorted = zip(members, members.dropFirst()).allSatisfy {
      $0.key.precedesInBytes($1.key)
    }
    return isSorted ? members : members.sorted { $0.key.precedesInBytes($1.key) }
  }
}

extension JSONObject: Sequence {
  public func makeIterator() -> some IteratorProtocol<(key: String, value: JSON)> {
    members.makeIterator()
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}

extension JSONObject: Hashable {
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left.sortedMembers, right.sortedMembers).allSatisfy {
      $0.key.hasSameBytes(as: $1.key) && $0.value == $1.value
    }
  }

  public func hash(into hasher: inout Hasher) {
    for (key, value) in sortedMembers {
      hasher.combine(key)
      hasher.combine(value)
    }
  }
}
