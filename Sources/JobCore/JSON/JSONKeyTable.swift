// Which of a fixed set of keys a text is. Sorted by length, which tells most keys apart: there are
// too many to compare them all for each member of a hundred thousand files, and to make a hash
// table at its first use costs a short process more than all the look-ups together.

/// A fixed set of keys.
struct JSONKeyTable: Sendable {
  /// Indices in `keys`, by length in bytes.
  private var byLength: [[Int]] = []
  private let keys: [String]

  init(_ keys: [String]) {
    self.keys = keys
    for (index, key) in keys.enumerated() {
      let length = key.utf8.count
      while byLength.count <= length { byLength.append([]) }
      byLength[length].append(index)
    }
  }

  /// The place of a key in the list that the table was made from; nil if it is not there.
  func index(of key: String) -> Int? {
    let length = key.utf8.count
    guard length < byLength.count else { return nil }
    return byLength[length].first { keys[$0].hasSameBytes(as: key) }
  }
}
