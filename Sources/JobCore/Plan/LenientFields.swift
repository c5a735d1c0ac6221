// Members of what the original's clients send, read as the original reads them: numbers in
// strings, strings for numbers, null for a missing value, and keys of later versions passed over
// (contracts, ikasan.md 1.1).

/// The members of one object, by key.
struct LenientFields {
  let members: JSONObject
  private let place: String

  /// - Parameter place: where the object stands; empty at the top.
  init(_ json: JSON, _ place: String) throws(DocumentError) {
    guard let members = json.object else {
      throw DocumentError(place, "an object is expected, not \(json.kindName)")
    }
    self.members = members
    self.place = place
  }

  /// The path of a key, for errors.
  func field(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

  /// A member; null counts as absent.
  subscript(key: String) -> JSON? {
    guard let value = members[key], !value.isNull else { return nil }
    return value
  }

  /// A text; an empty one counts as absent, as it does in the original.
  func text(_ key: String) throws(DocumentError) -> String? {
    guard let value = self[key] else { return nil }
    let text = try LenientFields.text(value, field(key))
    return text.isEmpty ? nil : text
  }

  private static func text(_ value: JSON, _ field: String) throws(DocumentError) -> String {
    switch value {
    case .string(let text): return try DocumentFields.checked(text, field)
    case .number(let number): return number.text
    case .bool(let truth): return truth ? "true" : "false"
    case .null, .array, .object:
      throw DocumentError(field, "a string is expected, not \(value.kindName)")
    }
  }

  /// A flag; absent is the default.
  func flag(_ key: String, default fallback: Bool = false) throws(DocumentError) -> Bool {
    guard let value = self[key] else { return fallback }
    if let truth = value.bool { return truth }
    if let number = value.int { return number != 0 }
    switch value.string?.lowercased() {
    case "true": return true
    case "false", "": return false
    default: throw DocumentError(field(key), "true or false is expected")
    }
  }

  /// A whole number, also in a string.
  func integer(_ key: String) throws(DocumentError) -> Int? {
    guard let value = self[key] else { return nil }
    if value.string == "" { return nil }
    guard let number = value.int ?? value.string.flatMap({ Int($0) }) else {
      throw DocumentError(field(key), "a whole number is expected")
    }
    return number
  }

  /// A length of time in milliseconds; 0, -1 and absence mean none.
  func milliseconds(_ key: String) throws(DocumentError) -> Int? {
    guard let number = try integer(key), number != 0, number != -1 else { return nil }
    guard (1...LenientFields.longestTime).contains(number) else {
      throw DocumentError(field(key), "\(number) milliseconds are out of range")
    }
    return number
  }

  /// A hundred years, in milliseconds.
  private static let longestTime = 3_155_760_000_000

  /// A list of texts; an empty one counts as absent.
  func texts(_ key: String) throws(DocumentError) -> [String]? {
    guard let value = self[key] else { return nil }
    guard let elements = value.array else {
      throw DocumentError(field(key), "an array is expected, not \(value.kindName)")
    }
    var texts: [String] = []
    for (index, element) in elements.enumerated() where !element.isNull {
      texts.append(try LenientFields.text(element, "\(field(key))[\(index)]"))
    }
    return texts.isEmpty ? nil : texts
  }

  /// An object of texts, in its order.
  func pairs(_ key: String) throws(DocumentError) -> [(String, String)] {
    guard let value = self[key] else { return [] }
    let inner = try LenientFields(value, field(key))
    var pairs: [(String, String)] = []
    for (name, value) in inner.members where !value.isNull && name != JSON.classKey {
      pairs.append((name, try LenientFields.text(value, inner.field(name))))
    }
    return pairs
  }

  /// An array of objects.
  func objects(_ key: String) throws(DocumentError) -> [LenientFields]? {
    guard let value = self[key] else { return nil }
    guard let elements = value.array else {
      throw DocumentError(field(key), "an array is expected, not \(value.kindName)")
    }
    var objects: [LenientFields] = []
    for (index, element) in elements.enumerated() where !element.isNull {
      objects.append(try LenientFields(element, "\(field(key))[\(index)]"))
    }
    return objects
  }

  /// An object.
  func object(_ key: String) throws(DocumentError) -> LenientFields? {
    guard let value = self[key] else { return nil }
    return try LenientFields(value, field(key))
  }
}
