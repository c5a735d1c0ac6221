// The firings of expressions and jobs.

import Foundation
import Testing

@Suite struct NextTests {
  @Test func showsTheFiringsOfAnExpression() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun(
        "next", "0 30 2 ? * SUN", "-n", "3", "--tz", "Europe/Berlin", "--from", "2026-10-20")
      #expect(
        done.out == """
          2026-10-25 02:30:00 +02:00 CEST  repeatedFirst
          2026-11-01 02:30:00 +01:00 CET
          2026-11-08 02:30:00 +01:00 CET

          """)
      let json = try await spool.jobrun(
        "next", "0 0 12 * * ?", "--json", "-n", "1", "--from", "2026-01-01T12:00:00Z")
      #expect(json.out == "{\"fires\":[\"2026-01-02T12:00:00.000Z\"],\"jobrun\":1}\n")
      let never = try await spool.jobrun("next", "0 0 0 1 1 ? 2020")
      #expect(never.code == 0)
      #expect(never.err.contains("nothing fires after"))
    }
  }

  @Test func showsTheFiringsOfAJob() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--quartz", "0 0 0 1 1 ?", "--start", "2090-01-01", "--end", "2091-06-01", "--tz",
        "Asia/Tokyo", "--", "true")
      #expect(
        try await spool.jobrun("next", id, "--from", "2089-06-01").lines == [
          "2090-01-01 00:00:00 +09:00 JST", "2091-01-01 00:00:00 +09:00 JST",
          "2092-01-01 00:00:00 +09:00 JST  removed by endDate 2091-05-31T15:00:00.000Z, like all "
            + "after it",
        ])
      let single = try await spool.submit("--start", "2090-01-01 12:00:00", "--", "true")
      #expect(try await spool.jobrun("next", single).lines == ["2090-01-01 12:00:00 +00:00 UTC"])
      #expect(try await spool.jobrun("next", "nobody").code == 66)
    }
  }

  @Test func showsWhatTheRulesOfAJobDo() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--quartz", "0 0 2 * * ?", "--start", "2090-03-25", "--day", "SAT", "--day", "SUN",
        "--day", "1", "--blackout", "2090-03-25 12:00/2090-04-02", "--jitter", "1h", "--id",
        "weekend", "--tz", "Europe/Berlin", "--", "true")
      #expect(
        try await spool.jobrun("next", id, "--from", "2090-03-24", "-n", "2").lines == [
          "2090-03-24 02:00:00 +01:00 CET  removed by startDate 2090-03-24T23:00:00.000Z",
          "2090-03-25 02:00:00 +01:00 CET  begins 51m11s775ms later",
          "2090-03-26 03:00:00 +02:00 CEST  shifted  removed by blackout "
            + "2090-03-25T11:00:00.000Z/2090-04-01T22:00:00.000Z, like the 6 after it to "
            + "2090-04-01 02:00:00",
          "2090-04-02 02:00:00 +02:00 CEST  begins 51m11s775ms later",
        ])
    }
  }

  @Test func pointsAtTheColumnOfAnError() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun("next", "0 0 12 * * MON")
      #expect(done.code == 65)
      #expect(
        done.err == """
          jobrun next: this is not a quartz expression
          day-of-month, column 8: neither day field is ?, and a day cannot be asked for in both
            0 0 12 * * MON
                   ^
          put ? in one of them: 0 0 12 ? * MON

          """)
      #expect(try await spool.jobrun("next", "0 0 12 * * ?", "--tz", "Mars").code == 64)
      #expect(try await spool.jobrun("next", "0 0 12 * * ?", "-n", "0").code == 64)
      #expect(try await spool.jobrun("next").code == 64)
    }
  }

  @Test func takesADaylightSavingPolicyForAnExpressionOnly() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun(
        "next", "0 30 1 * * ?", "--dst-overlap", "both", "--dst-gap=skip", "-n", "2", "--tz",
        "America/New_York", "--from", "2026-11-01")
      #expect(
        done.lines == [
          "2026-11-01 01:30:00 -04:00 EDT  repeatedFirst",
          "2026-11-01 01:30:00 -05:00 EST  repeatedSecond",
        ])
      let bad = try await spool.jobrun("next", "0 30 1 * * ?", "--dst-gap", "skp")
      #expect(bad.code == 64)
      #expect(
        bad.err == "jobrun next: the option \"--dst-gap\" cannot be \"skp\": "
          + "it must be one of auto, run, skip; did you mean \"skip\"?\n")
      let id = try await spool.submit("--quartz", "0 0 0 1 1 ?", "--", "true")
      for (word, option) in [(id, "--dst-gap"), ("-", "--dst-overlap")] {
        let refused = try await spool.jobrun("next", word, option, "auto")
        #expect(refused.code == 64)
        #expect(
          refused.err == "jobrun next: \"\(word)\" is not an expression: "
            + "\(option) goes only with an expression\n")
      }
    }
  }

  @Test func answersEachLineOfAStream() async throws {
    try await JobrunFixture.with { spool in
      let input = """
        {"quartzDef":"0 0 12 * * ?","timeZone":"Europe/Istanbul","from":"2026-01-01T00:00:00Z","count":2}
        {"quartzDef":"0 0 25 * * ?"}
        {"quartzDef":"0 0 1 * * ?","timeZone":"Mars"}
        {"quartzDef":"0 0 1 * * ?","count":0}
        {"quartzDef":"0 0 1 * * ?","from":"soon"}
        {"quartzdef":"0 0 1 * * ?"}
        {not json}
        {"quartzDef":"0 0 0 1 1 ? 2020"}
        {"quartzDef":"0 30 2 * * ?","timeZone":"Europe/Berlin","from":"2026-03-29","count":1,"dst":{"gap":"skip"}}
        {"quartzDef":"0 30 2 * * ?","dst":{"gap":"skp"}}
        {"quartzDef":"0 30 2 * * ?","dst":{"overlap":2}}
        {"quartzDef":"0 30 2 * * ?","dst":{"lap":"both"}}
        {"quartzDef":"0 30 2 * * ?","dst":"skip"}
        """
      let done = try await spool.jobrun("next", "-", input: input)
      #expect(done.code == 65)
      try expectGolden(done.out, "next-stream.txt")
      let filled = try await spool.jobrun(
        "next", "-", "-n", "1", "--tz", "Asia/Tokyo", "--from", "2026-01-01",
        input: #"{"quartzDef":"0 0 12 * * ?"}"#)
      #expect(filled.out == "{\"fires\":[\"2026-01-01T03:00:00.000Z\"]}\n")
    }
  }
}
