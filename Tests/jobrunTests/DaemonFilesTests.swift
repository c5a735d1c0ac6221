// Files of documents that are given to the daemon, and the history of every way into the spool.

import Testing

@Suite struct DaemonFilesTests {
  private static let document = #"{"command": ["true"]}"#

  @Test func aFileThatIsNotThereStopsNothing() async throws {
    try await JobrunFixture.with { fixture in
      let file = try fixture.write(DaemonFilesTests.document, to: "job.json")
      let result = try await fixture.jobrun("daemon", "--until-idle=0s", "/no/such.json", file)
      #expect(result.code == 66)
      #expect(result.err.contains("/no/such.json"))
      #expect(result.out.contains(" succeeded "))
    }
  }

  @Test func everyWayInIsInTheHistory() async throws {
    try await JobrunFixture.with { fixture in
      try fixture.write(DaemonFilesTests.document, to: "spool/new/drop.json")
      let file = try fixture.write(DaemonFilesTests.document, to: "job.json")
      try await fixture.jobrun("submit", "--", "true")
      try await fixture.jobrun("daemon", "--until-idle=0s", file)
      let lines = fixture.names("events").flatMap { fixture.lines("spool/events/\($0)") }
      #expect(lines.count { $0.contains(#""what":"submitted""#) } == 3)
      #expect(lines.count { $0.contains(#""what":"finished""#) } == 3)
    }
  }
}
