// The one writer: the same value always becomes the same bytes, so that files can be compared and
// a digest means something. Compact, keys sorted by their bytes unless asked otherwise, UTF-8 as it is, `/` not escaped.

extension JSON {
  /// The value in its one compact form, without a line feed.
  /// - Parameter keepingOrder: members stand in their own order, for replies whose form somebody
  ///   else has laid down.
  public func serialized(keepingOrder: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    serialize(into: &bytes, keepingOrder: keepingOrder)
    return bytes
  }

  /// Appends the value in its one compact form, without a line feed.
  public func serialize(into bytes: inout [UInt8], keepingOrder: Bool = false) {
    var writer = JSONWriter(bytes: consume bytes, indentation: nil, keepsOrder: keepingOrder)
    writer.write(self, level: 0)
    bytes = writer.bytes
  }

  /// The value for people: a member per line, indented by two spaces, keys sorted, no line feed at
  /// the end.
  public func prettyText() -> String {
    var writer = JSONWriter(bytes: [], indentation: 2)
    writer.write(self, level: 0)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

/// Appends values to bytes.
private struct JSONWriter {
  var bytes: [UInt8]
  /// Spaces per level; nil for no white space at all.
  let indentation: Int?
  var keepsOrder = false

  mutating func write(_ value: JSON, level: Int) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .number(let number): bytes.append(contentsOf: number.text.utf8)
    case .string(let text): write(text)
    case .array(let elements): write(elements, level: level)
    case .object(let object): write(object, level: level)
    }
  }

  private mutating func write(_ elements: [JSON], level: Int) {
    bytes.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      beginItem(index, level: level + 1)
      write(element, level: level + 1)
    }
    if !elements.isEmpty { breakLine(level: level) }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func write(_ object: JSONObject, level: Int) {
    bytes.append(UInt8(ascii: "{"))
    let places = keepsOrder ? Array(object.members.indices) : object.sortedIndices
    for (index, place) in places.enumerated() {
      beginItem(index, level: level + 1)
      write(object.members[place].key)
      bytes.append(UInt8(ascii: ":"))
      if indentation != nil { bytes.append(UInt8(ascii: " ")) }
      write(object.members[place].value, level: level + 1)
    }
    if !object.isEmpty { breakLine(level: level) }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func beginItem(_ index: Int, level: Int) {
    if index > 0 { bytes.append(UInt8(ascii: ",")) }
    breakLine(level: level)
  }

  private mutating func breakLine(level: Int) {
    guard let indentation else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation * level))
  }

  private mutating func append(_ word: StaticString) {
    let text = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    bytes.append(contentsOf: text)
  }

  private mutating func write(_ text: String) {
    var text = text
    text.withUTF8 { append($0) }
  }

  /// Appends a string, in runs between the few bytes that need an escape.
  private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    var run = 0
    for (index, byte) in text.enumerated() where byte.needsEscape {
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[run..<index]))
      appendEscape(byte)
      run = index + 1
    }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[run...]))
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func appendEscape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): append("\\\"")
    case UInt8(ascii: "\\"): append("\\\\")
    case 0x08: append("\\b")
    case 0x09: append("\\t")
    case 0x0A: append("\\n")
    case 0x0C: append("\\f")
    case 0x0D: append("\\r")
    default:
      append("\\u00")
      bytes.append((byte >> 4).hexadecimalDigit)
      bytes.append((byte & 0xF).hexadecimalDigit)
    }
  }
}

extension UInt8 {
  /// Whether RFC 8259 wants it escaped inside a string.
  fileprivate var needsEscape: Bool {
    self < 0x20 || self == UInt8(ascii: "\"") || self == UInt8(ascii: "\\")
  }

  /// The lower-case digit of a value below 16.
  fileprivate var hexadecimalDigit: UInt8 {
    self < 10 ? UInt8(ascii: "0") + self : UInt8(ascii: "a") + self - 10
  }
}
