// What daemons and supervisors that are killed leave, and what the next daemon makes of it.

import Foundation
import Glibc
import Testing

@Suite struct RestartTests {
  /// A shell line that leaves a mark when it begins, and ends with a code when told to.
  private static func line(code: Int) -> String {
    "echo $JOBRUN_JOB_ID $JOBRUN_RUN.$JOBRUN_ATTEMPT >> begun; "
      + "while [ ! -e go ]; do sleep 0.02; done; exit \(code)"
  }

  /// Starts such a job under a daemon, and kills the daemon.
  private func orphan(
    _ spool: JobrunFixture, _ options: String..., code: Int = 0
  ) async throws -> String {
    let daemon = try await spool.daemon()
    let done = try await spool.start(
      ["submit"] + options + ["--shell", RestartTests.line(code: code)]
    ).finished()
    let id = try #require(done.lines.first)
    try await eventually { spool.lines("begun").count == 1 }
    try await daemon.end(SIGKILL)
    return id
  }

  // MARK: The daemon

  @Test func knowsAnEndThatCameWhileNoDaemonWasThere() async throws {
    try await JobrunFixture.with { spool in
      let id = try await orphan(spool, code: 7)
      try spool.write("", to: "go")
      let before = try await spool.status(id, reaches: "failed")
      #expect(before.code == 7)
      try await spool.work()
      let after = try await spool.status(id)
      #expect(after.phase == "failed")
      #expect(after.code == 7)
      #expect(after.lastOutcome["endedAt"] as? String == before.lastOutcome["endedAt"] as? String)
      #expect(after.runs == 1)
      #expect(spool.lines("begun") == ["\(id) 1.1"])
    }
  }

  @Test func isFoundAgainByTheNextDaemon() async throws {
    try await JobrunFixture.with { spool in
      let id = try await orphan(spool, code: 3)
      let daemon = try await spool.daemon()
      #expect(try await spool.status(id).phase == "running")
      #expect(daemon.err.contains("run 1, attempt 1 is still running"))
      try spool.write("", to: "go")
      #expect(try await spool.status(id, reaches: "failed").code == 3)
      #expect(spool.lines("begun").count == 1)
      try await daemon.end()
    }
  }

  @Test func goesOnWithRetriesAfterTheDaemonIsBack() async throws {
    try await JobrunFixture.with { spool in
      let id = try await orphan(spool, "--retry", "1", "--retry-delay", "0", code: 5)
      try spool.write("", to: "go")
      try await spool.work()
      let status = try await spool.status(id)
      #expect(status.history.map { $0["code"] as? Int } == [5, 5])
      #expect(spool.lines("begun") == ["\(id) 1.1", "\(id) 1.2"])
    }
  }

  @Test func keepsTimeLimitsWhileNoDaemonIsThere() async throws {
    try await JobrunFixture.with { spool in
      let id = try await orphan(spool, "--timeout", "4s")
      #expect(try await spool.status(id, reaches: "failed").kind == "timedOut")
      #expect(commands(of: spool.spool) == [])
    }
  }

  @Test func makesUpForFiringsThatWereMissed() async throws {
    try await JobrunFixture.with { spool in
      let start = Date.now.addingTimeInterval(0.3)
        .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
      let id = try await spool.submit("--start", start, "--", "true")
      let from = Date.now
      try await eventually { Date.now > from.addingTimeInterval(0.4) }
      try await spool.work()
      #expect(try await spool.status(id).phase == "succeeded")
    }
  }

  // MARK: The supervisor

