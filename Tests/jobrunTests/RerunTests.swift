// One run more, on request.

import Foundation
import Testing

@Suite struct RerunTests {
  @Test func runsAFinishedJobOnceMoreUnderItsId() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--retry", "1", "--retry-delay", "0", "--shell",
        "echo run $JOBRUN_RUN.$JOBRUN_ATTEMPT; [ -e mended ]")
      try await spool.work()
      #expect(try await spool.status(id).phase == "failed")
      try spool.write("", to: "mended")
      #expect(try await spool.jobrun("rerun", id).code == 0)
      #expect(try await spool.status(id).phase == "queued")
      try await spool.work()
      let status = try await spool.status(id)
      #expect(status.phase == "succeeded")
      #expect(status.runs == 2)
      #expect(status.history.map { $0["run"] as? Int } == [1, 1, 2])
      #expect(try await spool.jobrun("logs", id).out == "run 2.1\n")
      #expect(try await spool.jobrun("logs", id, "--run", "1").out == "run 1.2\n")
    }
  }

  @Test func hasFreshRetriesAndNoWindow() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--end", "2020-01-01", "--retry", "2", "--retry-delay", "0", "--", "false")
      #expect(try await spool.status(id).phase == "expired")
      for runs in 1...2 {
        #expect(try await spool.jobrun("rerun", id).code == 0)
        try await spool.work()
        let status = try await spool.status(id)
        #expect(status.phase == "failed")
        #expect(status.runs == runs)
        #expect(status.number("attempts") == 3)
      }
    }
  }

  @Test func runsAWaitingJobThatRecursAndLeavesItsSchedule() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--quartz", "0 0 0 1 1 ? 2090", "--", "true")
      #expect(try await spool.jobrun("rerun", id).code == 0)
      try await spool.work()
      let status = try await spool.status(id)
      #expect(status.phase == "waiting")
      #expect(status.runs == 1)
      #expect(status.text("nextRun") == "2090-01-01T00:00:00.000Z")
      // A schedule that was cancelled is not revived.
      try await spool.jobrun("cancel", id)
      #expect(try await spool.jobrun("rerun", id).code == 0)
      try await spool.work()
      #expect(try await spool.status(id).phase == "succeeded")
      #expect(try await spool.status(id).runs == 2)
    }
  }

  @Test func refusesWithTheReason() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.submit("--id", "running", "--", "sleep", "60")
      _ = try await spool.submit("--id", "backoff", "--retry", "1", "--retry-delay", "1h", "false")
      _ = try await spool.submit("--id", "forbidden", "--no-rerun", "--", "true")
      _ = try await spool.submit("--id", "too-late", "--rerun-until", "2020-01-01", "--", "true")
      let daemon = try await spool.daemon()
      try await spool.status("running", reaches: "running")
      try await spool.status("backoff", reaches: "backoff")
      try await spool.status("forbidden", reaches: "succeeded")
      try await spool.status("too-late", reaches: "succeeded")
      try await daemon.end()
      _ = try await spool.submit("--id", "queued", "--", "true")
      _ = try await spool.submit("--id", "held", "--hold", "--", "true")
      _ = try await spool.submit("--id", "waiting", "--start", "2090-01-01", "--", "true")
      let done = try await spool.jobrun(
        "rerun", "running", "backoff", "forbidden", "too-late", "queued", "held", "waiting")
      #expect(done.code == 69)
      #expect(
        done.err == """
          jobrun rerun: running: a run of it is under way: running
          jobrun rerun: backoff: a run of it is under way: backoff
          jobrun rerun: forbidden: its canReRun is false
          jobrun rerun: too-late: its maximumDateTimeToExecuteJob 2020-01-01T00:00:00.000Z is past
          jobrun rerun: queued: a run of it is under way: queued
          jobrun rerun: held: it is held: release it
          jobrun rerun: waiting: it has not run yet: it starts by itself

          """)
      #expect(try await spool.jobrun("rerun", "nobody").code == 66)
      #expect(try await spool.jobrun("rerun").code == 64)
    }
  }

  @Test func happensOnceWhenManyAskAtOnce() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--shell", "echo x >> ran")
      try await spool.work()
      let racing = try (0..<6).map { _ in try spool.start(["rerun", id]) }
      var codes: [Int32] = []
      for process in racing { codes.append(try await process.finished().code) }
      #expect(codes.sorted() == [0] + Array(repeating: 69, count: 5))
      try await spool.work()
      #expect(spool.lines("ran").count == 2)
    }
  }
}
