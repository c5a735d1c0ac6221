import JobCore
import Testing

@Suite struct CronExpressionTests {
  /// The next firings in UTC, as text without the zone.
  private func fires(_ text: String, after start: String, count: Int) throws -> [String] {
    let cron = try CronExpression(text)
    var now = try #require(Instant(rfc3339: "\(start)Z"))
    var fires: [String] = []
    while fires.count < count, let firing = cron.next(after: now, in: .utc) {
      fires.append(firing.instant.rfc3339.replacing(".000Z", with: ""))
      now = firing.instant
    }
    return fires
  }

  @Test func aRangeWithAStepCountsFromItsStartRoundTheEnd() throws {
    #expect(
      try fires("0 0 22-2/3 * * ?", after: "2026-01-01T12:00:00", count: 3) == [
        "2026-01-01T22:00:00", "2026-01-02T01:00:00", "2026-01-02T22:00:00",
      ])
    #expect(
      try fires("0 0 0 28-3/2 * ?", after: "2026-01-10T00:00:00", count: 4) == [
        "2026-01-28T00:00:00", "2026-01-30T00:00:00", "2026-02-01T00:00:00",
        "2026-02-03T00:00:00",
      ])
    #expect(
      try fires("50-10/15 0 0 * * ?", after: "2026-01-01T12:00:00", count: 2) == [
        "2026-01-02T00:00:05", "2026-01-02T00:00:50",
      ])
  }

  @Test func stepsMayBeLongerThanARangeButNotThanAField() throws {
    #expect(
      try fires("0-59/1000 0 0 * * ?", after: "2026-01-01T12:00:00", count: 1) == [
        "2026-01-02T00:00:00"
      ])
    #expect(throws: CronError.self) { try CronExpression("0/1000 0 0 * * ?") }
  }

  @Test func weekdayNamesMayHaveTwoLettersAndAnyCase() throws {
    for text in ["0 0 9 ? * FR", "0 0 9 ? * fri", "0 0 9 ? * 6", "0 0 9 ? * Fr-FR"] {
      #expect(
        try fires(text, after: "2026-11-21T00:00:00", count: 1) == ["2026-11-27T09:00:00"],
        "\(text)")
    }
    #expect(
      try fires("0 0 9 ? * FRL", after: "2026-11-01T00:00:00", count: 1) == ["2026-11-27T09:00:00"])
    #expect(
      try fires("0 0 9 ? * SA#2", after: "2026-11-01T00:00:00", count: 1)
        == ["2026-11-14T09:00:00"])
  }

  @Test func dayRulesMayStandInListsAsAUnion() throws {
    #expect(
      try fires("0 0 0 1,15W,L-1,LW * ?", after: "2026-08-01T00:00:00", count: 4) == [
        "2026-08-14T00:00:00", "2026-08-30T00:00:00", "2026-08-31T00:00:00",
        "2026-09-01T00:00:00",
      ])
    #expect(
      try fires("0 0 0 ? * 2#1,6L,L", after: "2026-08-23T00:00:00", count: 4) == [
        "2026-08-28T00:00:00", "2026-08-29T00:00:00", "2026-09-05T00:00:00",
        "2026-09-07T00:00:00",
      ])
  }

  @Test func theNearestWeekdayNeverLeavesItsMonth() throws {
    // 1 August 2026 is a Saturday, 31 May 2026 a Sunday.
    #expect(
      try fires("0 0 0 1W 8 ?", after: "2026-01-01T00:00:00", count: 1) == ["2026-08-03T00:00:00"])
    #expect(
      try fires("0 0 0 31W 5 ?", after: "2026-01-01T00:00:00", count: 1) == ["2026-05-29T00:00:00"])
    #expect(
      try fires("0 0 0 L-30W 8 ?", after: "2026-01-01T00:00:00", count: 1)
        == ["2026-08-03T00:00:00"])
  }

  @Test func daysThatAMonthDoesNotHaveDoNotFireInIt() throws {
    #expect(
      try fires("0 0 0 31W * ?", after: "2026-02-01T00:00:00", count: 2) == [
        "2026-03-31T00:00:00", "2026-05-29T00:00:00",
      ])
    #expect(
      try fires("0 0 0 L-28W * ?", after: "2026-02-01T00:00:00", count: 1) == [
        "2026-03-03T00:00:00"
      ])
    #expect(
      try fires("0 0 0 29 2 ?", after: "2096-03-01T00:00:00", count: 1) == ["2104-02-29T00:00:00"])
  }

  @Test func theAnswerIsAWholeSecondAfterTheStart() throws {
    #expect(
      try fires("* * * * * ?", after: "2026-01-01T00:00:00.001", count: 1) == [
        "2026-01-01T00:00:01"
      ])
    #expect(
      try fires("* * * * * ?", after: "1969-12-31T23:59:58.999", count: 1) == [
        "1970-01-01T00:00:00"
      ])
  }

  @Test(arguments: ["UTC", "Europe/Istanbul", "America/New_York"])
  func theFirstSecondOf1970IsNoFiringOfItsOwn(zone: String) throws {
    let rules = try ZoneFiles.rules(zone)
    let midnight = rules.firstInstant(of: try CivilTime(parsing: "1970-01-01"))
    let cron = try CronExpression("0 0 0 ? 2 *")
    for policy in [DaylightSaving.auto, DaylightSaving(gap: .skip, overlap: .second)] {
      let firing = cron.next(
        after: midnight - TimeSpan(milliseconds: 1), in: rules, daylightSaving: policy)
      #expect(firing?.instant == rules.firstInstant(of: try CivilTime(parsing: "1970-02-01")))
    }
  }

  @Test func theSearchEndsWith2199() throws {
    #expect(
      try fires("59 59 23 31 12 ? *", after: "2199-01-01T00:00:00", count: 2) == [
        "2199-12-31T23:59:59"
      ])
    #expect(try fires("* * * * * ?", after: "9999-01-01T00:00:00", count: 1) == [])
    let cron = try CronExpression("* * * * * ?")
    let ends = [Int64.min, .max].map { Instant(milliseconds: $0) }
    #expect(cron.next(after: ends[0], in: .utc)?.instant == Instant(milliseconds: 0))
    #expect(cron.next(after: ends[1], in: .utc) == nil)
  }

  @Test(arguments: [
    ("0 0 0 30 2 ?", false), ("0 0 0 31 4,6,9,11 ?", false), ("0 0 0 29 2 ? 2001/4", false),
    ("0 0 0 29 2 ? 2100", false), ("0 0 0 L-29 2 ?", false), ("0 0 0 ? 2 1#5 2026", false),
    ("0 0 0 29 2 ?", true), ("0 0 0 ? 2 1#5", true), ("0 0 0 31 12 ? 2199", true),
    ("* * * * * ?", true), ("0 0 0 L-28 2 ?", true),
  ])
  func anExpressionKnowsWhetherItCanEverMatch(text: String, can: Bool) throws {
    let cron = try CronExpression(text)
    #expect(cron.canEverMatch == can)
    #expect((cron.next(after: Instant(milliseconds: -1), in: .utc) != nil) == can)
  }

  @Test func spacesAndTabsMaySurroundFields() throws {
    #expect(
      try fires(" \t0  0\t12 * * ?  ", after: "2026-01-01T00:00:00", count: 1) == [
        "2026-01-01T12:00:00"
      ])
    #expect(throws: CronError.self) { try CronExpression("0 0 12 * * ?\n") }
  }

  @Test func expressionsAreEqualIfWrittenAlike() throws {
    let cron = try CronExpression("0 0 12 * * ?")
    #expect(cron == (try CronExpression("0 0 12 * * ?")))
    #expect(cron != (try CronExpression("0 0 12 ? * *")))
    #expect(cron.description == "0 0 12 * * ?")
  }

  @Test(arguments: ["America/New_York", "Pacific/Apia", "UTC"])
  func rareFiringsAreFoundByAWalkOverDaysAsWell(name: String) throws {
    let zone = try ZoneFiles.rules(name)
    let seed = UInt64.random(in: 0..<1_000_000)
    var generator = Xoshiro(seed: seed)
    for _ in 0..<40 {
      let start = Instant(
        milliseconds: .random(in: 0..<5_000_000_000_000, using: &generator))
      let now = zone.civil(at: start)
      var expression = RandomExpression(
        near: RandomExpression.Date(now), hour: now.hour, using: &generator)
      // One time a day, none that a clock change can touch.
      expression.setTime(hour: 12)
      let cron = try CronExpression(expression.text)
      var expected: [Instant] = []
      var day = start.milliseconds / 86_400_000 - 1
      while expected.count < 3, day < start.milliseconds / 86_400_000 + 8_000 {
        let noon = CivilTime(millisecondsSinceEpochAsUTC: day * 86_400_000 + 43_200_000)
        if expression.matches(RandomExpression.Date(noon)),
          case .unique(let instant) = zone.resolve(noon), instant > start
        {
          expected.append(instant)
        }
        day += 1
      }
      var found: [Instant] = []
      var last = start
      let policy = DaylightSaving(gap: .skip)
      while found.count < expected.count,
        let firing = cron.next(after: last, in: zone, daylightSaving: policy)
      {
        found.append(firing.instant)
        last = firing.instant
      }
      #expect(found == expected, "seed \(seed): \(expression.text) after \(start.rfc3339)")
    }
  }
}
