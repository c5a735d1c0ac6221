// The two day fields. Which days of a month match depends only on the weekday of its first day
// and its length, so the answer is computed for a whole month at once as 31 bits, without a loop.

/// What the day-of-month and day-of-week fields match; the union of all members.
///
/// Sets of weekdays have Sunday in bit 0.
struct DayRule {
  /// Day n in bit n - 1.
  var numbers: UInt32 = 0
  /// `nW`: day n in bit n - 1.
  var nearestWeekdays: UInt32 = 0
  /// `L-n`: n in bit n; `L` is bit 0.
  var fromEnd: UInt32 = 0
  /// `L-nW`: n in bit n; `LW` is bit 0, as the weekday nearest to the last day of a month that
  /// must not be left is its last Monday to Friday.
  var nearestFromEnd: UInt32 = 0
  /// Plain weekdays.
  var weekdays: UInt32 = 0
  /// `n#k`: a set of weekdays for each k, that of k in bits 7(k - 1)...
  var nthWeekdays: UInt64 = 0
  /// `nL`: the last such weekday.
  var lastWeekdays: UInt32 = 0

  private static let saturday: UInt32 = 1 << 6
  private static let sunday: UInt32 = 1
  private static let mondayToFriday: UInt32 = 0b011_1110

  /// The matching days of a month: day n in bit n - 1.
  ///
  /// - Parameters:
  ///   - first: the weekday of the month's first day, 0 = Sunday.
  ///   - length: its number of days, 28...31.
  func matches(first: Int, length: Int) -> UInt32 {
    let valid: UInt32 = ~0 >> UInt32(truncatingIfNeeded: 32 - length)
    var days = numbers
    if weekdays != 0 { days |= Self.month(of: weekdays, first: first) }
    // Rare members share one test.
    if fromEnd | nearestWeekdays | nearestFromEnd | lastWeekdays != 0 || nthWeekdays != 0 {
      days |= specials(first: first, length: length, valid: valid)
    }
    return days & valid
  }

  private func specials(first: Int, length: Int, valid: UInt32) -> UInt32 {
    var days = Self.countedBack(fromEnd, length)
    let nearest = (nearestWeekdays | Self.countedBack(nearestFromEnd, length)) & valid
    if nearest != 0 { days |= Self.moved(nearest, first: first, length: length) }
    if nthWeekdays != 0 {
      for k in 0..<5 {
        // The k-th of each weekday lies in the month's k-th seven days.
        let set = UInt32(truncatingIfNeeded: nthWeekdays >> UInt64(7 * k)) & 0x7f
        days |= Self.rotated(set, toStartWith: first) << UInt32(7 * k)
      }
    }
    if lastWeekdays != 0 {
      let offset = length - 7
      days |=
        Self.rotated(lastWeekdays, toStartWith: (first + offset) % 7)
        << UInt32(truncatingIfNeeded: offset)
    }
    return days
  }

  /// Turns "n days before the last" in bit n into days; those before the 1st fall off.
  private static func countedBack(_ set: UInt32, _ length: Int) -> UInt32 {
    var bits = set
    bits = bits >> 1 & 0x5555_5555 | (bits & 0x5555_5555) << 1
    bits = bits >> 2 & 0x3333_3333 | (bits & 0x3333_3333) << 2
    bits = bits >> 4 & 0x0f0f_0f0f | (bits & 0x0f0f_0f0f) << 4
    return bits.byteSwapped >> UInt32(truncatingIfNeeded: 32 - length)
  }

  /// The weekday nearest to each day without leaving the month: Saturday to Friday, but the 1st
  /// to Monday the 3rd; Sunday to Monday, but the last day to Friday.
  private static func moved(_ days: UInt32, first: Int, length: Int) -> UInt32 {
    let saturdays = days & month(of: saturday, first: first)
    let sundays = days & month(of: sunday, first: first)
    let lastDay: UInt32 = 1 << UInt32(truncatingIfNeeded: length - 1)
    return days & month(of: mondayToFriday, first: first)
      | (saturdays & ~1) >> 1 | (saturdays & 1) << 2
      | (sundays & ~lastDay) << 1 | (sundays & lastDay) >> 2
  }

  /// A set of weekdays as one of days, repeated every seven.
  private static func month(of weekdays: UInt32, first: Int) -> UInt32 {
    let week = UInt64(rotated(weekdays, toStartWith: first))
    return UInt32(truncatingIfNeeded: week &* 0x1020_4081)
  }

  /// A set of weekdays with `first` moved to bit 0.
  private static func rotated(_ weekdays: UInt32, toStartWith first: Int) -> UInt32 {
    let shift = UInt32(truncatingIfNeeded: first)
    return (weekdays >> shift | weekdays << (7 - shift)) & 0x7f
  }
}
