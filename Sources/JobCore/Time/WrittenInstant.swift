// Instants as people type them, in options and in questions: written out, or as seen from now. A
// time that clocks jump over is the first instant after the jump, and of two the first, as in job
// documents.

extension TimeZoneRules {
  /// Which way a time is looked for that comes again and again, such as 14:30 or Monday.
  public enum Direction: Sendable {
    /// The next one, now included: of a window that begins or ends.
    case ahead
    /// The last one, now included: of what has been. A bare duration counts back.
    case back
  }

  /// Reads an instant: RFC 3339, or a local date and time in this zone.
  public func instant(from text: String) throws(CivilTimeError) -> Instant {
    if let instant = Instant(written: text) { return instant }
    return firstInstant(of: try CivilTime(parsing: text))
  }

  /// Reads an instant as `instant(from:)` does, or as seen from now: `now`, `+2h`, `-2h`, `14:30`,
  /// `14:30:05`, `today 14:30`, `tomorrow`, `yesterday 03:00`, `mon`, `monday 08:00`.
  public func instant(
    from text: String, now: Instant, _ direction: Direction
  ) throws(CivilTimeError) -> Instant {
    var reading = TypedInstant(text, zone: self, now: now, direction: direction)
    return try reading.read()
  }
}

extension CivilTimeError {
  /// What is wrong and how to write it, to complete a sentence about the text: "is no time ...".
  public var explanation: String {
    "is no time: column \(column): \(reason); write \"2026-11-21 16:56:00\", "
      + "2026-11-21T16:56:00+01:00, 14:30, \"tomorrow 03:00\", \"mon 08:00\" or +2h"
  }
}

/// Reads an instant as seen from now.
private struct TypedInstant {
  let text: String
  let zone: TimeZoneRules
  let now: Instant
  let direction: TimeZoneRules.Direction
  private var scanner: ByteScanner

  init(
    _ text: String, zone: TimeZoneRules, now: Instant, direction: TimeZoneRules.Direction
  ) {
    self.text = text
    self.zone = zone
    self.now = now
    self.direction = direction
    scanner = ByteScanner(text)
  }

  mutating func read() throws(CivilTimeError) -> Instant {
    guard let first = scanner.next else { throw error("a time is missing") }
    switch first {
    case UInt8(ascii: "+"): return now + (try span(after: 1))
    case UInt8(ascii: "-"): return now - (try span(after: 1))
    case UInt8(ascii: "P") where direction == .back && TypedInstant.isDuration(text):
      return now - (try span(after: 0))
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return try digits()
    default: return try words()
    }
  }

  /// `14:30`, a date, or a duration that counts back.
  private mutating func digits() throws(CivilTimeError) -> Instant {
    let count = scanner.bytes.prefix { asciiDigit($0) != nil }.count
    let next = scanner.bytes.dropFirst(count).first
    if next == UInt8(ascii: ":") { return try closest(try timeOfDay()) { _ in true } }
    if next == UInt8(ascii: "-") { return try zone.instant(from: text) }
    if direction == .back { return now - (try span(after: 0)) }
    if (try? TimeSpan(parsing: text)) != nil {
      throw error("before or after now? write +\(text) or -\(text)")
    }
    return try zone.instant(from: text)
  }

  private static func isDuration(_ text: String) -> Bool {
    (try? TimeSpan(parsing: text)) != nil
  }

  private func span(after count: Int) throws(CivilTimeError) -> TimeSpan {
    do throws(TimeSpanError) {
      return try TimeSpan(parsing: String(text.dropFirst(count)))
    } catch {
      throw CivilTimeError(column: error.column + count, reason: error.reason)
    }
  }

  /// A word for a day, alone or before a time of day.
  private mutating func words() throws(CivilTimeError) -> Instant {
    let word = text.prefix { $0.isLetter }.lowercased()
    for _ in word.utf8 { scanner.advance() }
    if word == "now" {
      if !scanner.isAtEnd { throw error("expected the end behind now; write +2h or -2h") }
      return now
    }
    let offset = TypedInstant.offsets[word]
    let weekday = TypedInstant.weekdays.firstIndex { word == $0 || word == $0.prefix(3) }
    guard offset != nil || weekday != nil else {
      let known = ["now"] + TypedInstant.offsets.keys.sorted() + TypedInstant.weekdays
      let meant = nearest(word, in: known).map { "; did you mean \"\($0)\"?" } ?? ""
      throw CivilTimeError(column: 1, reason: "there is no such day\(meant)")
    }
    var time = TimeOfDay()
    if !scanner.isAtEnd {
      guard scanner.take(UInt8(ascii: " ")) else {
        throw error("expected a space and the time of day")
      }
      time = try timeOfDay()
    }
    let today = today
    if let offset { return try instant(time, onDay: today + offset) }
    return try closest(time) { Gregorian.weekday(ofDay: today + $0) == weekday }
  }

  private static let offsets = ["yesterday": -1, "today": 0, "tomorrow": 1]
  private static let weekdays = [
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
  ]

  private func timeOfDay() throws(CivilTimeError) -> TimeOfDay {
    var parser = CivilTimeParser(scanner)
    return try parser.timeOfDay()
  }

  /// The first instant of a time that is not before now, or the last that is not behind it, on the
  /// days that fit, counted from today.
  private func closest(
    _ time: TimeOfDay, _ fits: (Int) -> Bool
  ) throws(CivilTimeError) -> Instant {
    let days = 0...7
    for day in direction == .ahead ? Array(days) : days.map({ -$0 }) where fits(day) {
      let found = try instant(time, onDay: today + day)
      if direction == .ahead ? found >= now : found <= now { return found }
    }
    throw error("no such time is near")
  }

  private var today: Int { day(of: zone.civil(at: now)) }

  private func day(of civil: CivilTime) -> Int {
    Gregorian.day(year: civil.year, month: civil.month, day: civil.day)
  }

  private func instant(_ time: TimeOfDay, onDay day: Int) throws(CivilTimeError) -> Instant {
    let date = Gregorian.date(day: day)
    guard let civil = CivilTime(year: date.year, month: date.month, day: date.day, time) else {
      throw error("that day is beyond the calendar")
    }
    return zone.firstInstant(of: civil)
  }

  private func error(_ reason: String) -> CivilTimeError {
    CivilTimeError(column: scanner.column, reason: reason)
  }
}
