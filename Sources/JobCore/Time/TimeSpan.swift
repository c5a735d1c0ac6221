// Lengths of time as people write them in job documents and on the command line.

/// A length of time in milliseconds.
public struct TimeSpan: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Negative only as the difference of two instants.
  public var milliseconds: Int64

  /// A length of so many milliseconds.
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// No time at all.
  public static let zero = TimeSpan(milliseconds: 0)

  /// A length of whole seconds; stops at the ends of the range.
  public static func seconds(_ count: some BinaryInteger) -> TimeSpan {
    TimeSpan(milliseconds: Int64(clamping: count).multipliedSaturated(by: 1_000))
  }

  public static func < (left: TimeSpan, right: TimeSpan) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// Reads `90s`, `5m`, `2h30m`, `1d12h`, `250ms`, `1w` (units from large to small, each once),
  /// ISO 8601 (`PT5M30S`, `P1DT2H`, `P2W`; no years or months, whose length varies), or whole
  /// seconds (`90`).
  ///
  /// - Throws: `TimeSpanError` with the column of what is wrong.
  public init(parsing text: String) throws(TimeSpanError) {
    var parser = TimeSpanParser(text)
    self = try parser.parse()
  }

  /// The shortest canonical text: `2h30m`, `1m30s`, `250ms`, `0s`.
  ///
  /// Days are the largest unit; what it writes reads back as the same length, except that a
  /// negative length, which no document may contain, has a leading minus.
  public var description: String {
    if milliseconds == 0 { return "0s" }
    var text = milliseconds < 0 ? "-" : ""
    var rest = milliseconds.magnitude
    for unit in TimeSpanUnit.inDescription {
      let size = UInt64(unit.milliseconds)
      let count = rest / size
      rest %= size
      if count > 0 { text += "\(count)\(unit.symbol)" }
    }
    return text
  }
}

/// Why a text is not a length of time.
public struct TimeSpanError: Error, Hashable, Sendable {
  /// 1-based column, in characters, of what is wrong.
  public var column: Int
  /// What was wrong and expected, in plain English.
  public var reason: String

  public init(column: Int, reason: String) {
    self.column = column
    self.reason = reason
  }
}

/// A unit of length that does not depend on the calendar; a day is 24 hours.
struct TimeSpanUnit {
  let symbol: String
  let milliseconds: Int64

  static let week = TimeSpanUnit(symbol: "w", milliseconds: 604_800_000)
  static let day = TimeSpanUnit(symbol: "d", milliseconds: 86_400_000)
  static let hour = TimeSpanUnit(symbol: "h", milliseconds: 3_600_000)
  static let minute = TimeSpanUnit(symbol: "m", milliseconds: 60_000)
  static let second = TimeSpanUnit(symbol: "s", milliseconds: 1_000)
  static let millisecond = TimeSpanUnit(symbol: "ms", milliseconds: 1)

  static let inDescription = [day, hour, minute, second, millisecond]
}
