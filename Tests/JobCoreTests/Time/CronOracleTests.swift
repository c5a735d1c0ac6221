import Testing

@testable import JobCore

/// The search against a walk over every second of half a day on both sides of a clock change.
@Suite struct CronOracleTests {
  /// Clock changes worth a close look: zone and an instant near the change.
  static let changes: [(zone: String, near: String)] = [
    ("America/New_York", "2026-03-08T07:00:00Z"), ("America/New_York", "2026-11-01T06:00:00Z"),
    ("Europe/London", "2026-03-29T01:00:00Z"), ("Europe/London", "2026-10-25T01:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z"), ("America/Nuuk", "2026-03-29T01:00:00Z"),
    ("America/Nuuk", "2026-10-25T01:00:00Z"), ("Antarctica/Troll", "2026-03-29T01:00:00Z"),
    ("Antarctica/Troll", "2026-10-25T01:00:00Z"), ("America/St_Johns", "2006-04-02T03:31:00Z"),
    ("America/St_Johns", "2006-10-29T02:31:00Z"), ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
    ("America/Sao_Paulo", "2018-02-18T02:00:00Z"), ("Africa/Casablanca", "2025-02-23T02:00:00Z"),
    ("Africa/Casablanca", "2025-04-06T02:00:00Z"), ("Europe/Istanbul", "2016-09-06T21:00:00Z"),
    ("Asia/Pyongyang", "2018-05-04T15:00:00Z"), ("America/Caracas", "2016-05-01T07:00:00Z"),
    ("Africa/Monrovia", "1972-01-07T00:44:30Z"), ("UTC", "2026-01-31T23:59:30Z"),
  ]

  @Test(arguments: changes)
  func theSearchAgreesWithAWalkOverEverySecond(zone: String, near: String) throws {
    let rules = try ZoneFiles.rules(zone)
    let middle = try #require(Instant(rfc3339: near)).second
    let seed = UInt64.random(in: 0..<1_000_000)
    var generator = Xoshiro(seed: seed)
    let window = WallClockWindow(rules, from: middle - 43_200, to: middle + 43_200)
    for round in 0..<12 {
      let civil = rules.civil(at: Instant(second: middle))
      let expression = RandomExpression(
        near: RandomExpression.Date(civil), hour: civil.hour, using: &generator)
      let cron = try CronExpression(expression.text)
      let matches = window.matches(of: expression)
      for gap in DaylightSaving.Gap.allCases {
        for overlap in DaylightSaving.Overlap.allCases {
          let policy = DaylightSaving(gap: gap, overlap: overlap)
          let expected = window.firings(
            of: matches, policy, everyHour: expression.matchesEveryHour)
          let note: Comment =
            "seed \(seed), round \(round): \(expression.text), \(zone), \(gap), \(overlap)"
          try check(cron, rules, policy, window, expected, note, &generator)
        }
      }
    }
  }

  /// The whole series where it is short, then searches from anywhere, off the second as well.
  private func check(
    _ cron: CronExpression, _ rules: TimeZoneRules, _ policy: DaylightSaving,
    _ window: WallClockWindow, _ expected: [Firing], _ note: Comment, _ generator: inout Xoshiro
  ) throws {
    func next(after instant: Instant) -> Firing? {
      let firing = cron.next(after: instant, in: rules, daylightSaving: policy)
      guard let firing, firing.instant.second < window.end else { return nil }
      return firing
    }
    if expected.count < 500 {
      var found: [Firing] = []
      var now = Instant(second: window.start - 1)
      while let firing = next(after: now), found.count < 500 {
        found.append(firing)
        now = firing.instant
      }
      try #require(found == expected, note)
    }
    for _ in 0..<60 {
      let near = Int.random(in: 0..<3, using: &generator) > 0
      let second =
        near
        ? window.change + Int.random(in: -7_300...7_300, using: &generator)
        : Int.random(in: window.start..<window.end, using: &generator)
      let start = Instant(
        milliseconds: Int64(second) * 1_000 + (Bool.random(using: &generator) ? 0 : 999))
      var low = 0
      var high = expected.count
      while low < high {
        let half = (low + high) / 2
        if expected[half].instant > start { high = half } else { low = half + 1 }
      }
      let answer = low < expected.count ? expected[low] : nil
      try #require(next(after: start) == answer, "\(note), after \(start.rfc3339)")
    }
  }
}

/// What the wall clock shows in every second of a stretch of time with at most one clock change.
private struct WallClockWindow {
  let start: Int
  let end: Int
  /// The second of the change; the middle if there is none.
  let change: Int
  /// Local seconds since 1970, one for each second of the window.
  private let wall: [Int]

  init(_ rules: TimeZoneRules, from start: Int, to end: Int) {
    self.start = start
    self.end = end
    let offsets = (start..<end).map { rules.offset(at: Instant(second: $0)) }
    wall = zip(start..<end, offsets).map { $0 + $1 }
    let index = offsets.indices.dropFirst().first { offsets[$0] != offsets[$0 - 1] }
    change = start + (index ?? offsets.count / 2)
  }

  /// When an expression matches, before any policy.
  struct Matches {
    /// Indices of the window's seconds whose wall clock matches.
    var indices: [Int] = []
    /// Whether a time that the clocks jump over matches.
    var missesOne = false
  }

  func matches(of expression: RandomExpression) -> Matches {
    var dates: [Int: Bool] = [:]
    func isMatch(_ local: Int) -> Bool {
      guard expression.seconds.contains(local % 60),
        expression.minutes.contains(local / 60 % 60), expression.hours.contains(local / 3_600 % 24)
      else { return false }
      if let known = dates[local / 86_400] { return known }
      let civil = CivilTime(millisecondsSinceEpochAsUTC: Int64(local) * 1_000)
      let matches = expression.matches(RandomExpression.Date(civil))
      dates[local / 86_400] = matches
      return matches
    }
    var matches = Matches(indices: wall.indices.filter { isMatch(wall[$0]) })
    let split = change - start
    if wall[split] > wall[split - 1] {
      matches.missesOne = (wall[split - 1] + 1..<wall[split]).contains(where: isMatch)
    }
    return matches
  }

  /// The firings of the window under a policy.
  func firings(of matches: Matches, _ policy: DaylightSaving, everyHour: Bool) -> [Firing] {
    let split = change - start
    var firings: [Firing] = []
    for index in matches.indices {
      let local = wall[index]
      let isSecondPass = index >= split && local <= wall[split - 1]
      let isFirstPass = index < split && local >= wall[split]
      let isKept: Bool =
        switch policy.overlap {
        case .auto: everyHour || !isSecondPass
        case .first: !isSecondPass
        case .second: !isFirstPass
        case .both: true
        }
      if isKept {
        let rule: Firing.Rule? =
          isFirstPass ? .repeatedFirst : isSecondPass ? .repeatedSecond : nil
        firings.append(Firing(instant: Instant(second: start + index), rule: rule))
      }
    }
    let runs = policy.gap == .run || policy.gap == .auto && !everyHour
    let after = Instant(second: change)
    if runs, matches.missesOne, !firings.contains(where: { $0.instant == after }) {
      let place = firings.firstIndex { $0.instant > after } ?? firings.count
      firings.insert(Firing(instant: after, rule: .shifted), at: place)
    }
    return firings
  }
}
