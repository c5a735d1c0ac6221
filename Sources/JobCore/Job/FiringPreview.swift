// What lies ahead of a job, and what would if no rule took it away: for people who want to see
// their window, day rule and blackout at work before they trust them.

/// The firings of a schedule in order, with those in between that a rule takes away.
public struct FiringPreview: Sequence, IteratorProtocol {
  /// One entry.
  public enum Entry: Hashable, Sendable {
    case fires(Firing)
    /// Firings in a row that one rule takes away.
    case removed(Removal)
  }

  /// Firings that do not take place.
  public struct Removal: Hashable, Sendable {
    public var first: Firing
    /// The last of them; nil if they never end.
    public var last: Instant?
    /// How many; nil if nobody has counted them to the end.
    public var count: Int?
    /// `daysOfWeekToRun`, `startDate` or `endDate` with its date, or a blackout.
    public var rule: String
  }

  private let schedule: Schedule
  private let unrestricted: Schedule
  private var at: Instant
  private var live: Firing?
  private var removals = 0
  private var isOver = false

  /// So many are counted one by one.
  private static let countLimit = 1000
  /// After so many removals in a row the rest of them is one.
  private static let rowLimit = 20

  /// The firings strictly after an instant.
  public init(of schedule: Schedule, after instant: Instant) {
    self.schedule = schedule
    unrestricted = schedule.unrestricted
    at = instant
    live = schedule.next(after: instant)
  }

  public mutating func next() -> Entry? {
    guard !isOver, let first = unrestricted.next(after: at) else { return nil }
    if let live, live.instant == first.instant {
      at = live.instant
      self.live = schedule.next(after: at)
      removals = 0
      return .fires(live)
    }
    removals += 1
    return .removed(removal(from: first))
  }

  /// Follows the firings from one on, as long as the same rule takes them away.
  private mutating func removal(from first: Firing) -> Removal {
    let rule = removals > Self.rowLimit ? "these and other rules" : rule(of: first)
    var removal = Removal(first: first, last: first.instant, count: 1, rule: rule)
    if let end = schedule.end, end < first.instant {
      // Nothing comes after it, and there is no end of that.
      return endless(removal)
    }
    var count = 1
    at = first.instant
    while count < Self.countLimit, removals <= Self.rowLimit,
      let following = unrestricted.next(after: at),
      live.map({ following.instant < $0.instant }) ?? true, self.rule(of: following) == rule
    {
      at = following.instant
      count += 1
    }
    removal.count = count
    if count == Self.countLimit || removals > Self.rowLimit {
      // Too many to ask each: up to where the rule ends, if that is known, or up to what fires.
      removal.count = nil
      let known =
        schedule.start.flatMap { first.instant < $0 ? $0 : nil }
        ?? schedule.closureEnd(at: first.instant)
      let end = removals > Self.rowLimit ? live?.instant : known ?? live?.instant
      guard let end else { return endless(removal) }
      let before = Instant(milliseconds: end.milliseconds - 1)
      at = unrestricted.latest(after: at, through: before)?.instant ?? at
      if known == nil, removals <= Self.rowLimit { removal.rule += " or another rule" }
    }
    removal.last = at
    return removal
  }

  private mutating func endless(_ removal: Removal) -> Removal {
    isOver = true
    var removal = removal
    removal.last = nil
    removal.count = nil
    return removal
  }

  private func rule(of firing: Firing) -> String {
    if let start = schedule.start, firing.instant < start { return "startDate \(start.rfc3339)" }
    if let end = schedule.end, end < firing.instant { return "endDate \(end.rfc3339)" }
    return schedule.exclusion(of: firing) ?? "no rule"
  }
}

extension JobState {
  /// What lies ahead of the job after an instant, up to a number of firings. Firings count as
  /// what they are meant for; `startDelay` is when they begin.
  public func preview(
    _ schedule: Schedule, after instant: Instant, count: Int
  ) -> [FiringPreview.Entry] {
    if spec.fileTrigger != nil, spec.quartz.isEmpty || scheduleEnded { return [] }
    let instant = instant - startDelay
    guard schedule.isRecurring, !scheduleEnded else {
      guard var next = nextRun else { return [] }
      if case .waiting = phase { next = spec.startDate ?? next }
      return next > instant ? [.fires(Firing(instant: next))] : []
    }
    // A job that waits for its window has passed over nothing yet.
    let isBefore = spec.startDate.map { $0 > cursor } ?? false
    let preview = FiringPreview(of: schedule, after: isBefore ? instant : max(instant, cursor))
    var entries: [FiringPreview.Entry] = []
    var left = spec.runOnce ? 1 : count
    for entry in preview {
      entries.append(entry)
      if case .fires = entry { left -= 1 }
      if left == 0 { break }
    }
    return entries
  }
}
