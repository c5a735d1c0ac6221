// Typed access to the members of a job document. Readers take what the contracts' samples
// hold: "Y"/"N" beside true/false, numbers in strings, durations in three spellings.

/// The members of one document, read by key with exact errors.
struct DocumentFields {
  private let members: JSONObject
  /// What the members' keys are, in order: most keys are asked for in vain, and to compare texts
  /// for each would cost more than to read them all.
  private var keys: [DocumentKey?] = []

  /// Refuses keys that no table knows, naming the nearest known one.
  init(_ members: JSONObject, allowing extra: [String] = []) throws(DocumentError) {
    self.members = members
    keys.reserveCapacity(members.count)
    for text in members.keys {
      let key = DocumentKey(rawValue: text)
      keys.append(key)
      if key != nil || extra.contains(text) { continue }
      let known = DocumentKey.allCases.map(\.rawValue) + extra
      var reason = "there is no such key"
      if let near = nearest(text, in: known) { reason += "; did you mean \"\(near)\"?" }
      throw DocumentError(text, reason)
    }
  }

  /// The member's value; null counts as absent.
  subscript(key: DocumentKey) -> JSON? {
    guard let index = keys.firstIndex(of: key) else { return nil }
    guard case let value = members[index].value, !value.isNull else { return nil }
    return value
  }

  /// A text without NUL, which no program argument, path or variable can hold.
  func text(_ key: DocumentKey, numbers: Bool = false) throws(DocumentError) -> String? {
    guard let value = self[key] else { return nil }
    if numbers, let number = value.number { return number.text }
    guard let text = value.string else {
      throw DocumentError(key.rawValue, "a string is expected, not \(value.kindName)")
    }
    return try DocumentFields.checked(text, key.rawValue)
  }

  static func checked(_ text: String, _ field: String) throws(DocumentError) -> String {
    if text.utf8.contains(0) {
      throw DocumentError(field, "it holds a NUL character, which no program can be given")
    }
    return text
  }

  /// true, false, or the contracts' "Y", "N", "Yes", "No" in any case.
  func flag(_ key: DocumentKey) throws(DocumentError) -> Bool? {
    guard let value = self[key] else { return nil }
    if let flag = value.bool { return flag }
    switch value.string?.lowercased() {
    case "y", "yes", "true": return true
    case "n", "no", "false": return false
    default:
      throw DocumentError(key.rawValue, "true, false, \"Y\" or \"N\" is expected")
    }
  }

  /// A whole number within a range, also in a string.
  func integer(_ key: DocumentKey, in range: ClosedRange<Int>) throws(DocumentError) -> Int? {
    guard let value = self[key] else { return nil }
    return try DocumentFields.integer(value, key.rawValue, in: range)
  }

  static func integer(
    _ value: JSON, _ field: String, in range: ClosedRange<Int>
  ) throws(DocumentError) -> Int {
    guard let number = value.int ?? value.string.flatMap({ Int($0) }) else {
      throw DocumentError(field, "a whole number is expected")
    }
    guard range.contains(number) else {
      throw DocumentError(
        field, "\(number) is out of range; \(range.lowerBound) to \(range.upperBound) is allowed")
    }
    return number
  }

  /// A decimal number within a range, also in a string.
  func decimal(_ key: DocumentKey, in range: ClosedRange<Double>) throws(DocumentError) -> Double? {
    guard let value = self[key] else { return nil }
    guard let number = (value.number ?? value.string.flatMap { JSONNumber(text: $0) })?.double
    else {
      throw DocumentError(key.rawValue, "a number is expected")
    }
    guard range.contains(number) else {
      throw DocumentError(
        key.rawValue,
        "\(number) is out of range; \(range.lowerBound) to \(range.upperBound) is allowed")
    }
    return number
  }

  /// A duration: whole seconds, `90s`, `2h30m` or ISO 8601.
  func span(_ key: DocumentKey, zeroAllowed: Bool = true) throws(DocumentError) -> TimeSpan? {
    guard let value = self[key] else { return nil }
    let span = try DocumentFields.span(value, key.rawValue)
    if span == .zero, !zeroAllowed {
      throw DocumentError(key.rawValue, "it must be longer than 0s; leave it out for none")
    }
    return span
  }

