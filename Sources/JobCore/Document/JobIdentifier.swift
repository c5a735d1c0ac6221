// What an id may look like, and how a new one is made.

/// Rules for the ids of jobs.
public enum JobIdentifier {
  /// Longest id of a caller's own, in characters.
  public static let longest = 64

  /// Whether a text may be an id: `[A-Za-z0-9._-]{1,64}`, not starting with a dot, not all
  /// digits (those are job numbers). So it is also a safe file name.
  public static func isValid(_ text: String) -> Bool {
    text.utf8.withContiguousStorageIfAvailable { isValid($0) } ?? isValid(Array(text.utf8))
  }

  private static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
    guard (1...longest).contains(bytes.count), bytes.first != UInt8(ascii: ".") else {
      return false
    }
    var digits = 0
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): break
      case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): break
      default: return false
      }
    }
    return digits < bytes.count
  }

  /// A version 7 UUID in lower case (RFC 9562, section 5.7): ids made later sort later.
  /// - Parameter random: ten unpredictable bytes.
  public static func make(at now: Instant, random: [UInt8]) -> String {
    precondition(random.count == 10)
    var bytes: [UInt8] = []
    let time = UInt64(bitPattern: now.milliseconds)
    for shift in stride(from: 40, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: time >> UInt64(shift)))
    }
    bytes += random
    bytes[6] = bytes[6] & 0x0F | 0x70
    bytes[8] = bytes[8] & 0x3F | 0x80
    return text(of: bytes)
  }

  /// An id that follows from two texts alone, so that work done twice gives one job: a
  /// UUID-shaped digest (RFC 9562, version 8), not a secret.
  public static func derived(from seed: String, line: Int) -> String {
    // FNV-1a with two offsets: spread is all that is asked of it, since the seed is
    // already unique.
    var bytes: [UInt8] = []
    for offset: UInt64 in [0xcbf2_9ce4_8422_2325, 0x9ae1_6a3b_2f90_404f] {
      var hash = offset
      for byte in Array(seed.utf8) + [0] + Array(String(line).utf8) {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      }
      hash ^= hash >> 32
      for shift in stride(from: 56, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: hash >> UInt64(shift)))
      }
    }
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    return text(of: bytes)
  }

  private static func text(of bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: 36) { buffer in
      var at = 0
      for (index, byte) in bytes.enumerated() {
        if [4, 6, 8, 10].contains(index) {
          buffer[at] = UInt8(ascii: "-")
          at += 1
        }
        buffer[at] = digits[Int(byte >> 4)]
        buffer[at + 1] = digits[Int(byte & 15)]
        at += 2
      }
      return at
    }
  }
}
