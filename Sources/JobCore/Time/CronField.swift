// The seven fields of an expression: ranges, names, step limits (the table in man/jobrun-cron.5).

/// One field of a cron expression, in the order of writing.
enum CronField: Int, CaseIterable {
  case second, minute, hour, dayOfMonth, month, dayOfWeek, year

  /// The name used in messages.
  var name: String {
    switch self {
    case .second: "second"
    case .minute: "minute"
    case .hour: "hour"
    case .dayOfMonth: "day-of-month"
    case .month: "month"
    case .dayOfWeek: "day-of-week"
    case .year: "year"
    }
  }

  /// The last year is a fixed end of ours; the reference's moves with the calendar.
  static let years = 1_970...2_199

  /// Accepted numbers; day-of-week 1 is Sunday.
  var range: ClosedRange<Int> {
    switch self {
    case .second, .minute: 0...59
    case .hour: 0...23
    case .dayOfMonth: 1...31
    case .month: 1...12
    case .dayOfWeek: 1...7
    case .year: Self.years
    }
  }

  /// The largest step after `*`, nothing or a start; nil for no limit.
  var largestStep: Int? {
    switch self {
    case .second, .minute: 59
    case .hour: 23
    case .dayOfMonth: 31
    case .month: 12
    case .dayOfWeek: 7
    case .year: nil
    }
  }

  /// Names in full and in upper case, for numbers from the range's start on.
  var names: [String] {
    switch self {
    case .month: Self.months
    case .dayOfWeek: Self.weekdays
    case .second, .minute, .hour, .dayOfMonth, .year: []
    }
  }

  /// The first three letters of the names, packed by `key`.
  var nameKeys: [UInt32] {
    switch self {
    case .month: Self.monthKeys
    case .dayOfWeek: Self.weekdayKeys
    case .second, .minute, .hour, .dayOfMonth, .year: []
    }
  }

  /// Packs up to four ASCII letters of either case into a number that can be compared at once.
  static func key(_ letters: some Sequence<UInt8>) -> UInt32 {
    letters.reduce(0) { $0 << 8 | UInt32($1 & 0xdf) }
  }

  private static let months = [
    "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER",
    "OCTOBER", "NOVEMBER", "DECEMBER",
  ]
  private static let weekdays = [
    "SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY",
  ]
  private static let monthKeys = months.map { key($0.utf8.prefix(3)) }
  private static let weekdayKeys = weekdays.map { key($0.utf8.prefix(3)) }

  /// What a plain value looks like, for messages.
  var expected: String {
    let numbers = "\(range.lowerBound)-\(range.upperBound)"
    switch self {
    case .month: return "\(numbers) or JAN-DEC"
    case .dayOfWeek: return "\(numbers) (1 is Sunday) or SUN-SAT"
    case .second, .minute, .hour, .dayOfMonth, .year: return numbers
    }
  }
}
