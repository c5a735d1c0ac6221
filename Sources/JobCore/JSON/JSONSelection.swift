// Reading only some members of a document. The rest is held to the same grammar, but nothing is
// made of it: who looks at a hundred thousand files for five members each pays for five.

/// Which members of an object are read. Of those that are passed over, a key that stands twice
/// goes unnoticed.
public struct JSONSelection: Sendable {
  enum Choice {
    case whole
    case part(JSONSelection)
  }

  private let choices: [(key: String, choice: Choice)]

  /// A selection of these members, and of those that are selected inside others.
  public init(_ keys: [String], inside parts: [(String, JSONSelection)] = []) {
    choices = keys.map { ($0, .whole) } + parts.map { ($0.0, .part($0.1)) }
  }

  static let nothing = JSONSelection([])

  subscript(key: String) -> Choice? {
    choices.first { $0.key.hasSameBytes(as: key) }?.choice
  }
}

extension JSON {
  /// Reads the selected members of a document; one that is no object is read whole.
  ///
  /// - Throws: the first error by place; see `JSONError.Reason` for what is refused.
  public init(
    parsing bytes: [UInt8], only selection: JSONSelection, limits: JSONLimits = JSONLimits()
  ) throws(JSONError) {
    self = try bytes.withUnsafeBytes { bytes in
      var reader = JSONReader(bytes, limits: limits)
      return Result { () throws(JSONError) in try reader.document(only: selection) }
    }.get()
  }
}
