// An object within a document that has keys of its own, few and known.

/// The members of such an object.
struct NestedFields<Key: RawRepresentable & CaseIterable> where Key.RawValue == String {
  private let members: JSONObject
  private let field: String

  /// - Parameter field: of the object, for errors.
  /// - Throws: if a key is none of them, naming the nearest one.
  init(_ members: JSONObject, _ field: String) throws(DocumentError) {
    self.members = members
    self.field = field
    let known = Key.allCases.map(\.rawValue)
    for key in members.keys where Key(rawValue: key) == nil {
      var reason = "there is no such key; \(known.joined(separator: ", ")) are known"
      if let near = nearest(key, in: known) {
        reason = "there is no such key; did you mean \"\(near)\"?"
      }
      throw DocumentError("\(field).\(key)", reason)
    }
  }

  /// A member and its field; nil if it is not there, or null.
  func value(_ key: Key) -> (json: JSON, field: String)? {
    guard let value = members[key.rawValue], !value.isNull else { return nil }
    return (value, "\(field).\(key.rawValue)")
  }
}