  @Test func callsARunLostWhoseSupervisorWasKilled() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit(
        "--retry", "1", "--retry-delay", "0", "--shell",
        "echo $JOBRUN_ATTEMPT >> begun; [ $JOBRUN_ATTEMPT = 2 ] && exit 0; "
          + "setsid sleep 60 & sleep 60")
      try await eventually { commands(of: spool.spool).count == 3 }
      for pid in supervisors(of: spool.spool) { _ = kill(pid, SIGKILL) }
      let status = try await spool.status(id, reaches: "succeeded")
      #expect(status.history.map { $0["kind"] as? String } == ["lost", "exited"])
      #expect(status.history[0]["reason"] as? String == "supervisor gone")
      #expect(spool.lines("begun") == ["1", "2"])
      // Its command is dead, and so is what had left for a session of its own.
      try await eventually { commands(of: spool.spool) == [] }
      try await daemon.end()
    }
  }

  @Test func doesNotRepeatALostRunWithoutRetries() async throws {
    try await JobrunFixture.with { spool in
      let id = try await orphan(spool)
      for pid in supervisors(of: spool.spool) { _ = kill(pid, SIGKILL) }
      try await eventually { commands(of: spool.spool) == [] }
      try spool.write("", to: "go")
      try await spool.work()
      let status = try await spool.status(id)
      #expect(status.phase == "failed")
      #expect(status.kind == "lost")
      #expect(status.code == nil)
      #expect(spool.lines("begun").count == 1)
      #expect(try await spool.jobrun("wait", id).code == 1)
    }
  }

  @Test func startsAgainWhatASupervisorNeverBegan() async throws {
    try await JobrunFixture.with { spool in
      // The supervisor dies before each of its first changes of the disk, and again.
      let daemon = try await spool.daemon(environment: ["JOBRUN_SUPERVISOR_FAULT": "kill:1"])
      let id = try await spool.submit("--shell", "echo x >> begun")
      try await eventually { daemon.err.contains("launch 2: no supervisor had taken hold") }
      try await daemon.end(SIGKILL)
      #expect(spool.lines("begun") == [])
      try await spool.work()
      #expect(try await spool.status(id).phase == "succeeded")
      #expect(try await spool.status(id).number("attempts") == 1)
      #expect(spool.lines("begun") == ["x"])
    }
  }

  @Test(arguments: 1...16)
  func runsACommandAtMostOnceWhereverItsSupervisorDies(step: Int) async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon(
        environment: ["JOBRUN_SUPERVISOR_FAULT": "kill:\(step)"])
      let id = try await spool.submit("--shell", "echo x >> begun")
      try await eventually {
        let phase = try await spool.status(id).phase
        return ["succeeded", "failed"].contains(phase) || daemon.err.contains("launch 2")
      }
      try await daemon.end(SIGKILL)
      try await spool.work()
      let status = try await spool.status(id)
      let ran = spool.lines("begun").count
      #expect(ran <= 1)
      // Where the state says that it ran, it did; where it is lost, that is what it says.
      if status.phase == "succeeded" { #expect(ran == 1) } else { #expect(status.kind == "lost") }
      // The sync of the record, and its name: what was written before counts.
      if step >= 15 { #expect(status.phase == "succeeded") }
      #expect(try await spool.status(id).runs == 1)
    }
  }

  @Test(arguments: 1...16)
  func losesNoStatusWhereverTheDiskIsFull(step: Int) async throws {
    try await JobrunFixture.with { spool in
      // That change of the supervisor fails once for want of room.
      let daemon = try await spool.daemon(environment: ["JOBRUN_SUPERVISOR_FAULT": "28:\(step)"])
      let id = try await spool.submit("--shell", "echo x >> begun; exit 3")
      try await eventually {
        try await spool.status(id).phase == "failed" || daemon.err.contains("launch 2")
      }
      try await daemon.end(SIGKILL)
      try await spool.work()
      let status = try await spool.status(id)
      #expect(status.phase == "failed")
      #expect(status.code == 3, "\(status.kind): \(status.reason)")
      #expect(spool.lines("begun") == ["x"])
    }
  }

  // MARK: Records

  @Test func knowsTheEndOfACommandThatRemovesItsRunDirectory() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--shell", "echo x >> begun; sleep 0.1; rm -rf $JOBRUN_RUN_DIR; exit 4")
      try await spool.work()
      let status = try await spool.status(id)
      #expect(status.code == 4)
      #expect(spool.lines("begun") == ["x"])
    }
  }

  @Test func keepsWhatItCannotReadAndGoesOn() async throws {
    try await JobrunFixture.with { spool in
      let id = try await orphan(spool)
      // The run ends, and its record is torn afterwards.
      try spool.write("", to: "go")
      try await spool.status(id, reaches: "succeeded")
      try spool.write("{\"outcome\":", to: "spool/runs/\(id)/1.1/exit.json")
      try spool.write("{\"format\":1", to: "spool/jobs/torn.json")
      try spool.write("no job", to: "spool/jobs/strange")
      let other = try await spool.submit("--", "true")
      try await spool.work()
      let status = try await spool.status(id)
      #expect(status.kind == "lost")
      #expect(status.reason.hasPrefix("record damaged"))
      #expect(try await spool.status(other).phase == "succeeded")
      let kept = spool.names("corrupt")
      for name in ["torn.json", "strange", "\(id)-1.1-exit.json"] {
        #expect(kept.contains(name))
        #expect(kept.contains("\(name).why"))
      }
      #expect(spool.read("spool/corrupt/torn.json") == "{\"format\":1")
      #expect(spool.names("jobs") == [])
    }
  }

  @Test func givesNoNumberTwiceWhenTheirFileIsLost() async throws {
    try await JobrunFixture.with { spool in
      for _ in 1...3 { _ = try await spool.submit("--hold", "--", "true") }
      #expect(unlink(spool.path("spool/numbers")) == 0)
      let daemon = try await spool.daemon()
      let id = try await spool.submit("--hold", "--", "true")
      #expect((try await spool.status(id).number("number") ?? 0) > 3)
      #expect(try await spool.status("2").number("number") == 2)
      try await daemon.end()
    }
  }
}
