// The one strict reader of RFC 8259: one value and nothing else, keys unique, UTF-8 checked, depth
// and length limited. It never traps, whatever the bytes are, and works on them where they are.

/// Reads one document from bytes.
struct JSONReader {
  private var cursor: JSONCursor
  private let limits: JSONLimits

  /// A reader of bytes that begin at some place of a longer text.
  init(
    _ bytes: UnsafeRawBufferPointer, limits: JSONLimits, from base: JSONPosition = JSONPosition()
  ) {
    cursor = JSONCursor(bytes, from: base)
    self.limits = limits
  }

  /// Reads the document that the bytes are, or what is selected of it.
  mutating func document(only selection: JSONSelection? = nil) throws(JSONError) -> JSON {
    guard cursor.bytes.count <= limits.bytes else {
      throw cursor.failure(.tooLong(limit: limits.bytes), at: limits.bytes)
    }
    cursor.skipBlanks()
    guard !cursor.isAtEnd else { throw cursor.failure(.empty) }
    let value = try value(inside: 0, expecting: .value, only: selection)
    cursor.skipBlanks()
    guard cursor.isAtEnd else {
      throw cursor.failure(JSONFault.trailing(at: cursor))
    }
    return value
  }

  /// Reads one value inside so many arrays and objects, the cursor being at a byte.
  private mutating func value(
    inside depth: Int, expecting expected: JSONError.Expectation,
    only selection: JSONSelection? = nil
  ) throws(JSONError) -> JSON {
    switch cursor.next {
    case UInt8(ascii: "\""): return .string(try JSONStringReader.read(&cursor))
    case UInt8(ascii: "{"): return .object(try object(inside: depth, only: selection))
    case UInt8(ascii: "["): return .array(try array(inside: depth))
    case UInt8(ascii: "t"): return try literal("true", .bool(true), expecting: expected)
    case UInt8(ascii: "f"): return try literal("false", .bool(false), expecting: expected)
    case UInt8(ascii: "n"): return try literal("null", .null, expecting: expected)
    case UInt8(ascii: "-"): return .number(try JSONNumberReader.read(&cursor))
    case _ where cursor.isAtDigit: return .number(try JSONNumberReader.read(&cursor))
    default: throw cursor.failure(JSONFault.reason(at: cursor, expecting: expected))
    }
  }

  private mutating func literal(
    _ word: StaticString, _ value: JSON, expecting expected: JSONError.Expectation
  ) throws(JSONError) -> JSON {
    let length = word.utf8CodeUnitCount
    let written = UnsafeRawBufferPointer(start: word.utf8Start, count: length)
    // The whole word is compared, or `nullable` would be null with something after it.
    guard JSONFault.wordLength(at: cursor) == length,
      cursor.bytes[cursor.index..<(cursor.index + length)].elementsEqual(written)
    else { throw cursor.failure(JSONFault.reason(at: cursor, expecting: expected)) }
    cursor.index += length
    return value
  }

  /// Moves past a value, checking it. What needs no memory of its own is read as ever.
  private mutating func pass(
    inside depth: Int, expecting expected: JSONError.Expectation
  ) throws(JSONError) {
    switch cursor.next {
    case UInt8(ascii: "\""): try JSONStringReader.pass(&cursor)
    case UInt8(ascii: "["): _ = try array(inside: depth, isPassed: true)
    default: _ = try value(inside: depth, expecting: expected, only: .nothing)
    }
  }

  /// Reads an array; one that is passed over comes out empty.
  private mutating func array(
    inside depth: Int, isPassed: Bool = false
  ) throws(JSONError) -> [JSON] {
    let opening = cursor.index
    try enter(depth)
    var elements: [JSON] = []
    try skipBlanks(in: .array, from: opening)
    if cursor.skip("]") { return elements }
    try element(of: &elements, isPassed: isPassed, inside: depth, expecting: .valueOrEnd)
    while true {
      try skipBlanks(in: .array, from: opening)
      if cursor.skip("]") { return elements }
      try skipComma(orFail: .commaOrBracket)
      let comma = cursor.index - 1
      try skipBlanks(in: .array, from: opening)
      guard cursor.next != UInt8(ascii: "]") else {
        throw cursor.failure(.trailingComma, at: comma)
      }
      try element(of: &elements, isPassed: isPassed, inside: depth, expecting: .value)
    }
  }

  @inline(__always)
  private mutating func element(
    of elements: inout [JSON], isPassed: Bool, inside depth: Int,
    expecting expected: JSONError.Expectation
  ) throws(JSONError) {
    if isPassed {
      try pass(inside: depth + 1, expecting: expected)
    } else {
      elements.append(try value(inside: depth + 1, expecting: expected))
    }
  }