  static func span(_ value: JSON, _ field: String) throws(DocumentError) -> TimeSpan {
    guard let text = value.string ?? value.number?.text else {
      throw DocumentError(field, "a duration such as \"90s\" or \"2h30m\" is expected")
    }
    do {
      return try TimeSpan(parsing: text)
    } catch {
      throw DocumentError(field, "column \(error.column): \(error.reason)")
    }
  }

  /// The elements of an array with their fields; a value alone is one element.
  func elements(_ key: DocumentKey) -> [(field: String, json: JSON)]? {
    guard let value = self[key] else { return nil }
    guard let elements = value.array else { return [(key.rawValue, value)] }
    return elements.enumerated().map { ("\(key.rawValue)[\($0.offset)]", $0.element) }
  }

  /// A number of bytes: `1048576`, `64k`, `10M` or `2G`.
  func byteCount(_ key: DocumentKey) throws(DocumentError) -> ByteCount? {
    guard let value = self[key] else { return nil }
    guard let count = (value.string ?? value.number?.text).flatMap({ ByteCount($0) }) else {
      throw DocumentError(
        key.rawValue, "a number of bytes, 1024 or more, is expected, such as 65536 or \"64k\"")
    }
    return count
  }

  /// An instant: RFC 3339 with its own zone, or `yyyy-MM-dd[ HH:mm[:ss]]` in `zone`. A local
  /// time that daylight saving skips is the first instant after the gap; one that stands
  /// twice is the first of the two.
  func instant(_ key: DocumentKey, in zone: TimeZoneRules) throws(DocumentError) -> Instant? {
    guard let text = try text(key) else { return nil }
    return try DocumentFields.instant(text, key.rawValue, in: zone)
  }

  static func instant(
    _ text: String, _ field: String, in zone: TimeZoneRules
  ) throws(DocumentError) -> Instant {
    if let instant = Instant(written: text) { return instant }
    let civil: CivilTime
    do {
      civil = try CivilTime(parsing: text)
    } catch {
      throw DocumentError(
        field,
        "\"\(text)\", column \(error.column): \(error.reason); write 2026-11-21 16:56:00, or "
          + "2026-11-21T16:56:00+01:00 with a zone of its own")
    }
    // A zone can push the last evening of 9999 into a year that no record can write.
    let milliseconds = zone.firstInstant(of: civil).milliseconds
    let range = RFC3339.range
    return Instant(
      milliseconds: min(max(milliseconds, range.lowerBound), range.upperBound))
  }

  /// One of a few words.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: DocumentKey, _ type: Choice.Type
  ) throws(DocumentError) -> Choice? where Choice.RawValue == String {
    try DocumentFields.choice(self[key], key.rawValue, type)
  }

  /// One of a few words; nil for a value that is absent or null.
  static func choice<Choice: RawRepresentable & CaseIterable>(
    _ value: JSON?, _ field: String, _ type: Choice.Type
  ) throws(DocumentError) -> Choice? where Choice.RawValue == String {
    guard let value, !value.isNull else { return nil }
    guard let text = value.string else {
      throw DocumentError(field, "a string is expected, not \(value.kindName)")
    }
    if let choice = Choice(rawValue: text) { return choice }
    let words = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    throw DocumentError(field, "\"\(text)\" is none of \(words)")
  }

  /// An object of texts; numbers and booleans stand as written.
  func texts(_ key: DocumentKey) throws(DocumentError) -> [String: String] {
    guard let value = self[key] else { return [:] }
    guard let object = value.object else {
      throw DocumentError(key.rawValue, "an object of strings is expected, not \(value.kindName)")
    }
    var texts: [String: String] = [:]
    for (name, value) in object {
      let field = "\(key.rawValue).\(name)"
      switch value {
      case .string(let text): texts[name] = try DocumentFields.checked(text, field)
      case .number(let number): texts[name] = number.text
      case .bool(let flag): texts[name] = flag ? "true" : "false"
      case .null, .array, .object:
        throw DocumentError(field, "a string is expected, not \(value.kindName)")
      }
    }
    return texts
  }
}

extension TimeZoneRules {
  /// The instant of a local time: after a gap its first instant, in an overlap the first.
  public func firstInstant(of civil: CivilTime) -> Instant {
    switch resolve(civil) {
    case .unique(let instant): return instant
    case .gap(let after): return after
    case .overlap(let first, _): return first
    }
  }
}
