// The grammar of civil times in documents and on the command line: ISO 8601 without a zone, in
// the three lengths that people write.

/// A time of day that exists on most days.
struct TimeOfDay {
  var hour = 0
  var minute = 0
  var second = 0
  var millisecond = 0
}

extension CivilTime {
  /// A time on a day; nil if the day does not exist.
  init?(year: Int, month: Int, day: Int, _ time: TimeOfDay) {
    self.init(
      year: year, month: month, day: day, hour: time.hour, minute: time.minute,
      second: time.second, millisecond: time.millisecond)
  }
}

/// Reads one civil time.
struct CivilTimeParser {
  private var scanner: ByteScanner

  init(_ text: String) {
    scanner = ByteScanner(text)
  }

  /// Reads on where another parser stands.
  init(_ scanner: ByteScanner) {
    self.scanner = scanner
  }

  mutating func parse() throws(CivilTimeError) -> CivilTime {
    let (year, month, day) = try date()
    var timeOfDay = TimeOfDay()
    if !scanner.isAtEnd {
      guard scanner.take(UInt8(ascii: " ")) || scanner.take(UInt8(ascii: "T")) else {
        throw error("expected a space or T before the time of day")
      }
      timeOfDay = try self.timeOfDay()
    }
    let time = CivilTime(year: year, month: month, day: day, timeOfDay)
    guard let time else { throw error("no such date and time") }
    return time
  }

  /// Reads `HH:mm` or `HH:mm:ss[.fff]`, up to the end.
  mutating func timeOfDay() throws(CivilTimeError) -> TimeOfDay {
    var time = TimeOfDay()
    time.hour = try field("hour", digits: 2, in: 0...23)
    try separator(":", "minutes, as in 2026-11-21 03:31")
    time.minute = try field("minute", digits: 2, in: 0...59)
    if !scanner.isAtEnd {
      try separator(":", "seconds")
      time.second = try field("second", digits: 2, in: 0...59)
      time.millisecond = try decimals()
    }
    return time
  }

  private mutating func date() throws(CivilTimeError) -> (year: Int, month: Int, day: Int) {
    let year = try field("year", digits: 4, in: 1...9_999)
    try separator("-", "the month, as in 2026-11-21")
    let month = try field("month", digits: 2, in: 1...12)
    try separator("-", "the day, as in 2026-11-21")
    let start = scanner.position
    let day = try field("day", digits: 2, in: 1...31)
    let length = Gregorian.length(ofMonth: month, in: year)
    guard day <= length else {
      throw error("this month has only \(length) days", at: start)
    }
    return (year, month, day)
  }

  private mutating func decimals() throws(CivilTimeError) -> Int {
    if scanner.isAtEnd { return 0 }
    guard scanner.take(UInt8(ascii: ".")) else {
      throw error("expected the end; a zone has no place here")
    }
    let start = scanner.position
    guard let milliseconds = scanner.milliseconds(maximumDigits: 3) else {
      throw error("expected 1 to 3 decimals", at: start)
    }
    guard scanner.isAtEnd else { throw error("expected the end; a zone has no place here") }
    return milliseconds
  }

  private mutating func field(
    _ name: String, digits: Int, in range: ClosedRange<Int>
  ) throws(CivilTimeError) -> Int {
    let start = scanner.position
    guard let value = scanner.digits(digits) else {
      throw error("expected the \(name) in \(digits) digits")
    }
    guard range ~= value else {
      throw error(
        "\(name) \(value) is out of range; expected \(range.lowerBound)-\(range.upperBound)",
        at: start)
    }
    return value
  }

  private mutating func separator(
    _ character: Unicode.Scalar, _ what: String
  ) throws(CivilTimeError) {
    guard scanner.take(UInt8(ascii: character)) else {
      throw error("expected \(character) and \(what)")
    }
  }

  private func error(_ reason: String, at offset: Int? = nil) -> CivilTimeError {
    CivilTimeError(
      column: offset.map { scanner.column(ofByte: $0) } ?? scanner.column, reason: reason)
  }
}
