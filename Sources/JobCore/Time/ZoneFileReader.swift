// The bytes of a compiled zone file: big-endian numbers, the header, leap-second records. Reads
// without a check of their own rely on `require` for the block they are in.

/// A cursor over the bytes of a zone file.
struct ZoneFileReader {
  let bytes: [UInt8]
  private(set) var position = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The six counts of RFC 9636, 3.1.
  struct Header {
    /// 1 to 4, or later: a later version must be readable as the last known one.
    var version: Int
    var utIndicatorCount: Int
    var standardIndicatorCount: Int
    var leapCount: Int
    var timeCount: Int
    var typeCount: Int
    var nameBytes: Int

    /// Bytes of the data block. Counts have 32 bits, so nothing here overflows.
    func bodySize(timeSize: Int) -> Int {
      timeCount * (timeSize + 1) + typeCount * 6 + nameBytes + leapCount * (timeSize + 4)
        + standardIndicatorCount + utIndicatorCount
    }
  }

  struct LeapSecond {
    /// When the correction begins, counting the leap seconds before it.
    var occurrence: Int
    /// Leap seconds in all from then on.
    var correction: Int
  }

  static let headerSize = 44

  mutating func header() throws(TimeZoneFileError) -> Header {
    try require(Self.headerSize, "the header")
    let start = position
    guard bytes[start..<start + 4].elementsEqual("TZif".utf8) else {
      throw TimeZoneFileError(byte: start, reason: "this is not a compiled zone file (no TZif)")
    }
    let versionByte = bytes[start + 4]
    guard versionByte == 0 || versionByte >= UInt8(ascii: "2") else {
      throw TimeZoneFileError(byte: start + 4, reason: "unknown version \(versionByte)")
    }
    func count(_ index: Int) -> Int { Int(unsigned32(at: start + 20 + index * 4)) }
    let header = Header(
      version: versionByte == 0 ? 1 : Int(versionByte) - Int(UInt8(ascii: "0")),
      utIndicatorCount: count(0), standardIndicatorCount: count(1), leapCount: count(2),
      timeCount: count(3), typeCount: count(4), nameBytes: count(5))
    // Type indices are single bytes (RFC 9636, 3.1).
    guard 1...256 ~= header.typeCount else {
      throw TimeZoneFileError(byte: start + 36, reason: "\(header.typeCount) local types")
    }
    position += Self.headerSize
    return header
  }

  /// Throws unless `count` more bytes are there.
  func require(_ count: Int, _ what: String) throws(TimeZoneFileError) {
    guard count <= bytes.count - position else {
      throw TimeZoneFileError(byte: bytes.count, reason: "the file ends inside \(what)")
    }
  }

  mutating func skip(_ count: Int, _ what: String) throws(TimeZoneFileError) {
    try require(count, what)
    position += count
  }

  func unsigned32(at offset: Int) -> UInt32 {
    var value: UInt32 = 0
    for byte in bytes[offset..<offset + 4] { value = value << 8 | UInt32(byte) }
    return value
  }

  func signed32(at offset: Int) -> Int { Int(Int32(bitPattern: unsigned32(at: offset))) }

  func signed64(at offset: Int) -> Int {
    let high = UInt64(unsigned32(at: offset))
    return Int(Int64(bitPattern: high << 32 | UInt64(unsigned32(at: offset + 4))))
  }

  /// Reads leap-second records. They may be cut at their beginning (version 4), so only the
  /// corrections themselves count, not their differences.
  func leapSeconds(at start: Int, count: Int, timeSize: Int) -> [LeapSecond] {
    (0..<count).map { index in
      let record = start + index * (timeSize + 4)
      return LeapSecond(
        occurrence: timeSize == 8 ? signed64(at: record) : signed32(at: record),
        correction: signed32(at: record + timeSize))
    }
  }

  /// The NUL-terminated text at `start`; nil if it does not end before `limit`.
  func name(from start: Int, before limit: Int) -> String? {
    guard start < limit, let end = bytes[start..<limit].firstIndex(of: 0) else { return nil }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}
