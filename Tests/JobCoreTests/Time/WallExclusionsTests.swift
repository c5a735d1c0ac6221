// What day rule and blackout take away, against asking firing for firing in the slow way.

import Testing

@testable import JobCore

@Suite struct WallExclusionsTests {
  @Test(arguments: [
    ("UTC", "2026-03-01T00:00:00Z"), ("Europe/London", "2026-10-24T00:00:00Z"),
    ("America/Sao_Paulo", "2018-11-03T00:00:00Z"), ("Pacific/Apia", "2011-12-29T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T00:00:00Z"),
  ])
  func leavesWhatAFilterWouldLeave(zone: String, near: String) throws {
    let rules = try ZoneFiles.rules(zone)
    let start = try #require(Instant(rfc3339: near))
    let seed = UInt64.random(in: 0..<1_000_000)
    print("exclusions seed \(seed)")
    var generator = Xoshiro(seed: seed)
    for round in 0..<25 {
      func random() -> RandomExpression {
        let civil = rules.civil(
          at: start + TimeSpan.seconds(Int.random(in: 0...250_000, using: &generator)))
        return RandomExpression(
          near: RandomExpression.Date(civil), hour: civil.hour, using: &generator)
      }
      let own = random()
      let others = (0..<Int.random(in: 0...3, using: &generator)).map { _ in random() }
      let numbers = (1...7).filter { _ in Int.random(in: 0..<4, using: &generator) > 0 }
      let cron = try CronExpression(own.text)
      let exclusions = WallExclusions(
        weekdays: Weekdays(numbers: numbers), blackouts: try others.map { try .init($0.text) })
      // A time in a gap has two times of day; the tests below are about those.
      let policy = DaylightSaving(gap: .skip, overlap: .both)
      var at = start
      var walked = 0
      while let firing = cron.next(after: at, in: rules, daylightSaving: policy), walked < 120 {
        walked += 1
        at = firing.instant
        let civil = rules.civil(at: firing.instant)
        let date = RandomExpression.Date(civil)
        let isOut =
          !numbers.contains(date.weekday)
          || others.contains {
            $0.seconds.contains(civil.second) && $0.minutes.contains(civil.minute)
              && $0.hours.contains(civil.hour) && $0.matches(date)
          }
        let found = cron.next(
          after: Instant(milliseconds: at.milliseconds - 1), in: rules, daylightSaving: policy,
          without: exclusions, through: nil)
        let others = others.map(\.text).joined(separator: "; ")
        try #require(
          (found?.instant == at) == !isOut,
          "seed \(seed), round \(round): \(own.text) without \(others), \(numbers), at \(at)")
      }
    }
  }

  private func schedule(_ members: String) throws -> Schedule {
    let json = try JSON(parsing: #"{"command":["true"],\#(members)}"#)
    let document = try JobDocument(json, in: Documents.context())
    return Schedule(document.spec, zone: document.zone)
  }

  private func firings(_ members: String, after: String, count: Int) throws -> [String] {
    let schedule = try schedule(members)
    var at = try #require(Instant(rfc3339: after))
    var found: [String] = []
    while found.count < count, let firing = schedule.next(after: at) {
      found.append(String(firing.instant.rfc3339.prefix(16)))
      at = firing.instant
    }
    return found
  }

  /// 01:30 on 29 March 2026 is in London's gap, and would run at 02:00.
  @Test(arguments: [
    (#""* * 1 * * ?""#, nil), (#""* * 2 * * ?""#, "2026-03-30T00:30"),
    (#""* 1-59 2 * * ?""#, "2026-03-29T01:00"),
    (#""2026-03-29T01:00:00Z/2026-03-29T02:00:00Z""#, "2026-03-30T00:30"),
  ])
  func judgesAShiftedFiringByBothOfItsTimes(blackout: String, next: String?) throws {
    let members = #""quartzDef":"0 30 1 * * ?","blackout":\#(blackout)"#
    #expect(try firings(members, after: "2026-03-28T12:00:00Z", count: 1).first == next)
  }

  @Test func takesARangeFromItsBeginningUpToButWithoutItsEnd() throws {
    #expect(
      try firings(
        #""quartzDef":"0 0 * * * ?","timeZone":"UTC","blackout":"2026-03-02 11:00/2026-03-02 14:00""#,
        after: "2026-03-02T09:30:00Z", count: 3)
        == ["2026-03-02T10:00", "2026-03-02T14:00", "2026-03-02T15:00"])
  }

  @Test func takesDaysInTheZoneOfTheJob() throws {
    #expect(
      try firings(
        #""quartzDef":"0 0 0/12 * * ?","timeZone":"Asia/Tokyo","daysOfWeekToRun":["MON"]"#,
        after: "2026-03-01T00:00:00Z", count: 3)
        == ["2026-03-01T15:00", "2026-03-02T03:00", "2026-03-08T15:00"])
  }

  @Test(arguments: [
    #""blackout":"* * * * * ?""#, #""blackout":["0-29 * * * * ?","30-59 * * * * ?"]"#,
    #""blackout":["* 0-29 * * * ?","* 30-59 * ? * MON-FRI","* 30-59 * ? * SAT,SUN"]"#,
    #""blackout":"* * * ? * 2-7","daysOfWeekToRun":[2,3,4,5,6,7]"#, manyBlackouts,
  ])
  func endsWhenNothingIsLeft(members: String) throws {
    let expressions = (0..<3).map { "\"* * * * * ? \(2000 + $0)-2199\"" }.joined(separator: ",")
    let schedule = try schedule("\"quartzDef\":[\(expressions)]," + members)
    let start = try #require(Instant(rfc3339: "2026-03-01T00:00:00Z"))
    let clock = ContinuousClock()
    let took = clock.measure { #expect(schedule.next(after: start) == nil) }
    #expect(took < .seconds(60), "the search is bounded by days, not by seconds")
  }

  /// Thirty-two, as many as there may be, each for some minutes.
  private static let manyBlackouts: String = {
    let entries = (0..<32).map { "\"* \($0 * 60 / 32)-\(min(59, ($0 + 1) * 60 / 32)) * * * ?\"" }
    return "\"blackout\":[\(entries.joined(separator: ","))]"
  }()

  /// A million seconds of what is taken away are no million questions.
  @Test func looksNoFurtherThanItIsAskedTo() throws {
    let schedule = try schedule(
      #""quartzDef":"* * * * * ?","blackout":["* 0-29 * * * ?","* 30-59 * * * ?"]"#)
    let start = try #require(Instant(rfc3339: "2026-03-01T00:00:00Z"))
    for hours in [1, 24, 200] {
      #expect(schedule.latest(after: start, through: start + .seconds(3600 * hours)) == nil)
    }
  }
}
