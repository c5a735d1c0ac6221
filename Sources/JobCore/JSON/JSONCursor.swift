// A place in the bytes of a text, and the few moves that all parts of the reader share.
// It relies on its owner for the bytes to stay where they are, and guarantees that nothing is read
// beyond them: every access is behind a comparison with the end.

/// A reading position in bytes that somebody else keeps alive.
struct JSONCursor {
  let bytes: UnsafeRawBufferPointer
  /// The place of the first byte in the text it is a part of.
  private let base: JSONPosition
  /// The index of the next byte.
  var index = 0

  /// A cursor at the first byte.
  init(_ bytes: UnsafeRawBufferPointer, from base: JSONPosition = JSONPosition()) {
    self.bytes = bytes
    self.base = base
  }

  /// Whether no byte is left.
  var isAtEnd: Bool { index >= bytes.count }

  /// The next byte, if there is one.
  @inline(__always)
  var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  /// The byte some places ahead, if there is one.
  func byte(ahead distance: Int) -> UInt8? {
    distance < bytes.count - index ? bytes[index + distance] : nil
  }

  /// Whether a digit is next.
  var isAtDigit: Bool {
    guard let next else { return false }
    return next >= UInt8(ascii: "0") && next <= UInt8(ascii: "9")
  }

  /// Moves past the four characters that RFC 8259 takes for white space.
  @inline(__always)
  mutating func skipBlanks() {
    while index < bytes.count, bytes[index].isBlank { index += 1 }
  }

  /// Moves past one byte if it is the next.
  @inline(__always)
  mutating func skip(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    index += 1
    return true
  }

  /// The text between two indices, which must be whole scalars of UTF-8.
  @inline(__always)
  func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }

  /// The place of an index in the whole text.
  func position(of index: Int) -> JSONPosition {
    var position = base
    position.advance(over: bytes[..<min(index, bytes.count)])
    return position
  }

  /// An error at an index, the next byte's if none is given.
  func failure(_ reason: JSONError.Reason, at index: Int? = nil) -> JSONError {
    JSONError(reason, at: position(of: index ?? self.index))
  }

  /// The length of the scalar at an index in bytes; nil if it is not UTF-8 (RFC 3629: no overlong
  /// forms, no surrogates, nothing above U+10FFFF).
  func scalarLength(at index: Int) -> Int? {
    let first = bytes[index]
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0..<0x80: return 1
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    guard length <= bytes.count - index, second.contains(bytes[index + 1]) else { return nil }
    for follower in (index + 2)..<(index + max(2, length)) {
      guard bytes[follower] & 0b1100_0000 == 0b1000_0000 else { return nil }
    }
    return length
  }
}

extension UInt8 {
  /// Whether it is one of the four characters that RFC 8259 takes for white space.
  @inline(__always)
  var isBlank: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
