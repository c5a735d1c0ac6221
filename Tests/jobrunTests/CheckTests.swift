// `jobrun check` on the built binary: lines, exit codes, and that it makes nothing.

import Foundation
import Testing

@Suite struct CheckTests {
  @Test func aSpoolThatIsNotThereIsUnknownAndStaysSo() async throws {
    try await JobrunFixture.with { spool in
      let check = try await spool.jobrun("check")
      #expect(check.code == 3)
      #expect(
        check.out == """
          JOBRUN UNKNOWN - \(spool.spool): there is no spool|'jobs'=0 'warning'=0 'critical'=0
          UNKNOWN: \(spool.spool): there is no spool

          """)
      #expect(!FileManager.default.fileExists(atPath: spool.spool))
    }
  }

  @Test func settingsThatNobodyUnderstandsAreToldBeforeADaemonStumblesOverThem() async throws {
    try await JobrunFixture.with { spool in
      try await spool.jobrun("submit", "--hold", "--", "true")
      try spool.write(#"{"queues": {"big": {"slots": 1,}}}"#, to: "spool/config.json")
      let check = try await spool.jobrun("check")
      #expect(check.code == 1)
      #expect(check.out.contains("\nWARNING: "), "\(check.out)")
      #expect(check.out.contains("config.json: "), "\(check.out)")
    }
  }

  @Test func tellsHowJobsFare() async throws {
    try await JobrunFixture.with { spool in
      try await spool.jobrun(
        "submit", "--id", "good", "--name", "good", "--expect",
        "every=25h,minBytes=3,maxDuration=1h", "--", "echo",
        "hi")
      try await spool.jobrun(
        "submit", "--id", "silent", "--expect", "minBytes=4", "--", "echo", "hi")
      try await spool.jobrun("submit", "--id", "other", "--", "false")
      let before = try await spool.jobrun("check")
      #expect(before.code == 2)
      #expect(
        before.lines.prefix(2) == [
          "JOBRUN CRITICAL - no daemon is running|'jobs'=3 'warning'=0 'critical'=1",
          "CRITICAL: no daemon is running",
        ])
      try await spool.work()
      let outcome = try await spool.status("silent").lastOutcome
      #expect(outcome["stdoutBytes"] as? Int == 3)
      #expect(try await spool.status("other").lastOutcome["stdoutBytes"] == nil)
      // What has ended and has no `expect` is nobody's concern, unless it is named.
      let after = try await spool.jobrun("check")
      #expect(after.code == 1)
      #expect(
        after.lines == [
          "JOBRUN WARNING - 1 of 2 jobs: echo wrote 3 bytes, expected 4"
            + "|'jobs'=2 'warning'=1 'critical'=0",
          "WARNING: echo (2) wrote 3 bytes, expected 4",
        ])
      #expect(try await spool.jobrun("check", "good").code == 0)
      #expect(
        try await spool.jobrun("check", "good").out
          == "JOBRUN OK - 1 job|'jobs'=1 'warning'=0 'critical'=0\n")
      #expect(try await spool.jobrun("check", "other").code == 2)
      #expect(try await spool.jobrun("check", "--name", "false").code == 2)
      // One a line, as from `status --ids`.
      let read = try await spool.jobrun("check", "-", input: "good\n silent\n")
      #expect(read.code == 1 && read.out.contains("1 of 2 jobs: echo wrote 3 bytes"))
      let none = try await spool.jobrun("check", "-", input: "")
      #expect(none.code == 0 && none.out.hasPrefix("JOBRUN OK - 0 jobs|"))
      let missing = try await spool.jobrun("check", "good", "nobody")
      #expect(missing.code == 3 && missing.out.contains("there is no job \"nobody\""))
      #expect(try await spool.jobrun("check", "--name", "nobody").code == 3)
      let json = try JobStatus(try await spool.jobrun("check", "silent", "--json").out)
      #expect(json.text("level") == "warning" && json.number("jobs") == 1)
    }
  }

  @Test func countsWhatIsWrittenBeyondItsLimit() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--max-output", "1024", "--expect", "minBytes=1", "--shell", "seq 10000")
      try await spool.work()
      #expect(try await spool.status(id).lastOutcome["stdoutBytes"] as? Int == 48894)
      #expect(try await spool.jobrun("check").code == 0)
    }
  }

  @Test func tellsOfADaemonThatIsGoneAndOfDamage() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      try await spool.jobrun("submit", "--id", "j", "--quartz", "0 0 0 1 1 ?", "--", "true")
      #expect(try await spool.jobrun("check").code == 0)
      try spool.write("no JSON", to: "spool/jobs/bad.json")
      try await eventually { spool.names("corrupt").contains("bad.json") }
      let damaged = try await spool.jobrun("check")
      #expect(damaged.code == 1)
      #expect(
        damaged.out.contains("WARNING: 1 file(s) were put into corrupt/ within a day\n"))
      #expect(try await spool.jobrun("check", "j").code == 0)
      try await daemon.end(SIGKILL)
      #expect(try await spool.jobrun("check", "j").code == 2)
    }
  }
}
