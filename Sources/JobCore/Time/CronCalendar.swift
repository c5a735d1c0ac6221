// The search in wall-clock time, which knows no zones: from a local second to the next local
// second that matches. It jumps by the largest unit that cannot match and never walks seconds.
// The days of all 28 kinds of month are worked out once: an expression that finds its next date
// after decades looks at hundreds of months.

/// An expression's fields in the form that the search reads.
struct CronCalendar: Sendable {
  /// Bits 0...59.
  private let seconds: UInt64
  /// Bits 0...59.
  private let minutes: UInt64
  /// Bits 0...23.
  private let hours: UInt64
  /// Bits 1...12.
  private let months: UInt64
  private let years: YearSet
  /// The matching days of every kind of month: day n in bit n - 1, weekday of the first
  /// (Sunday is 0) times 4 plus length less 28 is its index.
  private let days: InlineArray<28, UInt32>
  /// The first matching second of any day.
  let firstTime: Int

  init(_ fields: CronFields) {
    seconds = fields.seconds
    minutes = fields.minutes
    hours = fields.hours
    months = fields.months
    years = fields.years
    let rule = fields.days
    days = InlineArray { rule.matches(first: $0 >> 2, length: 28 + ($0 & 3)) }
    firstTime =
      (hours.trailingZeroBitCount * 60 + minutes.trailingZeroBitCount) * 60
      + seconds.trailingZeroBitCount
  }

  /// Whether the hour field matches every hour, however it is written: such an expression goes on
  /// by elapsed time through daylight saving under `auto`.
  var matchesEveryHour: Bool { hours == 1 << 24 - 1 }

  /// The first matching local second that is not before `start`; nil if there is none up to the
  /// end of 2199.
  ///
  /// Local seconds count from 1970-01-01T00:00:00 on the wall clock.
  func firstMatch(from start: Int) -> Int? {
    // No earlier year matches anything.
    let start = max(start, 0)
    let today = start / Gregorian.secondsPerDay
    let (year, month, day) = Gregorian.date(day: today)
    if months >> UInt64(truncatingIfNeeded: month) & 1 != 0, years.contains(year) {
      let all = matchingDays(ofMonth: month, in: year, firstDay: today - day + 1)
      var left = all >> UInt32(truncatingIfNeeded: day - 1)
      if left & 1 != 0 {
        if let time = firstTime(from: start - today * Gregorian.secondsPerDay) {
          return today * Gregorian.secondsPerDay + time
        }
        left &= ~1
      }
      if left != 0 {
        return (today + left.trailingZeroBitCount) * Gregorian.secondsPerDay + firstTime
      }
    }
    return firstMatch(afterMonth: month, of: year)
  }

  /// Whether some time of a day matches; `firstDay` is the day number of its month's 1st.
  func matches(year: Int, month: Int, day: Int, firstDay: Int) -> Bool {
    guard months >> UInt64(truncatingIfNeeded: month) & 1 != 0, years.contains(year) else {
      return false
    }
    let matching = matchingDays(ofMonth: month, in: year, firstDay: firstDay)
    return matching >> UInt32(truncatingIfNeeded: day - 1) & 1 != 0
  }

  /// The first match after the end of a month.
  private func firstMatch(afterMonth month: Int, of year: Int) -> Int? {
    var start = year
    var left = months & ~0 << UInt64(truncatingIfNeeded: month + 1)
    while let year = years.first(from: start) {
      if year != start { left = months }
      while left != 0 {
        let month = left.trailingZeroBitCount
        left &= left - 1
        let firstDay = Gregorian.day(year: year, month: month, day: 1)
        let matching = matchingDays(ofMonth: month, in: year, firstDay: firstDay)
        if matching != 0 {
          return (firstDay + matching.trailingZeroBitCount) * Gregorian.secondsPerDay + firstTime
        }
      }
      start = year + 1
      left = months
    }
    return nil
  }

