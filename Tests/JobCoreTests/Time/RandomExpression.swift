// Random expressions together with what they mean, worked out the slow way: one value at a time,
// from the rules of the contract, without a line of the code under test.

import JobCore

struct RandomExpression {
  var text: String
  var seconds: Set<Int>
  var minutes: Set<Int>
  var hours: Set<Int>
  private var months: Set<Int>
  private var years: Set<Int>
  /// One test per item of the day field that is not `?`.
  private var days: [@Sendable (Date) -> Bool]

  /// A date with what the day rules ask about it.
  struct Date: Hashable {
    var year: Int
    var month: Int
    var day: Int
    /// 1 is Sunday.
    var weekday: Int
    var length: Int
  }

  var matchesEveryHour: Bool { hours.count == 24 }

  func matches(_ date: Date) -> Bool {
    years.contains(date.year) && months.contains(date.month) && days.contains { $0(date) }
  }

  /// A random expression that likes to match near a date and hour, as others would hardly ever.
  init(near date: Date, hour: Int, using generator: inout Xoshiro) {
    var texts: [String] = []
    func field(_ range: ClosedRange<Int>, near: Int, free: Int) -> Set<Int> {
      let (text, values) = Self.numbers(range, near: near, free: free, using: &generator)
      texts.append(text)
      return values
    }
    seconds = field(0...59, near: 0, free: 20)
    minutes = field(0...59, near: 0, free: 40)
    hours = field(0...23, near: hour, free: 40)
    days = []
    months = []
    years = Set(1_970...2_199)
    var parts: [String] = []
    let byWeekday = Bool.random(using: &generator)
    for _ in 0..<Int.random(in: 1...2, using: &generator) {
      let (text, test) =
        byWeekday
        ? Self.weekdayItem(near: date, using: &generator)
        : Self.dayItem(near: date, using: &generator)
      parts.append(text)
      days.append(test)
    }
    texts.append(byWeekday ? "?" : parts.joined(separator: ","))
    months = field(1...12, near: date.month, free: 70)
    texts.append(byWeekday ? parts.joined(separator: ",") : "?")
    if Int.random(in: 0..<4, using: &generator) == 0 {
      texts.append("\(date.year)-\(date.year + 1)")
      years = [date.year, date.year + 1]
    }
    text = texts.joined(separator: " ")
  }

  /// Replaces second, minute and hour by a single time of day.
  mutating func setTime(hour: Int) {
    text = "0 0 \(hour) " + text.split(separator: " ").dropFirst(3).joined(separator: " ")
    seconds = [0]
    minutes = [0]
    hours = [hour]
  }

  /// One or two items; `free` is the percentage of plain stars.
  private static func numbers(
    _ range: ClosedRange<Int>, near: Int, free: Int, using generator: inout Xoshiro
  ) -> (String, Set<Int>) {
    if Int.random(in: 0..<100, using: &generator) < free { return ("*", Set(range)) }
    var texts: [String] = []
    var values: Set<Int> = []
    for _ in 0..<Int.random(in: 1...2, using: &generator) {
      let size = range.count
      let first =
        range.lowerBound
        + (near - range.lowerBound + Int.random(in: 0...3, using: &generator)) % size
      let step = Int.random(in: 1...(size - 1), using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0:
        texts.append("*/\(step)")
        values.formUnion(range.filter { ($0 - range.lowerBound) % step == 0 })
      case 1:
        texts.append("\(first)/\(step)")
        values.formUnion(range.filter { $0 >= first && ($0 - first) % step == 0 })
      case 2:
        let last = Int.random(in: range, using: &generator)
        texts.append("\(first)-\(last)/\(step)")
        var value = first
        var count = 0
        while true {
          if count % step == 0 { values.insert(value) }
          if value == last { break }
          value = value == range.upperBound ? range.lowerBound : value + 1
          count += 1
        }
      default:
        texts.append("\(first)")
        values.insert(first)
      }
    }
    return (texts.joined(separator: ","), values)
  }

  private static func dayItem(
    near date: Date, using generator: inout Xoshiro
  ) -> (String, @Sendable (Date) -> Bool) {
    let day = Bool.random(using: &generator) ? date.day : Int.random(in: 1...31, using: &generator)
    let back = Int.random(in: 0...30, using: &generator)
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: return ("\(day)", { $0.day == day })
    case 1: return ("L", { $0.day == $0.length })
    case 2: return ("L-\(back)", { $0.day == $0.length - back })
    case 3: return ("\(day)W", { $0.isNearestWeekday(to: day) })
    case 4: return ("LW", { $0.isNearestWeekday(to: $0.length) })
    case 5: return ("L-\(back)W", { $0.isNearestWeekday(to: $0.length - back) })
    default: return ("*", { _ in true })
    }
  }

  private static func weekdayItem(
    near date: Date, using generator: inout Xoshiro
  ) -> (String, @Sendable (Date) -> Bool) {
    let names = ["SUN", "mon", "Tue", "WE", "thu", "FRI", "SA"]
    let weekday =
      Bool.random(using: &generator) ? date.weekday : Int.random(in: 1...7, using: &generator)
    let name = Bool.random(using: &generator) ? names[weekday - 1] : "\(weekday)"
    let k = Int.random(in: 1...5, using: &generator)
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: return (name, { $0.weekday == weekday })
    case 1: return ("\(name)L", { $0.weekday == weekday && $0.day + 7 > $0.length })
    case 2: return ("\(name)#\(k)", { $0.weekday == weekday && ($0.day + 6) / 7 == k })
    case 3: return ("L", { $0.weekday == 7 })
    default: return ("*", { _ in true })
    }
  }
}

extension RandomExpression.Date {
  init(_ civil: CivilTime) {
    let day = civil.millisecondsSinceEpochAsUTC / 86_400_000
    let length = (28...31).last { CivilTime(year: civil.year, month: civil.month, day: $0) != nil }
    self.init(
      year: civil.year, month: civil.month, day: civil.day, weekday: Int(day + 4) % 7 + 1,
      length: length ?? 0)
  }

  /// Whether this is where `nW` of its month lands.
  func isNearestWeekday(to day: Int) -> Bool {
    guard day >= 1, day <= length else { return false }
    let weekdayOfDay = ((weekday - 1 + day - self.day) % 7 + 7) % 7 + 1
    switch weekdayOfDay {
    case 7: return self.day == (day == 1 ? 3 : day - 1)
    case 1: return self.day == (day == length ? day - 2 : day + 1)
    default: return self.day == day
    }
  }
}
