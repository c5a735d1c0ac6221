// Ending jobs and runs, with a daemon and without one.

import Foundation
import Glibc
import Testing

@Suite struct CancelTests {
  /// Starts a job that runs until it is stopped, its processes in several sessions.
  private func running(
    _ spool: JobrunFixture, _ options: String..., line: String = "sleep 60"
  ) async throws -> String {
    let tree = "setsid sh -c 'setsid sleep 60 & exec sleep 60' & touch begun; "
    let done = try await spool.start(["submit"] + options + ["--shell", tree + line]).finished()
    let id = try #require(done.lines.first)
    try await eventually { FileManager.default.fileExists(atPath: spool.path("begun")) }
    try await eventually { commands(of: spool.spool).count >= 4 }
    return id
  }

  @Test func endsAWaitingJobAtOnceWithoutADaemon() async throws {
    try await JobrunFixture.with { spool in
      let waiting = try await spool.submit("--start", "2090-01-01", "--", "true")
      let queued = try await spool.submit("--", "true")
      let held = try await spool.submit("--hold", "--", "true")
      for id in [waiting, queued, held] {
        let done = try await spool.jobrun("cancel", id, "--reason", "wrong", "--reason-id", "3")
        #expect(done.code == 0)
        #expect(done.out == "")
        let status = try await spool.status(id)
        #expect(status.phase == "cancelled")
        #expect(status.message == "wrong (reason 3)")
        #expect(status.decisions.contains("wrong (reason 3)"))
      }
      #expect(spool.names("jobs") == [])
      try await spool.work()
      #expect(try await spool.status(queued).runs == 0)
    }
  }

