// Days of the week as quartz and the contracts number them: 1 is Sunday.

/// A set of days of the week.
public struct Weekdays: Hashable, Sendable {
  /// Sunday in bit 0.
  private var bits: UInt32

  /// Every day.
  public static let all = Weekdays(bits: 0x7f)
  /// Names in the order of their numbers, Sunday first.
  public static let names = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

  private init(bits: UInt32) { self.bits = bits }

  /// The days of some numbers, 1 (Sunday) to 7; others are left out.
  public init(numbers: some Sequence<Int>) {
    bits = 0
    for number in numbers where 1...7 ~= number {
      bits |= 1 << UInt32(truncatingIfNeeded: number - 1)
    }
  }

  /// Numbers of the days, 1 (Sunday) to 7, ascending.
  public var numbers: [Int] {
    (1...7).filter { bits >> UInt32(truncatingIfNeeded: $0 - 1) & 1 != 0 }
  }

  /// Whether the weekday of a day is in the set; day 0 is 1970-01-01.
  func contains(day: Int) -> Bool {
    bits >> UInt32(truncatingIfNeeded: Gregorian.weekday(ofDay: day)) & 1 != 0
  }
}
