// Instants in sentences: what is written down is in UTC, and people read the clocks of their zone.

import JobCore

/// Sentences for people.
enum LocalTimes {
  /// `2026-11-21T03:31:35.000Z`
  private static let length = 24

  /// A text with the instants in it as the clocks of a zone show them.
  static func put(into text: String, _ zone: TimeZoneRules) -> String {
    let bytes = Array(text.utf8)
    guard bytes.count >= length else { return text }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if let instant = instant(in: bytes, at: index) {
        result += StatusTable.local(instant, zone).utf8
        index += length
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The instant that begins at an index, if one does. Most bytes are told from one by a look.
  private static func instant(in bytes: [UInt8], at index: Int) -> Instant? {
    guard index + length <= bytes.count, bytes[index + 4] == UInt8(ascii: "-"),
      bytes[index + 10] == UInt8(ascii: "T"), bytes[index + 19] == UInt8(ascii: "."),
      bytes[index + 23] == UInt8(ascii: "Z")
    else { return nil }
    return Instant(rfc3339: String(decoding: bytes[index..<index + length], as: UTF8.self))
  }
}
