// Instants as people type them, seen from now.

import JobCore
import Testing

@Suite struct TypedInstantTests {
  /// Friday, 27 November 2026, 15:00:00.500 in Berlin.
  private static let friday = "2026-11-27T14:00:00.500Z"

  private func read(
    _ text: String, _ direction: TimeZoneRules.Direction, at now: String = friday,
    zone: String = "Europe/Berlin"
  ) throws -> String {
    let now = try #require(Instant(rfc3339: now))
    let rules = try ZoneFiles.rules(zone)
    do throws(CivilTimeError) {
      return try rules.instant(from: text, now: now, direction).rfc3339
    } catch {
      return "\(error.column): \(error.reason)"
    }
  }

  @Test(arguments: [
    ("2026-11-21", "2026-11-20T23:00:00.000Z"), ("2026-11-21 16:56", "2026-11-21T15:56:00.000Z"),
    ("2026-11-21T16:56:00+03:00", "2026-11-21T13:56:00.000Z"),
    ("2026-11-21T16:56+03:00", "2026-11-21T13:56:00.000Z"),
    ("2026-11-21T16:56Z", "2026-11-21T16:56:00.000Z"),
    ("now", "2026-11-27T14:00:00.500Z"), ("NOW", "2026-11-27T14:00:00.500Z"),
    ("+2h", "2026-11-27T16:00:00.500Z"), ("+1d12h", "2026-11-29T02:00:00.500Z"),
    ("+90", "2026-11-27T14:01:30.500Z"), ("+PT5M", "2026-11-27T14:05:00.500Z"),
    ("-2h", "2026-11-27T12:00:00.500Z"),
    ("16:00", "2026-11-27T15:00:00.000Z"), ("15:00", "2026-11-28T14:00:00.000Z"),
    ("15:00:00.500", "2026-11-27T14:00:00.500Z"), ("15:00:01", "2026-11-27T14:00:01.000Z"),
    ("today 14:30", "2026-11-27T13:30:00.000Z"), ("today", "2026-11-26T23:00:00.000Z"),
    ("tomorrow 03:00", "2026-11-28T02:00:00.000Z"), ("Tomorrow", "2026-11-27T23:00:00.000Z"),
    ("yesterday 03:00", "2026-11-26T02:00:00.000Z"),
    ("mon 08:00", "2026-11-30T07:00:00.000Z"), ("monday", "2026-11-29T23:00:00.000Z"),
    ("fri", "2026-12-03T23:00:00.000Z"), ("friday 15:01", "2026-11-27T14:01:00.000Z"),
    ("thu 23:59:59", "2026-12-03T22:59:59.000Z"),
  ])
  func aTimeAheadIsTheNextOne(text: String, expected: String) throws {
    #expect(try read(text, .ahead) == expected)
  }

  @Test(arguments: [
    ("2026-11-21", "2026-11-20T23:00:00.000Z"),
    ("2h", "2026-11-27T12:00:00.500Z"), ("-2h", "2026-11-27T12:00:00.500Z"),
    ("+2h", "2026-11-27T16:00:00.500Z"), ("90", "2026-11-27T13:58:30.500Z"),
    ("1200s", "2026-11-27T13:40:00.500Z"), ("2026", "2026-11-27T13:26:14.500Z"),
    ("PT5M", "2026-11-27T13:55:00.500Z"),
    ("16:00", "2026-11-26T15:00:00.000Z"), ("15:00", "2026-11-27T14:00:00.000Z"),
    ("yesterday", "2026-11-25T23:00:00.000Z"),
    ("mon 08:00", "2026-11-23T07:00:00.000Z"), ("fri", "2026-11-26T23:00:00.000Z"),
    ("friday 15:01", "2026-11-20T14:01:00.000Z"), ("sat", "2026-11-20T23:00:00.000Z"),
  ])
  func aTimeBackIsTheLastOne(text: String, expected: String) throws {
    #expect(try read(text, .back) == expected)
  }

  @Test func clocksThatAreChangedAreThoseOfTheZone() throws {
    // Not there on 29 March 2026: the first instant after the jump.
    let spring = "2026-03-28T12:00:00Z"
    #expect(try read("tomorrow 02:30", .ahead, at: spring) == "2026-03-29T01:00:00.000Z")
    #expect(try read("02:30", .ahead, at: spring) == "2026-03-29T01:00:00.000Z")
    #expect(try read("sun 02:30", .ahead, at: spring) == "2026-03-29T01:00:00.000Z")
    // Twice on 25 October 2026: the first.
    let autumn = "2026-10-24T12:00:00Z"
    #expect(try read("02:30", .ahead, at: autumn) == "2026-10-25T00:30:00.000Z")
    // Between the two, the first is past and the next is that of tomorrow.
    #expect(
      try read("02:30", .ahead, at: "2026-10-25T00:45:00Z") == "2026-10-26T01:30:00.000Z")
    #expect(try read("02:30", .back, at: "2026-10-25T00:45:00Z") == "2026-10-25T00:30:00.000Z")
    // A day is one of the calendar, not of 24 hours.
    #expect(try read("tomorrow", .ahead, at: "2026-03-29T08:00:00Z") == "2026-03-29T22:00:00.000Z")
    #expect(try read("+1d", .ahead, at: spring) == "2026-03-29T12:00:00.000Z")
    // Samoa had no 30 December 2011.
    #expect(
      try read("tomorrow 12:00", .ahead, at: "2011-12-29T20:00:00Z", zone: "Pacific/Apia")
        == "2011-12-30T10:00:00.000Z")
  }

  @Test(arguments: [
    ("", "1: a time is missing"),
    ("2h", "1: before or after now? write +2h or -2h"),
    ("tomorow", "1: there is no such day; did you mean \"tomorrow\"?"),
    ("noon", "1: there is no such day"),
    ("now+2h", "4: expected the end behind now; write +2h or -2h"),
    ("+2x", "3: unknown unit; expected w, d, h, m, s or ms"),
    ("+", "2: a length of time is missing; expected one like 90s, 2h30m or PT5M"),
    ("25:00", "1: hour 25 is out of range; expected 0-23"),
    ("8:00", "2: expected the hour in 2 digits"),
    ("mon 8:00", "6: expected the hour in 2 digits"),
    ("mon08:00", "4: expected a space and the time of day"),
    ("tomorrow ", "10: expected the hour in 2 digits"),
    ("2026-13-01", "6: month 13 is out of range; expected 1-12"),
    ("20261121", "1: before or after now? write +20261121 or -20261121"),
    ("é 14:30", "1: there is no such day"), (":30", "1: there is no such day"),
  ])
  func whatIsWrongIsSaidWithItsColumn(text: String, reason: String) throws {
    #expect(try read(text, .ahead) == reason)
  }

  @Test func nothingThatIsTypedBreaksTheReader() throws {
    var random = Xoshiro(seed: UInt64.random(in: 0 ... .max))
    let parts = [
      "now", "mon", "tomorrow", " ", "T", "+", "-", "2h", "14:30", ":05", "2026-11-21", "é", "P",
      "9",
    ]
    for _ in 0..<5000 {
      let count = Int.random(in: 0...5, using: &random)
      let text = (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
      for direction in [TimeZoneRules.Direction.ahead, .back] {
        let answer = try read(text, direction)
        let column = answer.prefix { $0 != ":" }
        if Instant(rfc3339: answer) != nil { continue }
        #expect(Int(column).map { 1...(text.count + 1) ~= $0 } == true, "\(text): \(answer)")
      }
    }
  }
}