  @Test func endsTheWholeTreeOfARunningJob() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await running(spool, "--retry", "3")
      let begun = ContinuousClock.now
      #expect(try await spool.jobrun("cancel", id, "--reason", "enough").code == 0)
      let status = try await spool.status(id, reaches: "cancelled")
      // Every one of them has had its TERM; none had to be killed after the grace.
      #expect(ContinuousClock.now - begun < .seconds(8))
      #expect(status.kind == "cancelled")
      #expect(status.reason == "enough")
      #expect(status.number("attempts") == 1)
      #expect(commands(of: spool.spool) == [])
      try await daemon.end()
    }
  }

  @Test func endsARunningJobWhileNoDaemonIsThere() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await running(spool)
      try await daemon.end(SIGKILL)
      #expect(try await spool.jobrun("cancel", id, "--reason", "enough").code == 0)
      let status = try await spool.status(id, reaches: "cancelled")
      #expect(status.reason == "enough")
      #expect(commands(of: spool.spool) == [])
      #expect(try await spool.jobrun("cancel", id).code == 69)
      try await spool.work()
      #expect(try await spool.status(id).phase == "cancelled")
      #expect(try await spool.status(id).runs == 1)
    }
  }

  /// Before the supervisor watches for requests, while it begins to, and after that: the command
  /// asks for its own end.
  @Test(arguments: ["0", "0.02", "0.04", "0.05", "0.06", "0.1"], [false, true])
  func endsARunHoweverSoonItIsCancelled(seconds: String, isDirectoryRemoved: Bool) async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let removal = isDirectoryRemoved ? "rm -rf $JOBRUN_RUN_DIR; " : ""
      let id = try await spool.submit(
        "--shell",
        "\(removal)sleep \(seconds); \(JobrunFixture.binary) cancel $JOBRUN_JOB_ID --reason own; "
          + "exec sleep 60")
      #expect(try await spool.status(id, reaches: "cancelled").reason == "own")
      #expect(commands(of: spool.spool) == [])
      try await daemon.end()
    }
  }

  /// A request that came while nothing watched is there at the first look.
  @Test func endsARunThatWasCancelledBeforeItsSupervisorLooked() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit(
        "--shell",
        "kill -STOP $PPID; \(JobrunFixture.binary) cancel $JOBRUN_JOB_ID --reason own; "
          + "kill -CONT $PPID; exec sleep 60")
      #expect(try await spool.status(id, reaches: "cancelled").reason == "own")
      #expect(commands(of: spool.spool) == [])
      try await daemon.end()
    }
  }

  @Test func endsAnExecOfABlinkAgo() async throws {
    try await JobrunFixture.with { spool in
      let exec = try spool.start([
        "exec", "--", "/bin/sh", "-c",
        "\(JobrunFixture.binary) cancel $JOBRUN_JOB_ID --reason own; exec sleep 60",
      ])
      #expect(try await exec.finished().code != 0)
      let id = try #require(spool.names("done").first?.dropLast(5)).description
      #expect(try await spool.status(id).reason == "own")
    }
  }

  @Test func killsWhoeverIgnoresTERM() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await running(
        spool, "--kill-grace", "200ms", line: "trap '' TERM; while :; do sleep 0.05; done")
      let begun = ContinuousClock.now
      try await spool.jobrun("cancel", id)
      try await spool.status(id, reaches: "cancelled")
      #expect(ContinuousClock.now - begun >= .milliseconds(200))
      #expect(commands(of: spool.spool) == [])
      try await daemon.end()
    }
  }

  @Test func letsACommandCleanUpWithinItsGrace() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit(
        "--shell", "trap 'echo cleaned; exit 0' TERM; touch begun; while :; do sleep 0.02; done")
      try await eventually { FileManager.default.fileExists(atPath: spool.path("begun")) }
      try await spool.jobrun("cancel", id)
      #expect(try await spool.status(id, reaches: "cancelled").kind == "cancelled")
      #expect(try await spool.jobrun("logs", id).out == "cleaned\n")
      try await daemon.end()
    }
  }

  @Test func stopsOnlyTheRunIfAsked() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await running(
        spool, "--quartz", "0 0 0 1 1 ? 2090", "--run-immediately", "--retry", "2")
      #expect(try await spool.jobrun("cancel", "--run", id, "--reason", "skip it").code == 0)
      let status = try await spool.status(id, reaches: "waiting")
      #expect(status.kind == "cancelled")
      #expect(status.number("attempts") == 1)
      #expect(status.text("nextRun") == "2090-01-01T00:00:00.000Z")
      let none = try await spool.jobrun("cancel", "--run", id)
      #expect(none.code == 69)
      #expect(none.err == "jobrun cancel: \(id): no run of it is under way; leave --run out\n")
      #expect(try await spool.jobrun("cancel", id).code == 0)
      #expect(try await spool.status(id).phase == "cancelled")
      try await daemon.end()
    }
  }

  @Test func endsAJobThatWaitsForItsRetry() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit("--retry", "1", "--retry-delay", "1h", "--", "false")
      try await spool.status(id, reaches: "backoff")
      try await spool.jobrun("cancel", id)
      let status = try await spool.status(id)
      #expect(status.phase == "cancelled")
      #expect(status.code == 1)
      try await daemon.end()
    }
  }

  @Test func refusesWhatHasEndedAndDoesTheRest() async throws {
    try await JobrunFixture.with { spool in
      let ended = try await spool.submit("--id", "ended", "--", "true")
      let past = try await spool.submit("--id", "past", "--end", "2020-01-01", "--", "true")
      try await spool.work()
      let open = try await spool.submit("--id", "open", "--hold", "--", "true")
      let done = try await spool.jobrun("cancel", ended, "nobody", past, open)
      #expect(done.code == 69)
      #expect(
        done.err == """
          jobrun cancel: ended: it has already ended: succeeded
          jobrun cancel: nobody: there is no job "nobody" in \(spool.spool)
          jobrun cancel: past: it has already ended: expired

          """)
      #expect(try await spool.status(open).phase == "cancelled")
      #expect(try await spool.jobrun("cancel").code == 64)
      #expect(try await spool.jobrun("cancel", "1", "--reason-id", "x").code == 64)
    }
  }

  @Test func refusesAOneShotWhoseEndNobodyHasRecorded() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit("--shell", "while [ ! -e go ]; do sleep 0.02; done")
      try await spool.status(id, reaches: "running")
      try await daemon.end(SIGKILL)
      try spool.write("", to: "go")
      try await spool.status(id, reaches: "succeeded")
      let done = try await spool.jobrun("cancel", id)
      #expect(done.code == 69)
      #expect(done.err.contains("it has already ended: succeeded"))
    }
  }

  @Test func losesNothingWhenItIsCutOff() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await running(spool)
      for step in 1...40 {
        let done = try await spool.jobrun(
          "cancel", id, environment: ["JOBRUN_FAULT": "kill:\(step)"])
        if done.code == 0 || done.code == 69 { break }
        #expect(done.code == 137)
      }
      let status = try await spool.status(id, reaches: "cancelled")
      #expect(status.runs == 1)
      #expect(commands(of: spool.spool) == [])
      try await daemon.end()
    }
  }
}
