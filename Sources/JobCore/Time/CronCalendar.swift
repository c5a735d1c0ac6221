// The search in wall-clock time, which knows no zones: from a local second to the next local
// second that matches. It jumps by the largest unit that cannot match and never walks seconds.

extension CronFields {
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
      let firstDay = today - day + 1
      let all = days.matches(
        first: Gregorian.weekday(ofDay: firstDay),
        length: Gregorian.length(ofMonth: month, in: year))
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
        let matching = days.matches(
          first: Gregorian.weekday(ofDay: firstDay),
          length: Gregorian.length(ofMonth: month, in: year))
        if matching != 0 {
          return (firstDay + matching.trailingZeroBitCount) * Gregorian.secondsPerDay + firstTime
        }
      }
      start = year + 1
      left = months
    }
    return nil
  }

  /// The first matching second of any day.
  private var firstTime: Int {
    (hours.trailingZeroBitCount * 60 + minutes.trailingZeroBitCount) * 60
      + seconds.trailingZeroBitCount
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
}