  /// The matching days of a month; `firstDay` is the day number of its 1st.
  private func matchingDays(ofMonth month: Int, in year: Int, firstDay: Int) -> UInt32 {
    // Which days match depends on nothing but the first weekday and the length.
    let first = Gregorian.weekday(ofDay: firstDay)
    let length = Gregorian.length(ofMonth: month, in: year)
    return days[first << 2 | (length - 28)]
  }

  /// The first matching second of the day that is not before `start`; nil if the day has no more.
  private func firstTime(from start: Int) -> Int? {
    let hour = start / 3_600
    let minute = start / 60 % 60
    if hours >> UInt64(truncatingIfNeeded: hour) & 1 != 0 {
      if minutes >> UInt64(truncatingIfNeeded: minute) & 1 != 0 {
        let left = seconds >> UInt64(truncatingIfNeeded: start % 60)
        if left != 0 { return start + left.trailingZeroBitCount }
      }
      let left = minutes >> UInt64(truncatingIfNeeded: minute + 1)
      if left != 0 {
        let next = minute + 1 + left.trailingZeroBitCount
        return (hour * 60 + next) * 60 + seconds.trailingZeroBitCount
      }
    }
    let left = hours >> UInt64(truncatingIfNeeded: hour + 1)
    guard left != 0 else { return nil }
    let next = hour + 1 + left.trailingZeroBitCount
    return (next * 60 + minutes.trailingZeroBitCount) * 60 + seconds.trailingZeroBitCount
  }

  /// The first matching second of the day that is not before `start` and that no other
  /// calendar's time of day matches; nil if the day has no more.
  func firstTime(from start: Int, outside others: [CronCalendar]) -> Int? {
    let (firstHour, firstMinute) = (start / 3_600, start / 60 % 60)
    var hoursLeft = hours & ~0 << UInt64(truncatingIfNeeded: firstHour)
    while hoursLeft != 0 {
      let hour = hoursLeft.trailingZeroBitCount
      hoursLeft &= hoursLeft - 1
      let inHour = others.filter { $0.hours >> UInt64(truncatingIfNeeded: hour) & 1 != 0 }
      var minutesLeft = minutes
      if hour == firstHour { minutesLeft &= ~0 << UInt64(truncatingIfNeeded: firstMinute) }
      while minutesLeft != 0 {
        let minute = minutesLeft.trailingZeroBitCount
        minutesLeft &= minutesLeft - 1
        var left = seconds
        if hour == firstHour, minute == firstMinute {
          left &= ~0 << UInt64(truncatingIfNeeded: start % 60)
        }
        for other in inHour where other.minutes >> UInt64(truncatingIfNeeded: minute) & 1 != 0 {
          left &= ~other.seconds
        }
        if left != 0 { return (hour * 60 + minute) * 60 + left.trailingZeroBitCount }
      }
    }
    return nil
  }

  /// Whether any date of the years 1970 to 2199 matches.
  ///
  /// A year's dates depend only on its first weekday and its length, so of 230 years at most 14
  /// need a look: an impossible expression is refused as quickly as a possible one is accepted.
  var matchesSomeDate: Bool {
    var seen: UInt32 = 0
    var start = CronField.years.lowerBound
    while let year = years.first(from: start) {
      start = year + 1
      let firstDay = Gregorian.day(year: year, month: 1, day: 1)
      let kind = Gregorian.weekday(ofDay: firstDay) << 1 | (Gregorian.isLeap(year) ? 1 : 0)
      if seen >> UInt32(truncatingIfNeeded: kind) & 1 == 0 {
        seen |= 1 << UInt32(truncatingIfNeeded: kind)
        if matchesSomeDate(of: year) { return true }
        if seen.nonzeroBitCount == 14 { return false }
      }
    }
    return false
  }

  private func matchesSomeDate(of year: Int) -> Bool {
    var left = months
    while left != 0 {
      let month = left.trailingZeroBitCount
      left &= left - 1
      let firstDay = Gregorian.day(year: year, month: month, day: 1)
      if matchingDays(ofMonth: month, in: year, firstDay: firstDay) != 0 { return true }
    }
    return false
  }
}
