// When a job is due: its expressions, zone and window together. Pure: the same question
// has the same answer at any time.

/// The firings of one recurring job within its window.
public struct Schedule: Sendable {
  private let expressions: [CronExpression]
  private let zone: TimeZoneRules
  private let start: Instant?
  /// Last instant at which a firing may fall.
  public let end: Instant?

  /// The schedule of a specification, in the rules of its zone.
  public init(_ spec: JobSpec, zone: TimeZoneRules) {
    expressions = spec.quartz
    self.zone = zone
    start = spec.startDate
    end = spec.endDate
  }

  /// False for a job without quartzDef: it runs once.
  public var isRecurring: Bool { !expressions.isEmpty }

  /// The first firing strictly after an instant and inside the window. Expressions that
  /// meet at one instant make one firing.
  public func next(after instant: Instant) -> Firing? {
    var from = instant
    // Inclusive: a firing exactly at startDate counts.
    if let start, start > instant { from = Instant(milliseconds: start.milliseconds - 1) }
    let first = expressions.compactMap { $0.next(after: from, in: zone) }.min {
      $0.instant < $1.instant
    }
    guard let first, end.map({ first.instant <= $0 }) ?? true else { return nil }
    return first
  }

  /// The last firing after one instant and not after another, or nil if there is none.
  /// Found by halving the span: counting through a year of seconds would take seconds.
  public func latest(after: Instant, through: Instant) -> Firing? {
    guard after < through, var found = next(after: after), found.instant <= through else {
      return nil
    }
    var low = found.instant.milliseconds
    var high = through.milliseconds
    // Invariant: `found` is at `low`; no firing lies after `high`.
    while low < high {
      let middle = low + (high - low) / 2
      if let later = next(after: Instant(milliseconds: middle)), later.instant <= through {
        found = later
        low = later.instant.milliseconds
      } else {
        high = middle
      }
    }
    return found
  }

  /// How many firings lie after one instant and not after another, counted up to `limit`.
  public func count(after: Instant, through: Instant, limit: Int) -> Int {
    var count = 0
    var at = after
    while count < limit, let firing = next(after: at), firing.instant <= through {
      count += 1
      at = firing.instant
    }
    return count
  }
}
