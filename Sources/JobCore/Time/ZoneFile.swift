// Reader of compiled zone files: RFC 8536 and its successor RFC 9636, versions 1 to 4. It trusts
// nothing: every length is checked before it is used, so hostile bytes give an error, never a trap
// and never an allocation larger than the file. Meaning (search, footer expansion) is ZoneTable's.

/// The content of one compiled zone file.
struct ZoneFile {
  /// Offset and name that hold from one transition to the next.
  struct LocalType: Hashable {
    /// Seconds east of UTC.
    var offset: Int
    var abbreviation: String
  }

  struct Transition {
    /// POSIX seconds, leap seconds already taken out.
    var second: Int
    /// Index into `types`.
    var type: Int
  }

  var types: [LocalType] = []
  /// Strictly increasing.
  var transitions: [Transition] = []
  /// The type before the first transition.
  var firstType = 0
  /// The rule after the last transition, nil if the file has none.
  var footer: ZoneFooter?

  /// "should be more than -25 hours and less than 26 hours" (RFC 9636, 3.2). Larger offsets would
  /// also let two days of local time fall between neighbouring transitions.
  static let offsets = -89_999...93_599

  /// Transitions outside about 270,000 years are dropped: the arithmetic behind them stays far
  /// from overflow, and no zone has any (some files begin with one at -2^59).
  static let seconds = -(1 << 43)...(1 << 43)

  init(_ bytes: [UInt8]) throws(TimeZoneFileError) {
    var reader = ZoneFileReader(bytes: bytes)
    var header = try reader.header()
    guard header.version >= 2 else {
      try readBody(&reader, header, timeSize: 4)
      return
    }
    // The 32-bit block is there for old readers; its size is all we need of it.
    try reader.skip(header.bodySize(timeSize: 4), "the 32-bit block")
    header = try reader.header()
    try readBody(&reader, header, timeSize: 8)
    footer = try readFooter(&reader)
  }

  private mutating func readBody(
    _ reader: inout ZoneFileReader, _ header: ZoneFileReader.Header, timeSize: Int
  ) throws(TimeZoneFileError) {
    try reader.require(header.bodySize(timeSize: timeSize), "the data block")
    let times = reader.position
    let indices = times + header.timeCount * timeSize
    let typeRecords = indices + header.timeCount
    let names = typeRecords + header.typeCount * 6
    let leaps = names + header.nameBytes
    types = try readTypes(
      reader, at: typeRecords, count: header.typeCount, names: names..<leaps)
    let leapSeconds = reader.leapSeconds(at: leaps, count: header.leapCount, timeSize: timeSize)
    try readTransitions(
      reader, times: times, indices: indices, count: header.timeCount, timeSize: timeSize,
      leapSeconds: leapSeconds)
    try reader.skip(header.bodySize(timeSize: timeSize), "the data block")
  }

  private func readTypes(
    _ reader: ZoneFileReader, at start: Int, count: Int, names: Range<Int>
  ) throws(TimeZoneFileError) -> [LocalType] {
    var types: [LocalType] = []
    types.reserveCapacity(count)
    for index in 0..<count {
      let record = start + index * 6
      let offset = reader.signed32(at: record)
      guard Self.offsets ~= offset else {
        throw TimeZoneFileError(byte: record, reason: "an offset of \(offset) s from UTC")
      }
      let nameStart = names.lowerBound + Int(reader.bytes[record + 5])
      guard let name = reader.name(from: nameStart, before: names.upperBound) else {
        throw TimeZoneFileError(byte: record + 5, reason: "an abbreviation without an end")
      }
      types.append(LocalType(offset: offset, abbreviation: name))
    }
    return types
  }

  private mutating func readTransitions(
    _ reader: ZoneFileReader, times: Int, indices: Int, count: Int, timeSize: Int,
    leapSeconds: [ZoneFileReader.LeapSecond]
  ) throws(TimeZoneFileError) {
    transitions.reserveCapacity(count)
    var previous: Int?
    var leap = 0
    for index in 0..<count {
      let place = times + index * timeSize
      let counted = timeSize == 8 ? reader.signed64(at: place) : reader.signed32(at: place)
      let type = Int(reader.bytes[indices + index])
      guard type < types.count else {
        throw TimeZoneFileError(byte: indices + index, reason: "there is no local type \(type)")
      }
      guard previous.map({ counted > $0 }) ?? true else {
        throw TimeZoneFileError(byte: place, reason: "transitions are not in order")
      }
      previous = counted
      guard counted >= Self.seconds.lowerBound else {
        firstType = type
        continue
      }
      guard counted <= Self.seconds.upperBound else { continue }
      while leap < leapSeconds.count, leapSeconds[leap].occurrence <= counted { leap += 1 }
      // "right" files count leap seconds; instants here are POSIX and do not.
      let second = counted - (leap > 0 ? leapSeconds[leap - 1].correction : 0)
      // Corrections of a hostile file could undo the order checked above.
      guard second > transitions.last?.second ?? .min else {
        throw TimeZoneFileError(byte: place, reason: "transitions are not in order")
      }
      transitions.append(Transition(second: second, type: type))
    }
  }

  private func readFooter(_ reader: inout ZoneFileReader) throws(TimeZoneFileError) -> ZoneFooter? {
    let start = reader.position
    let newline = UInt8(ascii: "\n")
    guard start < reader.bytes.count, reader.bytes[start] == newline,
      let end = reader.bytes[(start + 1)...].firstIndex(of: newline)
    else { throw TimeZoneFileError(byte: start, reason: "the footer is missing") }
    if end == start + 1 { return nil }
    return try ZoneFooter(reader.bytes[(start + 1)..<end])
  }
}
