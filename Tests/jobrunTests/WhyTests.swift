// why, on the built binary.

import Foundation
import Testing

@Suite struct WhyTests {
  @Test func namesTheRunThatHasTheLock() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let first = try await spool.submit(
        "--name", "nightly", "--lock", "db", "--shell", "while [ ! -e go ]; do sleep 0.02; done")
      try await spool.status(first, reaches: "running")
      let second = try await spool.submit("--name", "dump", "--lock", "db", "--", "true")
      var text = ""
      try await eventually {
        text = try await spool.jobrun("why", "dump").out
        return text.contains("has it since")
      }
      #expect(text.hasPrefix("2 dump (queued): run 1 is due since "))
      #expect(text.contains(#"waits for lock "db": run 1 of job 1 (nightly) has it since "#))
      let json = try await spool.jobrun("why", second, "--json").out
      #expect(json.contains(#""kind":"lock""#) && json.contains(#""id":"\#(first)""#))
      try spool.write("", to: "go")
      try await spool.status(second, reaches: "succeeded")
      try await daemon.end()
    }
  }

  @Test func saysThatNobodyIsThere() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--", "true")
      let reason = "waits for a daemon: none is running on this spool"
      #expect(try await spool.jobrun("why", id).out.contains(reason))
      #expect(try await spool.jobrun("status", id, "--json").out.contains(reason))
    }
  }

  @Test func tellsOfEachJobAndNamesThoseThatAreNotThere() async throws {
    try await JobrunFixture.with { spool in
      let one = try await spool.submit("--", "true")
      let two = try await spool.submit("--hold", "--", "true")
      let result = try await spool.jobrun("why", one, "none", two)
      #expect(result.code == 66)
      #expect(result.out.contains("1 true (queued)") && result.out.contains("2 true (held)"))
      #expect(result.err.contains("none: there is no job"))
    }
  }

  @Test func saysForWhomALockIsKeptAndStatusSaysTheSame() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let wait = "while [ ! -e go ]; do sleep 0.02; done"
      let first = try await spool.submit("--name", "a", "--lock", "A", "--shell", wait)
      try await spool.status(first, reaches: "running")
      _ = try await spool.submit("--name", "ab", "--lock", "A", "--lock", "B", "--", "true")
      let last = try await spool.submit("--name", "b", "--lock", "B", "--", "true")
      let reason = #"and waits for lock "B", which is kept for job 2 (ab)"#
      try await eventually { try await spool.jobrun("why", "b").out.contains(reason) }
      #expect(try await spool.status(last).message.hasSuffix(reason))
      let json = try await spool.jobrun("why", "ab", "--json").out
      let sentence = try await spool.status("ab").message.replacing("\"", with: "\\\"")
      #expect(json.contains("\"why\":\"\(sentence)\""))
      try await spool.jobrun("cancel", "ab")
      try await spool.status(last, reaches: "succeeded")
      try spool.write("", to: "go")
      try await daemon.end()
    }
  }

  @Test func saysThatTheDaemonDrains() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon("--drain")
      let running = try await spool.submit("--shell", "while [ ! -e go ]; do sleep 0.02; done")
      try await spool.status(running, reaches: "running")
      daemon.kill(SIGTERM)
      try await eventually { daemon.err.contains("to wait for") }
      let id = try await spool.submit("--", "true")
      let reason = "waits for the daemon, which starts nothing for now: it was asked to stop at "
      #expect(try await spool.jobrun("why", id).out.contains(reason))
      #expect(try await spool.status(id).message.contains(reason))
      #expect(try await spool.jobrun("why", id, "--json").out.contains(#""notice":"it was asked"#))
      try spool.write("", to: "go")
      #expect(try await daemon.finished().code == 0)
    }
  }

  @Test func aRunWhoseSupervisorIsGoneIsNotCalledRunning() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit("--name", "dead", "--lock", "db", "--", "sleep", "60")
      try await spool.status(id, reaches: "running")
      daemon.kill(SIGKILL)
      _ = try await daemon.finished()
      for pid in supervisors(of: spool.spool) { kill(pid, SIGKILL) }
      let fact =
        "the supervisor of run 1, attempt 1 is gone; a daemon will record it as lost "
        + "(supervisor gone)"
      try await eventually { try await spool.status(id).message == fact }
      #expect(try await spool.jobrun("why", "dead").out.hasPrefix("1 dead (running): \(fact)\n"))
      #expect(try await spool.jobrun("wait", "--timeout", "500ms", id).err.contains(fact))
      let follower = try spool.start(["logs", "-f", id])
      try await eventually { follower.err.contains(fact) }
      // Nobody has its lock any more.
      let next = try await spool.submit("--lock", "db", "--", "true")
      #expect(try await !spool.jobrun("why", next).out.contains("db"))
      try await spool.work()
      #expect(try await spool.status(id).reason == "supervisor gone")
      #expect(try await follower.finished().code == 0)
    }
  }

  @Test func aNameOfAJobThatHasEndedIsGoodForReading() async throws {
    try await JobrunFixture.with { spool in
      for _ in 1...2 { _ = try await spool.submit("--name", "hk", "--", "echo", "done") }
      try await spool.work()
      #expect(try await spool.jobrun("why", "hk").out.hasPrefix("2 hk (succeeded): "))
      #expect(try await spool.jobrun("logs", "hk").out == "done\n")
      #expect(try await spool.status("hk").number("number") == 2)
      #expect(try await spool.jobrun("wait", "hk").code == 0)
      #expect(try await spool.jobrun("artifacts", "hk").code == 0)
      let rerun = try await spool.jobrun("rerun", "hk")
      #expect(rerun.code == 66)
      #expect(rerun.err.contains("; the newest one of that name, 2, has ended"))
    }
  }

  @Test func allItsTimesAreThoseOfOneZone() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--start", "2090-01-01T00:00:00Z", "--", "true")
      let text = try await spool.jobrun("why", "--tz", "Asia/Tokyo", id).out
      #expect(text.contains("its next run is at 2090-01-01 09:00:00, in "))
      let json = try await spool.jobrun("why", "--json", id).out
      #expect(json.contains("its next run is at 2090-01-01T00:00:00.000Z, in "))
    }
  }
}
