// What a schedule leaves out on the wall clock: days of the week and blackout expressions. The
// search skips them here, day by day and by bit sets, and not by asking firing for firing: an
// every-second job under a blackout of months would otherwise be asked millions of times.

/// Wall-clock times at which a schedule does not fire.
struct WallExclusions: Sendable {
  let weekdays: Weekdays
  private let blackouts: [CronCalendar]

  /// So many expressions at most: each costs every day that the search looks at.
  static let largestCount = 32

  static let none = WallExclusions(weekdays: .all, blackouts: [])

  /// - Parameter blackouts: `largestCount` at most.
  init(weekdays: Weekdays, blackouts: [CronExpression]) {
    self.weekdays = weekdays
    precondition(blackouts.count <= WallExclusions.largestCount, "documents are checked")
    self.blackouts = blackouts.map(\.calendar)
  }

  var isEmpty: Bool { blackouts.isEmpty && weekdays == .all }

  /// Whether a local second is left out.
  func contains(_ wall: Int) -> Bool {
    !weekdays.contains(day: floorDivide(wall, Gregorian.secondsPerDay))
      || blackouts.contains { $0.firstMatch(from: wall) == wall }
  }

  /// The first local second of a calendar that is not before `start`, not after `last` and not
  /// left out.
  func firstMatch(of calendar: CronCalendar, from start: Int, through last: Int) -> Int? {
    var start = start
    // Sets of blackouts that leave nothing of a whole day: they come again and again.
    var barren: Set<UInt64> = []
    while let match = calendar.firstMatch(from: start), match <= last {
      let day = match / Gregorian.secondsPerDay
      let midnight = day * Gregorian.secondsPerDay
      // Where the search goes on if this day has nothing.
      start = midnight + Gregorian.secondsPerDay
      guard weekdays.contains(day: day) else { continue }
      let active = blackouts(of: day)
      if active == 0 { return match }
      let isWholeDay = match - midnight == calendar.firstTime
      if isWholeDay, barren.contains(active) { continue }
      let others = blackouts.indices.filter { active >> UInt64($0) & 1 != 0 }.map { blackouts[$0] }
      if let time = calendar.firstTime(from: match - midnight, outside: others) {
        return midnight + time
      }
      if isWholeDay { barren.insert(active) }
    }
    return nil
  }

  /// Which blackouts match at some time of a day: number n in bit n.
  private func blackouts(of day: Int) -> UInt64 {
    let (year, month, number) = Gregorian.date(day: day)
    var active: UInt64 = 0
    for (index, calendar) in blackouts.enumerated()
    where calendar.matches(year: year, month: month, day: number, firstDay: day - number + 1) {
      active |= 1 << UInt64(truncatingIfNeeded: index)
    }
    return active
  }
}
