import JobCore
import Testing

@Suite struct InstantTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (1_795_231_895_123, "2026-11-21T03:31:35.123Z"),
    (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
    (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
    (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
  ])
  func instantsAreWrittenWithMillisecondsInUTCAndReadBack(milliseconds: Int64, text: String) {
    let instant = Instant(milliseconds: milliseconds)
    #expect(instant.rfc3339 == text)
    #expect(Instant(rfc3339: text) == instant)
  }

  @Test func randomInstantsSurviveTheRoundTrip() {
    var generator = Xoshiro(seed: 3_339)
    for _ in 0..<20_000 {
      let instant = Instant(
        milliseconds: .random(in: -62_135_596_800_000...253_402_300_799_999, using: &generator))
      #expect(Instant(rfc3339: instant.rfc3339) == instant)
    }
  }

  @Test func instantsThatRFC3339CannotWriteShowTheNearestOne() {
    #expect(Instant(milliseconds: .max).rfc3339 == "9999-12-31T23:59:59.999Z")
    #expect(Instant(milliseconds: .min).rfc3339 == "0001-01-01T00:00:00.000Z")
  }

  @Test(arguments: [
    ("1970-01-01T01:00:00+01:00", 0), ("1970-01-01T00:00:00.5Z", 500),
    ("1970-01-01T00:00:00.123456789Z", 123), ("1969-12-31T19:00:00.25-05:00", 250),
    ("1970-01-01t00:00:01z", 1_000), ("1970-01-01T00:00:00-00:00", 0),
    ("1970-01-01T23:59:00+23:59", 0), ("1970-01-01T00:00:00.999999999Z", 999),
  ])
  func offsetsAndDecimalsAreRead(text: String, milliseconds: Int64) {
    #expect(Instant(rfc3339: text)?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    "", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01 00:00:00Z", "1970-01-01T00:00Z",
    "1970-1-01T00:00:00Z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00.1234567890Z",
    "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "2016-12-31T23:59:60Z",
    "1970-02-29T00:00:00Z", "1970-13-01T00:00:00Z", "1970-00-01T00:00:00Z",
    "1970-01-00T00:00:00Z", "1970-01-01T00:00:00+24:00", "1970-01-01T00:00:00+01:60",
    "1970-01-01T00:00:00+0100", "1970-01-01T00:00:00+01", "1970-01-01T00:00:00ZZ",
    " 1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z ", "+1970-01-01T00:00:00Z",
    "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
    "１970-01-01T00:00:00Z", "1970-01-01T00:00:00,5Z",
  ])
  func whatIsNotStrictlyRFC3339IsRefused(text: String) {
    #expect(Instant(rfc3339: text) == nil)
  }

  @Test func sumsAndDifferencesStopAtTheEnds() {
    let late = Instant(milliseconds: .max)
    let early = Instant(milliseconds: .min)
    let hour = TimeSpan.seconds(3_600)
    #expect(late + hour == late)
    #expect(early - hour == early)
    #expect(late - early == TimeSpan(milliseconds: .max))
    #expect(early - late == TimeSpan(milliseconds: .min))
    #expect(early + TimeSpan(milliseconds: .min) == early)
    #expect(late - TimeSpan(milliseconds: .min) == late)
    #expect(Instant(milliseconds: 0) + hour == Instant(milliseconds: 3_600_000))
    #expect(early < late)
  }
}
