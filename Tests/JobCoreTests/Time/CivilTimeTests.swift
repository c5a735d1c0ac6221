import JobCore
import Testing

@Suite struct CivilTimeTests {
  @Test(arguments: [
    ("2026-11-21", "2026-11-21T00:00:00.000Z"), ("2026-11-21 03:31", "2026-11-21T03:31:00.000Z"),
    ("2026-11-21T03:31", "2026-11-21T03:31:00.000Z"),
    ("2026-11-21 03:31:35", "2026-11-21T03:31:35.000Z"),
    ("2026-11-21T03:31:35.5", "2026-11-21T03:31:35.500Z"),
    ("2024-02-29 23:59:59.999", "2024-02-29T23:59:59.999Z"),
    ("0001-01-01", "0001-01-01T00:00:00.000Z"), ("9999-12-31", "9999-12-31T00:00:00.000Z"),
  ])
  func civilTimesAreReadInThreeLengths(text: String, asUTC: String) throws {
    let time = try CivilTime(parsing: text)
    #expect(Instant(milliseconds: time.millisecondsSinceEpochAsUTC).rfc3339 == asUTC)
  }

  @Test(arguments: [
    ("2026-11-21T03:31:35.999Z", "2026-11-21 03:31:35"),
    ("0001-01-01T00:00:00Z", "0001-01-01 00:00:00"),
    ("9999-12-31T23:59:59Z", "9999-12-31 23:59:59"),
  ])
  func peopleReadSecondsWithoutAZone(text: String, legible: String) throws {
    let instant = try #require(Instant(rfc3339: text))
    #expect(TimeZoneRules.utc.civil(at: instant).legible == legible)
  }

  @Test func aYearOfFiveDigitsIsWrittenWithAllOfThem() {
    let last = Instant(rfc3339: "9999-12-31T23:59:59Z")?.milliseconds ?? 0
    let time = CivilTime(millisecondsSinceEpochAsUTC: last + 61_000)
    #expect(time.legible == "10000-01-01 00:01:00")
  }

  @Test(arguments: [
    ("", "1: expected the year in 4 digits"), ("26-11-21", "3: expected the year in 4 digits"),
    ("0000-01-01", "1: year 0 is out of range; expected 1-9999"),
    ("2026/11/21", "5: expected - and the month, as in 2026-11-21"),
    ("2026-1-21", "7: expected the month in 2 digits"),
    ("2026-13-01", "6: month 13 is out of range; expected 1-12"),
    ("2026-00-01", "6: month 0 is out of range; expected 1-12"),
    ("2026-11", "8: expected - and the day, as in 2026-11-21"),
    ("2026-11-31", "9: this month has only 30 days"),
    ("2026-02-29", "9: this month has only 28 days"),
    ("2100-02-29", "9: this month has only 28 days"),
    ("2026-11-00", "9: day 0 is out of range; expected 1-31"),
    ("2026-11-21t03:31", "11: expected a space or T before the time of day"),
    ("2026-11-21 ", "12: expected the hour in 2 digits"),
    ("2026-11-21 24:00", "12: hour 24 is out of range; expected 0-23"),
    ("2026-11-21 03", "14: expected : and minutes, as in 2026-11-21 03:31"),
    ("2026-11-21 03:60", "15: minute 60 is out of range; expected 0-59"),
    ("2026-11-21 03:31Z", "17: expected : and seconds"),
    ("2026-11-21 03:31:60", "18: second 60 is out of range; expected 0-59"),
    ("2026-11-21 03:31:35Z", "20: expected the end; a zone has no place here"),
    ("2026-11-21 03:31:35.", "21: expected 1 to 3 decimals"),
    ("2026-11-21 03:31:35.1234", "21: expected 1 to 3 decimals"),
    ("2026-11-21 03:31:35.123+01:00", "24: expected the end; a zone has no place here"),
    ("２026-11-21", "1: expected the year in 4 digits"),
  ])
  func refusalsNameColumnAndReason(text: String, message: String) throws {
    let error = try #require(throws: CivilTimeError.self) { try CivilTime(parsing: text) }
    #expect("\(error.column): \(error.reason)" == message)
  }

  @Test func everyDayOfFourCenturiesFollowsTheOneBefore() throws {
    var time = CivilTime(millisecondsSinceEpochAsUTC: -5_000_000_000_000)
    for day in 1..<146_097 as Range<Int64> {
      let next = CivilTime(millisecondsSinceEpochAsUTC: -5_000_000_000_000 + day * 86_400_000)
      let follows =
        next.day == time.day + 1 && next.month == time.month && next.year == time.year
        || next.day == 1 && time.day >= 28
          && (next.month == time.month + 1 && next.year == time.year
            || next.month == 1 && time.month == 12 && next.year == time.year + 1)
      try #require(follows, "after \(time)")
      time = next
    }
  }

  @Test func randomTimesSurviveTheRoundTrip() {
    var generator = Xoshiro(seed: 1_582)
    for _ in 0..<20_000 {
      let milliseconds = Int64.random(in: .min...(.max), using: &generator)
      let time = CivilTime(millisecondsSinceEpochAsUTC: milliseconds >> 8)
      #expect(time.millisecondsSinceEpochAsUTC == milliseconds >> 8)
    }
  }

  @Test func onlyRealDatesAreMade() {
    #expect(CivilTime(year: 2024, month: 2, day: 29) != nil)
    #expect(CivilTime(year: 2023, month: 2, day: 29) == nil)
    #expect(CivilTime(year: 2023, month: 13, day: 1) == nil)
    #expect(CivilTime(year: 2023, month: 1, day: 1, hour: 24) == nil)
    #expect(CivilTime(year: 10_000, month: 1, day: 1) == nil)
  }
}
