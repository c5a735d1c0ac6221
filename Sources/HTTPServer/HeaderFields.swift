// Header fields in the order they came, found by name in any case.

/// Header fields of a request or response (RFC 9110 section 5).
public struct HeaderFields: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  /// One field line.
  public struct Field: Hashable, Sendable {
    /// The name as it was written.
    public let name: String
    /// The value without blanks around it. Bytes that are not UTF-8 are replaced.
    public let value: String
  }

  /// All fields, in order.
  public private(set) var fields: [Field] = []

  /// No fields.
  public init() {}

  /// Fields in the order written.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { append(name, value) }
  }

  /// Adds a field after those there are, also if one has the same name.
  public mutating func append(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// The values of all fields of a name, in order.
  public func values(of name: String) -> [String] {
    fields.filter { Syntax.isEqual($0.name, name) }.map(\.value)
  }

  /// The first value of a name; setting takes the place of all of them, nil removes them.
  public subscript(name: String) -> String? {
    get { fields.first { Syntax.isEqual($0.name, name) }?.value }
    set {
      fields.removeAll { Syntax.isEqual($0.name, name) }
      if let newValue { append(name, newValue) }
    }
  }

  /// The elements of a comma-separated list that may be spread over several fields, in
  /// lower case and without empty ones (RFC 9110 section 5.6.1). For lists of tokens only:
  /// a comma inside a quoted string would split it.
  func list(_ name: String) -> [String] {
    values(of: name).flatMap { value in
      value.utf8.split(separator: UInt8(ascii: ",")).map { element in
        let bytes = Syntax.trimmed(ArraySlice(element))
        return String(decoding: bytes.map(Syntax.lowercased), as: UTF8.self)
      }
    }.filter { !$0.isEmpty }
  }
}
