// Real clock changes with expressions that they touch, and their firings worked out by a walk over
// every second, from the words of the contract.

import Testing
import TimeOracle

@testable import JobCore

/// One clock change, and what is asked about it.
struct ClockChange: CustomTestStringConvertible {
  var zone: String
  /// RFC 3339.
  var at: String
  var expressions: [String]
  /// Seconds of the window before and after the change.
  private static let window = (before: 7_200, after: 10_800)

  var testDescription: String { "\(zone) \(at)" }

  var second: Int { Instant(rfc3339: at)?.second ?? 0 }
  var start: Int { second - Self.window.before }
  var end: Int { second + Self.window.after }

  /// The policies that can matter: of the gap, or of the overlap.
  func policies(in rules: TimeZoneRules) -> [(name: String, policy: DaylightSaving)] {
    let before = rules.offset(at: Instant(second: second - 1))
    if rules.offset(at: Instant(second: second)) > before {
      return DaylightSaving.Gap.allCases.map { ("gap \($0)", DaylightSaving(gap: $0)) }
    }
    return DaylightSaving.Overlap.allCases.map { ("overlap \($0)", DaylightSaving(overlap: $0)) }
  }

  /// The firings of the window by the search.
  func firings(
    of text: String, in rules: TimeZoneRules, _ policy: DaylightSaving
  ) throws -> [Firing] {
    let cron = try CronExpression(text)
    var firings: [Firing] = []
    var now = Instant(second: start - 1)
    while let firing = cron.next(after: now, in: rules, daylightSaving: policy),
      firing.instant.second < end
    {
      firings.append(firing)
      now = firing.instant
    }
    return firings
  }
}

/// What clocks show in every second of a window around a clock change.
struct WallClockWalk {
  private let start: Int
  /// Local seconds since 1970.
  private let wall: [Int]
  /// The first and last index at which a local second is shown.
  private let shown: [Int: (first: Int, last: Int)]

  init(_ change: ClockChange, in rules: TimeZoneRules) {
    start = change.start
    wall = (change.start..<change.end).map { $0 + rules.offset(at: Instant(second: $0)) }
    var shown: [Int: (first: Int, last: Int)] = [:]
    for (index, local) in wall.enumerated() { shown[local, default: (index, index)].last = index }
    self.shown = shown
  }

  /// The firings of the window under a policy.
  func firings(of text: String, _ policy: DaylightSaving) -> [Firing] {
    let slow = SlowExpression(text)
    let everyHour = slow.hours.count == 24
    var firings: [Firing] = []
    for (index, local) in wall.enumerated() {
      let isDue = matches(slow, local)
      var rule: Firing.Rule?
      var runs = isDue
      if isDue, let place = shown[local], place.first != place.last {
        rule = index == place.first ? .repeatedFirst : .repeatedSecond
        switch policy.overlap {
        case .auto: runs = everyHour || rule == .repeatedFirst
        case .first: runs = rule == .repeatedFirst
        case .second: runs = rule == .repeatedSecond
        case .both: break
        }
      }
      if index > 0, wall[index - 1] + 1 < local, !isDue,
        policy.gap == .run || policy.gap == .auto && !everyHour,
        (wall[index - 1] + 1..<local).contains(where: { matches(slow, $0) })
      {
        // Several in one gap are one run, and so is one that is due then anyway.
        rule = .shifted
        runs = true
      }
      if runs { firings.append(Firing(instant: Instant(second: start + index), rule: rule)) }
    }
    return firings
  }

  private func matches(_ slow: SlowExpression, _ local: Int) -> Bool {
    guard
      slow.matches(hour: local / 3_600 % 24, minute: local / 60 % 60, second: local % 60)
    else { return false }
    let date = CivilTime(millisecondsSinceEpochAsUTC: Int64(local) * 1_000)
    return slow.matches(year: date.year, month: date.month, day: date.day)
  }
}