  /// Reads an object, or those of its members that are selected.
  private mutating func object(
    inside depth: Int, only selection: JSONSelection?
  ) throws(JSONError) -> JSONObject {
    let opening = cursor.index
    try enter(depth)
    var object = JSONObject()
    var keys = JSONKeySet()
    try skipBlanks(in: .object, from: opening)
    if cursor.skip("}") { return object }
    if selection == nil { object.reserveCapacity(8) }
    try member(
      of: &object, keys: &keys, only: selection, from: opening, inside: depth, expecting: .keyOrEnd)
    while true {
      try skipBlanks(in: .object, from: opening)
      if cursor.skip("}") { return object }
      try skipComma(orFail: .commaOrBrace)
      let comma = cursor.index - 1
      try skipBlanks(in: .object, from: opening)
      guard cursor.next != UInt8(ascii: "}") else {
        throw cursor.failure(.trailingComma, at: comma)
      }
      try member(
        of: &object, keys: &keys, only: selection, from: opening, inside: depth, expecting: .key)
    }
  }

  /// Reads a key, its colon and its value, the cursor being at the key's first byte.
  @inline(__always)
  private mutating func member(
    of object: inout JSONObject, keys: inout JSONKeySet, only selection: JSONSelection?,
    from opening: Int, inside depth: Int, expecting expected: JSONError.Expectation
  ) throws(JSONError) {
    let start = cursor.index
    guard cursor.next == UInt8(ascii: "\"") else {
      throw cursor.failure(JSONFault.reason(at: cursor, expecting: expected))
    }
    let key = try JSONStringReader.read(&cursor)
    let choice = selection?[key]
    let isPassed = selection != nil && choice == nil
    guard isPassed || keys.insert(key, besides: object) else {
      throw cursor.failure(.duplicateKey(key), at: start)
    }
    try skipBlanks(in: .object, from: opening)
    guard cursor.skip(":") else {
      throw cursor.failure(JSONFault.reason(at: cursor, expecting: .colon))
    }
    try skipBlanks(in: .object, from: opening)
    if isPassed { return try pass(inside: depth + 1, expecting: .value) }
    var part: JSONSelection?
    if case .part(let inner)? = choice { part = inner }
    object.append(
      try value(inside: depth + 1, expecting: .value, only: part), forNewKey: key)
  }

  /// Moves past an opening bracket, unless it is one too many.
  private mutating func enter(_ depth: Int) throws(JSONError) {
    guard depth < limits.depth else { throw cursor.failure(.tooDeep(limit: limits.depth)) }
    cursor.index += 1
  }

  /// Moves to the next byte that counts; the text may not end before it.
  @inline(__always)
  private mutating func skipBlanks(
    in construct: JSONError.Construct, from opening: Int
  ) throws(JSONError) {
    cursor.skipBlanks()
    guard cursor.isAtEnd else { return }
    let line = cursor.position(of: opening).line
    throw cursor.failure(.unterminated(construct, openedInLine: line))
  }

  @inline(__always)
  private mutating func skipComma(orFail expected: JSONError.Expectation) throws(JSONError) {
    guard cursor.skip(",") else {
      throw cursor.failure(JSONFault.reason(at: cursor, expecting: expected))
    }
  }
}

extension JSON {
  /// Reads a document, the whole of the bytes.
  ///
  /// - Throws: the first error by place; see `JSONError.Reason` for what is refused.
  public init(
    parsing bytes: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()
  ) throws(JSONError) {
    var reader = JSONReader(bytes, limits: limits)
    self = try reader.document()
  }

  /// Reads a document, the whole of the bytes.
  public init(
    parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()
  ) throws(JSONError) {
    self = try bytes.withUnsafeBytes { Self.result(parsing: $0, limits: limits) }.get()
  }

  /// Reads a document, the whole of the bytes.
  public init(
    parsing bytes: ArraySlice<UInt8>, limits: JSONLimits = JSONLimits()
  ) throws(JSONError) {
    self = try bytes.withUnsafeBytes { Self.result(parsing: $0, limits: limits) }.get()
  }

  /// Reads a document, the whole of the text.
  public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) {
    var text = text
    self = try text.withUTF8 {
      Self.result(parsing: UnsafeRawBufferPointer($0), limits: limits)
    }.get()
  }

  /// The same as a value: the library's closures lose the type of what is thrown.
  private static func result(
    parsing bytes: UnsafeRawBufferPointer, limits: JSONLimits
  ) -> Result<JSON, JSONError> {
    do {
      return .success(try JSON(parsing: bytes, limits: limits))
    } catch {
      return .failure(error)
    }
  }
}
