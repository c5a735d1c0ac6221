// When a job is due: its expressions, zone and window together. Pure: the same question
// has the same answer at any time.

/// The firings of one recurring job within its window.
public struct Schedule: Sendable {
  private let expressions: [CronExpression]
  private let zone: TimeZoneRules
  private let daylightSaving: DaylightSaving
  /// First instant at which a firing may fall.
  public let start: Instant?
  /// Last instant at which a firing may fall.
  public let end: Instant?
  private let exclusions: WallExclusions
  private let blackout: [Blackout]
  private let closures: [Range<Instant>]

  /// The schedule of a specification, in the rules of its zone.
  public init(_ spec: JobSpec, zone: TimeZoneRules) {
    // A job that waits for files looks for them at any time, unless it says when.
    let isWatching = spec.fileTrigger != nil && spec.quartz.isEmpty
    self.init(
      expressions: isWatching ? Schedule.everySecond : spec.quartz, zone: zone,
      daylightSaving: spec.daylightSaving,
      start: spec.startDate, end: spec.endDate, weekdays: spec.weekdays, blackout: spec.blackout)
  }

  private init(
    expressions: [CronExpression], zone: TimeZoneRules, daylightSaving: DaylightSaving,
    start: Instant?, end: Instant?, weekdays: Weekdays, blackout: [Blackout]
  ) {
    self.expressions = expressions
    self.zone = zone
    self.daylightSaving = daylightSaving
    self.start = start
    self.end = end
    self.blackout = blackout
    var closing: [CronExpression] = []
    var closures: [Range<Instant>] = []
    for entry in blackout {
      switch entry {
      case .range(let range): closures.append(range)
      case .expression(let expression): closing.append(expression)
      }
    }
    self.closures = closures
    exclusions = WallExclusions(weekdays: weekdays, blackouts: closing)
  }

  private static let everySecond = [try? CronExpression("* * * * * ?")].compactMap { $0 }

  /// Whether an instant is inside the window and no rule lets nothing happen there.
  public func isOpen(at instant: Instant) -> Bool {
    if let start, instant < start { return false }
    if let end, end < instant { return false }
    return exclusion(at: instant) == nil
  }

  /// False for a job without quartzDef and fileTrigger: it runs once.
  public var isRecurring: Bool { !expressions.isEmpty }

  /// Whether a day rule or a blackout can take firings away.
  public var hasExclusions: Bool { !exclusions.isEmpty || !closures.isEmpty }

  /// The same expressions without window, day rule and blackout.
  public var unrestricted: Schedule {
    Schedule(
      expressions: expressions, zone: zone, daylightSaving: daylightSaving, start: nil, end: nil,
      weekdays: .all, blackout: [])
  }

  /// The first firing strictly after an instant and inside the window, passing over what day
  /// rule and blackout take away. Expressions that meet at one instant make one firing.
  /// - Parameter through: firings after it need not be found.
  public func next(after instant: Instant, through: Instant? = nil) -> Firing? {
    var from = instant
    // Inclusive: a firing exactly at startDate counts.
    if let start, start > instant { from = Instant(milliseconds: start.milliseconds - 1) }
    let last = [end, through].compactMap { $0 }.min()
    while true {
      var first: Firing?
      for expression in expressions {
        // Those that fire later than another, or never again, need not be followed further.
        let firing = expression.next(
          after: from, in: zone, daylightSaving: daylightSaving, without: exclusions,
          through: first?.instant ?? last)
        if let firing, firing.instant < first?.instant ?? .distantFuture { first = firing }
      }
      guard let first, last.map({ first.instant <= $0 }) ?? true else { return nil }
      guard let closure = closures.first(where: { $0.contains(first.instant) }) else {
        return first
      }
      from = Instant(milliseconds: closure.upperBound.milliseconds - 1)
    }
  }

  /// The rule that takes a firing away, in words: `daysOfWeekToRun`, or a blackout with its text;
  /// nil if none does. The window is another matter.
  public func exclusion(of firing: Firing) -> String? {
    if let rule = exclusion(at: firing.instant) { return rule }
    guard firing.rule == .shifted, hasExclusions else { return nil }
    // The time of day that was meant, in the gap before it, is judged as well.
    let before = firing.instant.second + zone.offset(at: firing.instant - .seconds(1))
    let after = firing.instant.second + zone.offset(at: firing.instant)
    for expression in expressions {
      if let meant = expression.calendar.firstMatch(from: before), meant < after,
        let rule = exclusion(atWall: meant)
      {
        return rule
      }
    }
    return nil
  }

  /// The rule that lets nothing fire at an instant, or nil.
  func exclusion(at instant: Instant) -> String? {
    if !hasExclusions { return nil }
    if let range = blackout.first(where: { entry in
      if case .range(let range) = entry { return range.contains(instant) }
      return false
    }) {
      return "blackout \(range.text)"
    }
    return exclusion(atWall: instant.second + zone.offset(at: instant))
  }

  private func exclusion(atWall wall: Int) -> String? {
    if !exclusions.weekdays.contains(day: floorDivide(wall, Gregorian.secondsPerDay)) {
      return DocumentKey.daysOfWeekToRun.rawValue
    }
    for case .expression(let expression) in blackout
    where expression.calendar.firstMatch(from: wall) == wall {
      return "blackout \(expression.text)"
    }
    return nil
  }

  /// When a range of the blackout that holds an instant ends; nil if none does.
  func closureEnd(at instant: Instant) -> Instant? {
    closures.filter { $0.contains(instant) }.map(\.upperBound).max()
  }

  /// The last firing after one instant and not after another, or nil if there is none.
  /// Found by halving the span: counting through a year of seconds would take seconds.
  public func latest(after: Instant, through: Instant) -> Firing? {
    guard after < through, var found = next(after: after, through: through) else {
      return nil
    }
    var low = found.instant.milliseconds
    var high = through.milliseconds
    // Invariant: `found` is at `low`; no firing lies after `high`.
    while low < high {
      let middle = low + (high - low) / 2
      if let later = next(after: Instant(milliseconds: middle), through: through) {
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
    while count < limit, let firing = next(after: at, through: through) {
      count += 1
      at = firing.instant
    }
    return count
  }
}

extension JobSpec {
  /// Whether its zone has a say in when it runs; dates were resolved when they were read.
  public var needsZone: Bool {
    if !quartz.isEmpty || weekdays != .all { return true }
    return blackout.contains {
      if case .expression = $0 { return true }
      return false
    }
  }
}
