// Quartz expressions read the slow way: one item, one value and one date at a time, from the words
// of man/jobrun-cron.5, without a line of the code under test. It expects a text that the parser
// accepts. The fuzzers compile this file into a module of their own, so it imports nothing.

/// What an accepted expression matches on the wall clock.
public struct SlowExpression {
  public let seconds: Set<Int>
  public let minutes: Set<Int>
  public let hours: Set<Int>
  private let months: Set<Int>
  private let years: Set<Int>
  /// Items of the two day fields; none for `?`.
  private let dayItems: [String]
  private let weekdayItems: [String]

  private static let weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
  private static let monthNames = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
  ]

  public init(_ text: String) {
    let fields = text.uppercased().split { $0 == " " || $0 == "\t" }
      .map { $0.split(separator: ",").map(String.init) }
    func values(_ field: Int, _ range: ClosedRange<Int>, _ names: [String] = []) -> Set<Int> {
      fields[field].reduce(into: []) { $0.formUnion(Self.values($1, range, names)) }
    }
    seconds = values(0, 0...59)
    minutes = values(1, 0...59)
    hours = values(2, 0...23)
    months = values(4, 1...12, Self.monthNames)
    years = fields.count == 7 ? values(6, 1_970...2_199) : Set(1_970...2_199)
    dayItems = fields[3] == ["?"] ? [] : fields[3]
    weekdayItems = fields[5] == ["?"] ? [] : fields[5]
  }

  /// A number, or a name that begins with the text.
  private static func number(_ text: some StringProtocol, _ names: [String], _ low: Int) -> Int {
    if let index = names.firstIndex(where: { !text.isEmpty && $0.hasPrefix(text) }) {
      return low + index
    }
    // Only steps have more digits than Int.
    return Int(text) ?? .max
  }

  /// The values of an item without L, W and #, counted one by one round the end of the field.
  private static func values(
    _ item: String, _ range: ClosedRange<Int>, _ names: [String]
  ) -> Set<Int> {
    let parts = item.split(separator: "/", omittingEmptySubsequences: false)
    let step = parts.count == 2 ? number(parts[1], [], 0) : 1
    let ends = parts[0].split(separator: "-").map { number($0, names, range.lowerBound) }
    let first: Int
    let last: Int
    if parts[0] == "*" || parts[0] == "" {
      (first, last) = (range.lowerBound, range.upperBound)
    } else {
      first = ends[0]
      last = ends.count == 2 ? ends[1] : parts.count == 2 ? range.upperBound : first
    }
    var values: Set<Int> = []
    var value = first
    var count = 0
    while true {
      if count % step == 0 { values.insert(value) }
      if value == last { return values }
      value = value == range.upperBound ? range.lowerBound : value + 1
      count += 1
    }
  }

  /// Whether a date matches.
  public func matches(year: Int, month: Int, day: Int) -> Bool {
    guard years.contains(year), months.contains(month) else { return false }
    let month = Month(year, month)
    return dayItems.contains { Self.matches(day: day, $0, month) }
      || weekdayItems.contains { Self.matches(weekdayOf: day, $0, month) }
  }

  /// Whether a time of day matches.
  public func matches(hour: Int, minute: Int, second: Int) -> Bool {
    seconds.contains(second) && minutes.contains(minute) && hours.contains(hour)
  }

  /// A month as far as day rules ask about it.
  private struct Month {
    let length: Int
    private let year: Int
    private let month: Int

    init(_ year: Int, _ month: Int) {
      self.year = year
      self.month = month
      let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
      length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// 1 is Sunday (the method of Sakamoto).
    func weekday(_ day: Int) -> Int {
      let shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month - 1]
      let year = month < 3 ? year - 1 : year
      return (year + year / 4 - year / 100 + year / 400 + shift + day) % 7 + 1
    }

    /// The weekday, Monday to Friday, nearest to a day without leaving the month; nil if the month
    /// does not have that day.
    func nearestWeekday(to day: Int) -> Int? {
      guard (1...length).contains(day) else { return nil }
      return [0, -1, 1, -2, 2].map { day + $0 }
        .first { (1...length).contains($0) && (2...6).contains(weekday($0)) }
    }
  }

  private static func matches(day: Int, _ item: String, _ month: Month) -> Bool {
    var item = Substring(item)
    let isNearest = item.last == "W"
    if isNearest { item.removeLast() }
    guard isNearest || item.first == "L" else {
      return values(String(item), 1...31, []).contains(day)
    }
    let target =
      item.first == "L" ? month.length - (Int(item.dropFirst(2)) ?? 0) : Int(item) ?? 0
    return isNearest ? month.nearestWeekday(to: target) == day : target == day
  }

  private static func matches(weekdayOf day: Int, _ item: String, _ month: Month) -> Bool {
    let weekday = month.weekday(day)
    if item == "L" { return weekday == 7 }
    if let mark = item.firstIndex(of: "#") {
      let count = Int(item[item.index(after: mark)...]) ?? 0
      return weekday == number(item[..<mark], weekdays, 1) && (day + 6) / 7 == count
    }
    if item.last == "L" {
      return weekday == number(item.dropLast(), weekdays, 1) && day + 7 > month.length
    }
    return values(item, 1...7, weekdays).contains(weekday)
  }
}
