// What a killed `jobrun exec` leaves where no daemon works: those who wait for it are told, and people
// can clear it up.

import Foundation
import Glibc
import Testing

@Suite struct LeftExecTests {
  private func exec(_ spool: JobrunFixture, _ line: String = "sleep 300") async throws
    -> RunningProcess
  {
    let exec = try spool.start(["exec", "--id", "k", "--shell", line])
    try await eventually { try await spool.jobrun("status", "k").out.contains("running") }
    return exec
  }

  @Test func whoeverWaitsForItIsToldOfItsEnd() async throws {
    try await JobrunFixture.with { spool in
      let exec = try await exec(spool, "echo begun; sleep 300")
      let wait = try spool.start(["wait", "k"])
      let logs = try spool.start(["logs", "-f", "k"])
      let lines = try spool.start(["status", "--watch", "k"])
      try await eventually { logs.out == "begun\n" && lines.out.contains("running") }
      // It waits by now, or will look before it does.
      try await exec.end(SIGKILL)
      let waited = try await wait.finished()
      #expect(waited.code == 1 && waited.err == "")
      #expect(try await logs.finished().code == 0)
      #expect(try await lines.finished().out.contains("failed  lost: exec ended"))
    }
  }

  @Test func nobodyIsToldToWaitForADaemonThatItDoesNotNeed() async throws {
    try await JobrunFixture.with { spool in
      _ = try await exec(spool)
      let wait = try await spool.jobrun("wait", "k", "--timeout", "200ms")
      #expect(wait.code == 124 && wait.err == "")
      let job = try await spool.submit("--", "true")
      let both = try await spool.jobrun("wait", "k", job, "--timeout", "200ms")
      #expect(both.err.contains("no daemon is running on this spool"))
    }
  }

  @Test func purgeRemovesIt() async throws {
    try await JobrunFixture.with { spool in
      let exec = try await exec(spool, "setsid sleep 300 & sleep 300")
      let early = try await spool.jobrun("purge", "k")
      #expect(early.code == 69 && early.err.contains("it has not ended, and is "))
      #expect(try await spool.status("k").phase == "running")
      try await exec.end(SIGKILL)
      try await spool.status("k", reaches: "failed")
      let purge = try await spool.jobrun("purge", "k")
      #expect(purge.code == 0 && purge.out == "k\n", "\(purge.err)")
      #expect(spool.names("jobs") == [] && spool.names("done") == [] && spool.names("runs") == [])
      #expect(commands(of: spool.spool).isEmpty)
    }
  }

  @Test func fsckRecordsItsEnd() async throws {
    try await JobrunFixture.with { spool in
      let exec = try await exec(spool)
      #expect(try await spool.jobrun("fsck").out == "")
      try await exec.end(SIGKILL)
      try await spool.status("k", reaches: "failed")
      let report = try await spool.jobrun("fsck")
      #expect(report.code == 1)
      #expect(report.out == "jobs/k.json: its jobrun exec is gone; --repair records its end\n")
      #expect(try await spool.jobrun("fsck", "--repair").code == 0)
      #expect(spool.names("jobs") == [] && spool.names("done") == ["k.json"])
      #expect(try await spool.status("k").message == "lost: exec ended")
    }
  }

  @Test func whatItHasWrittenOfItsEndCountsWithoutItsName() async throws {
    try await JobrunFixture.with { spool in
      let exec = try await exec(spool)
      try await exec.end(SIGKILL)
      let now = Date.now.formatted(.iso8601)
      try spool.write(
        #"{"job":"k","outcome":{"run":1,"attempt":1,"kind":"exited","code":3,"succeeded":false,"#
          + #""scheduledAt":"\#(now)","startedAt":"\#(now)","endedAt":"\#(now)"}}"#,
        to: "spool/runs/k/1.1/exit.new")
      // As people see it, and as it is recorded then.
      #expect(try await spool.status("k", reaches: "failed").code == 3)
      #expect(try await spool.jobrun("fsck", "--repair").code == 0)
      #expect(spool.names("done") == ["k.json"])
      #expect(try await spool.status("k").code == 3)
    }
  }
}
