// Wall-clock time without a zone. Only real dates exist as values: both initialisers guarantee
// it, and the fields cannot be changed afterwards, so that no caller has to ask again.

/// Calendar date and time of day without a zone, proleptic Gregorian.
public struct CivilTime: Hashable, Comparable, Sendable {
  /// 0...9999 if made from fields or text, further if made from milliseconds.
  public let year: Int
  /// 1...12
  public let month: Int
  /// 1...31, real for its month.
  public let day: Int
  /// 0...23
  public let hour: Int
  /// 0...59
  public let minute: Int
  /// 0...59; civil time here has no leap seconds.
  public let second: Int
  /// 0...999
  public let millisecond: Int

  /// The years a date may be in: those of four digits that RFC 3339 and the documents can write,
  /// and 0000 for arithmetic at their edge.
  private static let years = 0...9_999

  /// Nil if a field is out of its range, the day does not exist, or the year is not 0...9999.
  public init?(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    millisecond: Int = 0
  ) {
    guard
      Self.years ~= year, 1...12 ~= month,
      day >= 1, day <= Gregorian.length(ofMonth: month, in: year),
      0...23 ~= hour, 0...59 ~= minute, 0...59 ~= second, 0...999 ~= millisecond
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.millisecond = millisecond
  }

  /// The civil time that UTC shows at a number of milliseconds since 1970-01-01T00:00:00Z.
  public init(millisecondsSinceEpochAsUTC milliseconds: Int64) {
    let total = Int(milliseconds)
    let seconds = floorDivide(total, 1_000)
    let days = floorDivide(seconds, Gregorian.secondsPerDay)
    let ofDay = seconds - days * Gregorian.secondsPerDay
    (year, month, day) = Gregorian.date(day: days)
    hour = ofDay / 3_600
    minute = ofDay / 60 % 60
    second = ofDay % 60
    // Not by subtraction: the last second before the smallest Int64 begins outside the range.
    millisecond = floorRemainder(total, 1_000)
  }

  /// Reads `yyyy-MM-dd`, `yyyy-MM-dd HH:mm` or `yyyy-MM-dd HH:mm:ss[.fff]`, also with `T` in the
  /// place of the space; fields in their ranges, only days that exist.
  ///
  /// - Throws: `CivilTimeError` with the column of what is wrong.
  public init(parsing text: String) throws(CivilTimeError) {
    var parser = CivilTimeParser(text)
    self = try parser.parse()
  }

  /// Milliseconds since 1970-01-01T00:00:00Z if this were UTC.
  public var millisecondsSinceEpochAsUTC: Int64 {
    Int64(secondsAsUTC).multipliedSaturated(by: 1_000).addingSaturated(Int64(millisecond))
  }

  /// Whole seconds since 1970-01-01T00:00:00Z if this were UTC.
  var secondsAsUTC: Int {
    Gregorian.day(year: year, month: month, day: day) * Gregorian.secondsPerDay
      + (hour * 60 + minute) * 60 + second
  }

  public static func < (left: CivilTime, right: CivilTime) -> Bool {
    left.millisecondsSinceEpochAsUTC < right.millisecondsSinceEpochAsUTC
  }
}

/// Why a text is not a civil time.
public struct CivilTimeError: Error, Hashable, Sendable {
  /// 1-based column, in characters, of what is wrong.
  public var column: Int
  /// What was wrong and expected, in plain English.
  public var reason: String

  public init(column: Int, reason: String) {
    self.column = column
    self.reason = reason
  }
}
