// Random crontab fields together with what they mean, worked out one number at a time from the
// words of crontab(5), without a line of the code under test.

struct RandomCrontabFields {
  private(set) var text = ""
  private let minutes: Set<Int>
  private let hours: Set<Int>
  private let days: Set<Int>
  private let months: Set<Int>
  private let weekdays: Set<Int>
  private let isEitherStar: Bool

  /// Fields with few minutes and hours, so that a year of firings is not too long to compare.
  init(using generator: inout Xoshiro) {
    var texts: [String] = []
    func field(
      _ range: ClosedRange<Int>, star: Int, items: Int, names: [String] = []
    ) -> Set<Int> {
      if Int.random(in: 0..<100, using: &generator) < star {
        texts.append("*")
        return Set(range)
      }
      var values: Set<Int> = []
      var parts: [String] = []
      for _ in 0..<Int.random(in: 1...items, using: &generator) {
        let (text, numbers) = Self.item(range, names, using: &generator)
        parts.append(text)
        values.formUnion(numbers)
      }
      texts.append(parts.joined(separator: ","))
      return values
    }
    let minute = Int.random(in: 0...59, using: &generator)
    let step = Int.random(in: 20...90, using: &generator)
    if Bool.random(using: &generator) {
      minutes = [minute]
      texts.append("\(minute)")
    } else {
      minutes = Set((0...59).filter { $0 % step == 0 })
      texts.append("*/\(step)")
    }
    hours = field(0...23, star: 10, items: 1)
    days = field(1...31, star: 30, items: 3)
    months = field(
      1...12, star: 50, items: 2,
      names: ["jan", "FEB", "Mar", "APR", "may", "JUN", "jul", "AUG", "sep", "OCT", "nov", "DEC"])
    weekdays = Set(
      field(
        0...7, star: 30, items: 2,
        names: ["sun", "MON", "Tue", "wed", "THU", "Fri", "SAT", "7"]
      ).map { $0 % 7 })
    isEitherStar = texts[2].first == "*" || texts[4].first == "*"
    text = texts.joined(separator: " ")
  }

  /// An item and its numbers, counted one by one.
  private static func item(
    _ range: ClosedRange<Int>, _ names: [String], using generator: inout Xoshiro
  ) -> (String, Set<Int>) {
    func written(_ number: Int) -> String {
      guard !names.isEmpty, Bool.random(using: &generator) else { return "\(number)" }
      return names[number - range.lowerBound]
    }
    let first = Int.random(in: range, using: &generator)
    let last = Int.random(in: first...range.upperBound, using: &generator)
    let step = Int.random(in: 1...(range.count + 3), using: &generator)
    func every(_ step: Int, _ span: ClosedRange<Int>) -> Set<Int> {
      Set(span.filter { ($0 - span.lowerBound) % step == 0 })
    }
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: return (written(first), [first])
    case 1: return ("\(written(first))-\(written(last))", Set(first...last))
    case 2: return ("\(written(first))-\(written(last))/\(step)", every(step, first...last))
    default: return ("*/\(step)", every(step, range))
    }
  }

  /// Whether cron runs the line in a minute; Sunday is 0.
  func matches(minute: Int, hour: Int, day: Int, month: Int, weekday: Int) -> Bool {
    guard minutes.contains(minute), hours.contains(hour), months.contains(month) else {
      return false
    }
    return isEitherStar
      ? days.contains(day) && weekdays.contains(weekday)
      : days.contains(day) || weekdays.contains(weekday)
  }
}
