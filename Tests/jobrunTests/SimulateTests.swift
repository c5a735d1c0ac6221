// simulate, as it is typed.

import Testing

@Suite struct SimulateTests {
  private static let documents = """
    [{"command":["true"],"name":"backup","quartzDef":"0 30 2 * * ?"},
     {"command":["true"],"name":"sync","quartzDef":"0 0/20 2-3 * * ?"},
     {"command":["true"],"name":"past","quartzDef":"0 0 0 1 1 ? 2020"}]
    """

  @Test func showsFiringsWaitsAndOverlaps() async throws {
    try await JobrunFixture.with { spool in
      let path = try spool.write(SimulateTests.documents, to: "jobs.json")
      let done = try await spool.jobrun(
        "simulate", path, "--from", "2026-10-25", "--to", "2026-10-25 04:00", "--tz",
        "Europe/Berlin", "--slots", "1", "-d", "backup=1h30m", "-d", "5m", "--fail-on",
        "never-fires,overlap,skip", environment: ["TZ": "Europe/Berlin"])
      try expectGolden(done.out, "simulate.txt")
      #expect(done.code == 1)
      #expect(
        done.err == """
          jobrun simulate: never-fires: 3 past
          jobrun simulate: overlap: 2 sync

          """)
      #expect(spool.names("jobs").isEmpty, "nothing is submitted")
    }
  }

  @Test func takesTheJobsOfTheSpool() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.submit("--quartz", "0 0 * * * ?", "--name", "a", "--", "true")
      _ = try await spool.submit("--hold", "--name", "b", "--", "true")
      let done = try await spool.jobrun(
        "simulate", "--from", "2090-01-01", "--to", "2090-01-01 02:00", "--json")
      #expect(done.err == "jobrun simulate: 2 b: left out: it is held\n")
      #expect(done.lines.count == 4)
      #expect(done.lines.first?.hasPrefix(#"{"at":"2090-01-01T00:00:00.000Z","id":"#) == true)
      #expect(done.lines.last?.contains(#""overlaps":0,"runs":3,"skips":0"#) == true)
    }
  }

  @Test func refusesWhatItCannotSimulate() async throws {
    try await JobrunFixture.with { spool in
      let path = try spool.write(
        #"{"command":["true"],"quartzDef":"0 0 25 * * ?"}"#, to: "bad.json")
      let bad = try await spool.jobrun("simulate", path)
      #expect(bad.code == 65 && bad.err.contains("hour, column 5"))
      #expect(try await spool.jobrun("simulate", "absent.json").code == 66)
      #expect(
        try await spool.jobrun("simulate", "--from", "2026-01-02", "--to", "2026-01-01").code == 64)
      #expect(try await spool.jobrun("simulate", "--fail-on", "overlap,fire").code == 64)
      #expect(try await spool.jobrun("simulate", "--duration", "x").code == 64)
    }
  }
}
