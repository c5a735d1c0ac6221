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
    get { index(of: key).map { members[$0].value } }
    set {
      switch (index(of: key), newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append((key, value))
      case (nil, nil): break
      }
    }
  }

  /// The member at a place in their order.
  subscript(place: Int) -> (key: String, value: JSON) { members[place] }

  /// Whether there is a member of that key.
  func has(_ key: String) -> Bool { index(of: key) != nil }

  /// The members whose keys are not in a table.
  func members(outside table: JSONKeyTable) -> JSONObject {
    var others = JSONObject()
    for index in members.indices where table.index(of: members[index].key) == nil {
      others.members.append(members[index])
    }
    return others
  }

  /// By index: a closure over the members would take hold of every value on the way.
  private func index(of key: String) -> Int? {
    members.indices.first { members[$0].key.hasSameBytes(as: key) }
  }

  /// Appends a member whose key is known to be new.
  mutating func append(_ value: JSON, forNewKey key: String) {
    members.append((key, value))
  }

  /// Makes room, once, for the number of members that documents usually have.
  mutating func reserveCapacity(_ count: Int) { members.reserveCapacity(count) }

  /// Where the members stand, sorted by the bytes of their keys. Places and not members: to move
  /// values about costs more than to compare keys.
  var sortedIndices: [Int] {
    let isBefore = { (left: Int, right: Int) in
      members[left].key.precedesInBytes(members[right].key)
    }
    let indices = Array(members.indices)
    // What the writer wrote comes back sorted, which is most of what is written again.
    let isSorted = indices.dropLast().allSatisfy { isBefore($0, $0 + 1) }
    return isSorted ? indices : indices.sorted(by: isBefore)
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
    return zip(left.sortedIndices, right.sortedIndices).allSatisfy {
      let (own, other) = (left.members[$0], right.members[$1])
      return own.key.hasSameBytes(as: other.key) && own.value == other.value
    }
  }

  public func hash(into hasher: inout Hasher) {
    for index in sortedIndices {
      hasher.combine(members[index].key)
      hasher.combine(members[index].value)
    }
  }
}
