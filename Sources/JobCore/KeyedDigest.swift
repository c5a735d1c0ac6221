// SipHash-2-4 with 128 bits (Aumasson and Bernstein, "SipHash: a fast short-input PRF"): what it
// makes of a text cannot be guessed without the key. Small enough to be read here, and made for
// what it is used for, which is short texts.

/// A digest that only the holder of a key can make.
public struct KeyedDigest: Sendable {
  /// Bytes of a key.
  public static let keyLength = 16

  private let first: UInt64
  private let second: UInt64

  /// - Parameter key: 16 unpredictable bytes.
  public init(key: [UInt8]) {
    precondition(key.count == KeyedDigest.keyLength)
    first = KeyedDigest.word(key[..<8])
    second = KeyedDigest.word(key[8...])
  }

  private static func word(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
  }

  /// The 16 bytes that stand for a message.
  public func digest(of message: [UInt8]) -> [UInt8] {
    var state = State(first, second)
    var index = 0
    while message.count - index >= 8 {
      state.absorb(KeyedDigest.word(message[index..<index + 8]))
      index += 8
    }
    let length = UInt64(truncatingIfNeeded: message.count) << 56
    state.absorb(KeyedDigest.word(message[index...]) | length)
    return state.end()
  }

  /// The digest of several texts as 32 hexadecimal digits. Lengths go in too, so that two lists
  /// that read the same when put together stay apart.
  public func token(_ parts: String...) -> String {
    var message: [UInt8] = []
    for part in parts {
      message += Array("\(part.utf8.count):".utf8) + Array(part.utf8)
    }
    let digits = Array("0123456789abcdef".utf8)
    let text = digest(of: message).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  /// Whether two tokens are the same, in a time that does not tell where they differ.
  public static func isEqual(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    return zip(left.utf8, right.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private struct State {
    private var v0, v1, v2, v3: UInt64

    init(_ first: UInt64, _ second: UInt64) {
      v0 = first ^ 0x736f_6d65_7073_6575
      v1 = second ^ 0x646f_7261_6e64_6f6d ^ 0xee
      v2 = first ^ 0x6c79_6765_6e65_7261
      v3 = second ^ 0x7465_6462_7974_6573
    }

    mutating func absorb(_ word: UInt64) {
      v3 ^= word
      round()
      round()
      v0 ^= word
    }

    mutating func end() -> [UInt8] {
      v2 ^= 0xee
      for _ in 0..<4 { round() }
      let low = v0 ^ v1 ^ v2 ^ v3
      v1 ^= 0xdd
      for _ in 0..<4 { round() }
      let high = v0 ^ v1 ^ v2 ^ v3
      return [low, high].flatMap { word in
        (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
      }
    }

    private mutating func round() {
      v0 &+= v1
      v1 = State.rotated(v1, 13) ^ v0
      v0 = State.rotated(v0, 32)
      v2 &+= v3
      v3 = State.rotated(v3, 16) ^ v2
      v0 &+= v3
      v3 = State.rotated(v3, 21) ^ v0
      v2 &+= v1
      v1 = State.rotated(v1, 17) ^ v2
      v2 = State.rotated(v2, 32)
    }

    private static func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 {
      word << count | word >> (64 - count)
    }
  }
}
