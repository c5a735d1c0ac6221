// The search in real time. The time line is a row of spans of constant offset; within a span,
// wall-clock time just runs. So instants come out in their own order whatever the clocks do, and
// daylight saving is three questions per span: which of its wall-clock times belong to the other
// pass of an overlap, was there a gap before it, and which span comes next.
//
// Rejected: walking wall-clock candidates and mapping each to instants. Within an overlap the two
// orders differ, and a search that starts between the passes loses firings that are still to come.

/// One search for the next firing.
struct CronSearch {
  private let calendar: CronCalendar
  private let exclusions: WallExclusions
  private let hasExclusions: Bool
  /// No firing after this POSIX second is looked for.
  private let lastSecond: Int
  private let zone: ZoneTable
  private let runsAfterGap: Bool
  private let overlap: DaylightSaving.Overlap

  /// Carried from span to span: nothing matches in `knownFrom..<known`, and `known` matches.
  /// Nothing is known at first: 0...0 would be a match at the first second of 1970.
  private var knownFrom = 1
  private var known = 0
  /// Nothing matches from here on.
  private var barrenFrom = Int.max

  init(
    _ calendar: CronCalendar, in zone: ZoneTable, _ policy: DaylightSaving,
    without exclusions: WallExclusions, through lastSecond: Int
  ) {
    self.calendar = calendar
    self.lastSecond = lastSecond
    self.exclusions = exclusions
    hasExclusions = !exclusions.isEmpty
    self.zone = zone
    (runsAfterGap, overlap) = policy.resolved(everyHour: calendar.matchesEveryHour)
  }

  /// The first firing that is not before a POSIX second.
  mutating func firstFiring(from start: Int) -> Firing? {
    // Every local time that can match is after 1970 began somewhere; also keeps sums in range.
    guard start < Self.tooLate else { return nil }
    var second = max(start, -Gregorian.secondsPerDay * 2)
    var index = zone.index(at: second)
    while true {
      let span = WallSpan(zone, index, overlap)
      if second <= span.start, runsAfterGap, span.gapStart < span.wallStart,
        let match = match(from: span.gapStart), match < span.wallStart,
        // Moved, it is due at another time of day, and that may be left out as well.
        !hasExclusions || !exclusions.contains(span.wallStart)
      {
        // One that is due at that very second anyway is an ordinary firing.
        let isDue = self.match(from: span.wallStart) == span.wallStart
        return Firing(instant: Instant(second: span.start), rule: isDue ? nil : .shifted)
      }
      if let match = match(from: max(second + span.offset, span.first)), match < span.last {
        return Firing(instant: Instant(second: match - span.offset), rule: span.rule(of: match))
      }
      guard index + 1 < zone.entries.count else { return nil }
      // From the span's end on, no wall clock of this zone shows less than `lowest`; so nothing
      // is due until one can show the first match from there.
      let lowest = span.end + zone.offsets.lowerBound
      guard let next = self.match(from: lowest) else { return nil }
      second = max(span.end, next - zone.offsets.upperBound)
      guard second <= lastSecond else { return nil }
      index += 1
      // Mostly it is one of the next two: an expression whose times all lie in gaps visits every
      // year, and a binary search each time would double the cost of that worst case.
      if second >= zone.end(of: index) { index += 1 }
      if second >= zone.end(of: index) { index = zone.index(at: second) }
    }
  }

  /// Two days into 2200, when it is 2200 everywhere.
  static let tooLate =
    (Gregorian.day(year: 2_200, month: 1, day: 1) + 2) * Gregorian.secondsPerDay

  /// The first matching local second from `start` on; asks the calendar only if the last answer
  /// does not already say.
  private mutating func match(from start: Int) -> Int? {
    if start >= knownFrom, start <= known { return known }
    if start >= barrenFrom { return nil }
    let first =
      hasExclusions
      ? exclusions.firstMatch(
        of: calendar, from: start, through: lastSecond + zone.offsets.upperBound)
      : calendar.firstMatch(from: start)
    guard let match = first else {
      barrenFrom = start
      return nil
    }
    knownFrom = start
    known = match
    return match
  }
}

/// A span of constant offset in wall-clock time, cut by the overlap policy.
private struct WallSpan {
  let offset: Int
  /// POSIX seconds.
  let start: Int
  let end: Int
  /// Its local seconds, in full.
  let wallStart: Int
  /// Where the gap before it begins on the wall clock; `wallStart` if there is none.
  let gapStart: Int
  /// The local seconds that may fire.
  let first: Int
  let last: Int
  /// Local seconds before this one are a second pass; from `firstPassStart` on, a first pass.
  private let secondPassEnd: Int
  private let firstPassStart: Int

  init(_ zone: ZoneTable, _ index: Int, _ overlap: DaylightSaving.Overlap) {
    let entry = zone.entries[index]
    offset = Int(entry.offset)
    start = entry.start
    end = zone.end(of: index)
    wallStart = start + offset
    let wallEnd = end + offset
    let before = index > 0 ? Int(zone.entries[index - 1].offset) : offset
    let after = index + 1 < zone.entries.count ? Int(zone.entries[index + 1].offset) : offset
    gapStart = min(wallStart, start + before)
    secondPassEnd = max(wallStart, start + before)
    firstPassStart = min(wallEnd, end + after)
    first = overlap == .first ? secondPassEnd : wallStart
    last = overlap == .second ? firstPassStart : wallEnd
  }

  func rule(of wall: Int) -> Firing.Rule? {
    if wall < secondPassEnd { return .repeatedSecond }
    return wall >= firstPassStart ? .repeatedFirst : nil
  }
}
