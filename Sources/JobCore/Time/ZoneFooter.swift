// The rule at the end of a zone file: a POSIX TZ string (POSIX.1-2024, 8.3), with the times of
// -167 to 167 hours that zone files allow from version 3 on (RFC 9636, 3.3.2).

/// The rule that holds after the last transition of a zone file.
struct ZoneFooter: Hashable {
  var standard: ZoneFile.LocalType
  /// Nil if the zone has no daylight saving.
  var daylight: Daylight?

  struct Daylight: Hashable {
    var type: ZoneFile.LocalType
    /// When it begins, in standard time.
    var start: YearlyTime
    /// When it ends, in daylight time.
    var end: YearlyTime
  }

  /// A moment that comes once in every year.
  struct YearlyTime: Hashable {
    enum Day: Hashable {
      /// `Jn`: 1...365, 29 February never counted.
      case julian(Int)
      /// `n`: 0...365, 29 February counted.
      case ordinal(Int)
      /// `Mm.w.d`: weekday 0...6 (Sunday is 0) of week 1...5 of a month, 5 meaning the last.
      case weekday(month: Int, week: Int, weekday: Int)
    }
    var day: Day
    /// Seconds after that day's midnight; may be negative or more than a day.
    var seconds: Int

    /// Seconds since 1970 as the wall clock shows them in `year`.
    func wallSecond(in year: Int) -> Int {
      dayNumber(in: year) * Gregorian.secondsPerDay + seconds
    }

    private func dayNumber(in year: Int) -> Int {
      switch day {
      case .julian(let number):
        let leap = Gregorian.isLeap(year) && number >= 60 ? 1 : 0
        return Gregorian.day(year: year, month: 1, day: number + leap)
      case .ordinal(let number):
        return Gregorian.day(year: year, month: 1, day: number + 1)
      case .weekday(let month, let week, let weekday):
        let first = Gregorian.day(year: year, month: month, day: 1)
        let toWeekday = floorRemainder(weekday - Gregorian.weekday(ofDay: first), 7)
        let offset = toWeekday + (week - 1) * 7
        let length = Gregorian.length(ofMonth: month, in: year)
        return first + (offset < length ? offset : offset - 7)
      }
    }
  }

  /// A change between the two types.
  struct Change {
    /// POSIX seconds.
    var second: Int
    var isDaylight: Bool
  }

  /// The changes of a range of years, strictly increasing, each to the other type than before.
  func changes(in years: ClosedRange<Int>) -> [Change] {
    guard let daylight else { return [] }
    var all: [Change] = []
    all.reserveCapacity(years.count * 2)
    for year in years {
      all.append(
        Change(
          second: daylight.start.wallSecond(in: year) - standard.offset, isDaylight: true))
      all.append(
        Change(
          second: daylight.end.wallSecond(in: year) - daylight.type.offset, isDaylight: false))
    }
    // Daylight saving all year is written as an end at the very moment of the next start
    // (RFC 9636, 3.3): of two changes at one moment, the start stands.
    all.sort { ($0.second, $0.isDaylight ? 1 : 0) < ($1.second, $1.isDaylight ? 1 : 0) }
    var kept: [Change] = []
    kept.reserveCapacity(all.count)
    for change in all {
      if kept.last?.second == change.second { kept.removeLast() }
      if kept.last?.isDaylight != change.isDaylight { kept.append(change) }
    }
    return kept
  }
}
