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
  private var isOver = false

  /// So many are counted one by one.
  private static let countLimit = 1000

  /// The firings strictly after an instant.
  public init(of schedule: Schedule, after instant: Instant) {
    self.schedule = schedule
    unrestricted = schedule.unrestricted
    at = instant
  }

  public mutating func next() -> Entry? {
    guard !isOver, let first = unrestricted.next(after: at) else { return nil }
    let live = schedule.next(after: at)
    if let live, live.instant == first.instant {
      at = live.instant
      return .fires(live)
    }
    return .removed(removal(from: first, before: live?.instant))
  }

  /// Follows the firings from one on, as long as the same rule takes them away.
  private mutating func removal(from first: Firing, before live: Instant?) -> Removal {
    var removal = Removal(first: first, last: first.instant, count: 1, rule: rule(of: first))
    if let end = schedule.end, end < first.instant {
      // Nothing comes after it, and there is no end of that.
      isOver = true
      removal.last = nil
      removal.count = nil
      return removal
    }
    var count = 1
    at = first.instant
    while let following = unrestricted.next(after: at),
      live.map({ following.instant < $0 }) ?? true,
      rule(of: following) == removal.rule
    {
      at = following.instant
      count += 1
      if count == Self.countLimit {
        removal.count = nil
        guard let live else {
          isOver = true
          removal.last = nil
          return removal
        }
        let before = Instant(milliseconds: live.milliseconds - 1)
        at = unrestricted.latest(after: at, through: before)?.instant ?? at
        break
      }
    }
    removal.last = at
    if removal.count != nil { removal.count = count }
    return removal
  }

  private func rule(of firing: Firing) -> String {
    if let start = schedule.start, firing.instant < start { return "startDate \(start.rfc3339)" }
    if let end = schedule.end, end < firing.instant { return "endDate \(end.rfc3339)" }
    // A time in a gap can be left out although the instant it was moved to is not.
    return schedule.exclusion(at: firing.instant) ?? "the rule for its time in the gap"
  }
}

extension JobState {
  /// What lies ahead of the job after an instant, up to a number of firings.
  public func preview(
    _ schedule: Schedule, after instant: Instant, count: Int
  ) -> [FiringPreview.Entry] {
    if !schedule.isRecurring || spec.runOnce || scheduleEnded {
      guard let next = nextRun, next > instant else { return [] }
      return [.fires(Firing(instant: next))]
    }
    // A job that waits for its window has passed over nothing yet.
    let isBefore = spec.startDate.map { $0 > cursor } ?? false
    let preview = FiringPreview(of: schedule, after: isBefore ? instant : max(instant, cursor))
    var entries: [FiringPreview.Entry] = []
    var left = count
    for entry in preview {
      entries.append(entry)
      if case .fires = entry { left -= 1 }
      if left == 0 { break }
    }
    return entries
  }
}
