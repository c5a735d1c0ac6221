import JobCore
import Testing

@Suite struct TimeSpanTests {
  @Test(arguments: [
    ("90", 90_000, "1m30s"), ("90s", 90_000, "1m30s"), ("5m", 300_000, "5m"),
    ("2h30m", 9_000_000, "2h30m"), ("1d12h", 129_600_000, "1d12h"), ("250ms", 250, "250ms"),
    ("1w", 604_800_000, "7d"), ("0", 0, "0s"), ("0s", 0, "0s"), ("007s", 7_000, "7s"),
    ("1w1d1h1m1s1ms", 694_861_001, "8d1h1m1s1ms"), ("1m1ms", 60_001, "1m1ms"),
    ("PT5M30S", 330_000, "5m30s"), ("P1DT2H", 93_600_000, "1d2h"), ("P2W", 1_209_600_000, "14d"),
    ("PT36H", 129_600_000, "1d12h"), ("P1D", 86_400_000, "1d"), ("PT0S", 0, "0s"),
    ("9223372036854775807ms", Int64.max, "106751991167d7h12m55s807ms"),
  ])
  func lengthsAreReadAndWrittenCanonically(text: String, milliseconds: Int64, canonical: String)
    throws
  {
    let span = try TimeSpan(parsing: text)
    #expect(span.milliseconds == milliseconds)
    #expect(span.description == canonical)
    #expect(try TimeSpan(parsing: canonical) == span)
  }

  @Test(arguments: [
    ("", "1: a length of time is missing; expected one like 90s, 2h30m or PT5M"),
    ("-5s", "1: a length of time cannot be negative"),
    ("5x", "2: unknown unit; expected w, d, h, m, s or ms"),
    ("5S", "2: unknown unit; expected w, d, h, m, s or ms"),
    ("s", "1: expected a number"), ("5m s", "3: expected a number"),
    (" 5m", "1: expected a number"),
    ("5 m", "2: unknown unit; expected w, d, h, m, s or ms"),
    ("1h30", "5: a unit is missing; expected w, d, h, m, s or ms"),
    ("1.5s", "2: only whole numbers; write 1500ms for one and a half seconds"),
    ("30m2h", "4: units go from large to small, each at most once"),
    ("5m5m", "3: units go from large to small, each at most once"),
    ("9223372036854775808", "1: the number is too large"),
    ("9223372036854775807", "1: the length is too large"),
    ("106751991167d8h", "14: the length is too large"),
    ("P", "2: expected a number and a unit, as in PT5M or P1DT2H"),
    ("PT", "3: expected a number and a unit, as in PT5M or P1DT2H"),
    ("P1DT", "5: expected a number and a unit, as in PT5M or P1DT2H"),
    ("P1Y", "3: years and months have no fixed length; write days, or minutes after T"),
    ("P1M", "3: years and months have no fixed length; write days, or minutes after T"),
    ("P1H", "3: unknown unit; expected D or W, or T before hours, minutes and seconds"),
    ("P1W2D", "3: weeks stand alone, as in P2W"), ("P1D1W", "5: weeks stand alone, as in P2W"),
    ("PT1D", "4: unknown unit; expected H, M or S after T"),
    ("PT1.5S", "4: only whole numbers; write 1500ms for one and a half seconds"),
    ("PTT1S", "3: expected a number"), ("pt5m", "1: expected a number"),
    ("é", "1: expected a number"),
  ])
  func refusalsNameColumnAndReason(text: String, message: String) throws {
    let error = try #require(throws: TimeSpanError.self) { try TimeSpan(parsing: text) }
    #expect("\(error.column): \(error.reason)" == message)
  }

  @Test func randomLengthsSurviveTheRoundTrip() throws {
    var generator = Xoshiro(seed: 8_601)
    for _ in 0..<5_000 {
      let shift = Int.random(in: 0..<63, using: &generator)
      let span = TimeSpan(milliseconds: .random(in: 0...(.max >> shift), using: &generator))
      #expect(try TimeSpan(parsing: span.description) == span)
    }
  }

  @Test func negativeDifferencesAreWrittenWithAMinus() {
    #expect(TimeSpan(milliseconds: -90_000).description == "-1m30s")
    #expect(!TimeSpan(milliseconds: .min).description.isEmpty)
  }

  @Test func secondsStopAtTheEnds() {
    #expect(TimeSpan.seconds(90).milliseconds == 90_000)
    #expect(TimeSpan.seconds(UInt64.max).milliseconds == .max)
    #expect(TimeSpan.seconds(Int64.min).milliseconds == .min)
    #expect(TimeSpan.zero < .seconds(1))
  }
}
