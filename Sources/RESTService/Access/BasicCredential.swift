// What a client says it is: HTTP Basic (RFC 7617).

internal import HTTPServer
internal import LinuxIO

/// A name and a password from an Authorization field.
struct BasicCredential {
  let name: String
  /// As it was sent: UTF-8, as the challenge asks for, if the client keeps to it.
  let password: [UInt8]

  /// Reads the value of an Authorization field; nil for anything but a well-formed Basic one.
  init?(_ value: String) {
    let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    guard parts.count == 2, parts[0].lowercased() == "basic",
      let bytes = BasicCredential.decode(parts[1].drop { $0 == " " }.utf8),
      let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      let name = String(validating: bytes[..<colon], as: UTF8.self)
    else { return nil }
    self.name = name
    password = Array(bytes[(colon + 1)...])
    // Longer ones cannot have been set; crypt would refuse them at once, and so tell them apart.
    if password.count > Password.longest { return nil }
  }

  /// Decodes base64 (RFC 4648 section 4); padding may be missing, nothing may follow it.
  static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var digits = 0
    var padding = 0
    for byte in text {
      if byte == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let value = value(of: byte) else { return nil }
      bits = bits << 6 | value
      digits += 1
      if digits % 4 == 0 {
        bytes += [UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
      }
    }
    switch digits % 4 {
    case 0: return padding == 0 ? bytes : nil
    case 2 where padding == 0 || padding == 2:
      return bits & 0xF == 0 ? bytes + [UInt8(bits >> 4 & 255)] : nil
    case 3 where padding <= 1:
      return bits & 0x3 == 0 ? bytes + [UInt8(bits >> 10 & 255), UInt8(bits >> 2 & 255)] : nil
    default: return nil
    }
  }

  private static func value(of byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
