// Quartz expressions, the one kind of schedule that jobrun knows. Parsing happens once; the text
// stays for people, the bit sets are for the search.

/// A Quartz cron expression: `second minute hour day-of-month month day-of-week [year]`.
///
/// Equal if written alike; two texts for one schedule are not equal.
public struct CronExpression: Hashable, Sendable, CustomStringConvertible {
  /// As written.
  public let text: String
  let calendar: CronCalendar
  /// False if no date of the years 1970 to 2199 ever matches, like 30 February.
  public let canEverMatch: Bool

  /// Parses an expression; `man/jobrun-cron.5` has the grammar.
  ///
  /// - Throws: `CronError` naming field, column, what was expected and, where usual, a remedy.
  public init(_ text: String) throws(CronError) {
    var parser = CronParser(text)
    calendar = CronCalendar(try parser.parse())
    canEverMatch = calendar.matchesSomeDate
    self.text = text
  }

  public var description: String { text }

  /// The first firing strictly after an instant, on a whole second.
  ///
  /// - Returns: nil when nothing matches until the end of 2199.
  public func next(
    after instant: Instant, in zone: TimeZoneRules, daylightSaving: DaylightSaving = .auto
  ) -> Firing? {
    next(
      after: instant, in: zone, daylightSaving: daylightSaving, without: .none, through: nil)
  }

  /// The same, passing over what a schedule leaves out.
  /// - Parameter last: what fires later need not be found.
  func next(
    after instant: Instant, in zone: TimeZoneRules, daylightSaving: DaylightSaving,
    without exclusions: WallExclusions, through last: Instant?
  ) -> Firing? {
    guard canEverMatch else { return nil }
    var search = CronSearch(
      calendar, in: zone.table, daylightSaving, without: exclusions,
      through: min(last?.second ?? CronSearch.tooLate, CronSearch.tooLate))
    return search.firstFiring(from: instant.second + 1)
  }

  public static func == (left: CronExpression, right: CronExpression) -> Bool {
    left.text == right.text
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(text)
  }
}

extension CronExpression {
  /// Some firings in a row, strictly after an instant.
  public func firings(
    after from: Instant, count: Int, in zone: TimeZoneRules, daylightSaving: DaylightSaving
  ) -> [Firing] {
    var firings: [Firing] = []
    var at = from
    while firings.count < count,
      let firing = next(after: at, in: zone, daylightSaving: daylightSaving)
    {
      firings.append(firing)
      at = firing.instant
    }
    return firings
  }
}
