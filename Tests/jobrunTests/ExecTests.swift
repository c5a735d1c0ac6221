// jobrun exec on the built binary: what passes through, what is recorded, and what ends it.

import Foundation
import Glibc
import Testing

@Suite struct ExecTests {
  private static let untilGo = "while [ ! -e go ]; do sleep 0.02; done"

  // MARK: What passes through

  @Test func passesInputOutputAndTheEnvironmentThrough() async throws {
    try await JobrunFixture.with { spool in
      let line = "cat; echo $COLOUR >&2; echo $JOBRUN_RUN; echo ${JOBRUN_FILE-none}; exit 3"
      let done = try await spool.jobrun(
        "exec", "--name", "all", "--", "sh", "-c", line, input: "in\n",
        environment: ["COLOUR": "blue", "JOBRUN_FILE": "outer"])
      #expect(done.code == 3 && done.out == "in\n1\nnone\n" && done.err == "blue\n")
      let status = try await spool.status("1")
      #expect(status.phase == "failed" && status.code == 3 && status.text("name") == "all")
      #expect(status.members["exec"] as? Bool == true)
      #expect(try await spool.jobrun("logs", "1").out == "in\n1\nnone\n")
      #expect(try await spool.jobrun("logs", "1", "--stderr").out == "blue\n")
      // Nothing of the caller's environment is in any record.
      let grep = try await spool.shell("grep -r blue spool | grep -v /stderr")
      #expect(grep.out == "")
      #expect(try await spool.jobrun("fsck").out == "")
      #expect(spool.names("jobs") == [])
    }
  }

  /// Typed here: within the macro the compiler takes too long for it on a busy machine.
  private static let codes: [([String], Int32)] = [
    (["--", "true"], 0), (["--", "sh", "-c", "kill -9 $$"], 137), (["no-such-program"], 127),
    (["/etc/passwd"], 126), (["--timeout", "50ms", "sleep", "60"], 124),
    (["--success-code", "4", "--shell", "exit 4"], 0), (["--min-time", "1h", "true"], 1),
    (["--quartz", "0 0 0 * * ?", "true"], 64), (["--queue", "q", "true"], 64), ([], 64),
    (["--timeout", "soon", "true"], 65),
  ]

  @Test(arguments: codes)
  func leavesWithACode(arguments: [String], code: Int32) async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.start(["exec"] + arguments).finished()
      #expect(done.code == code, "\(done.err)")
      #expect(spool.names("jobs") == [])
    }
  }

  @Test func aLargeOutputComesOutWhole() async throws {
    try await JobrunFixture.with { spool in
      let line = "seq 1 300000; seq 1 300000 >&2"
      let expected = try await spool.shell("seq 1 300000 | sha256sum").out
      for options in ["", "--max-output 4k"] {
        let sums = try await spool.shell(
          "{ $JOBRUN exec \(options) -- sh -c '\(line)' 2>&3 | sha256sum; } 3>err; sha256sum <err")
        #expect(sums.out == expected + expected, "\(options) \(sums.err)")
      }
    }
  }

  @Test func aReaderThatHasGoneStopsNothing() async throws {
    try await JobrunFixture.with { spool in
      let line = "seq 1 200000; touch ended"
      let head = try await spool.shell("$JOBRUN exec -- sh -c '\(line)' | head -n 1")
      #expect(head.out == "1\n")
      #expect(FileManager.default.fileExists(atPath: spool.path("ended")))
      #expect(try await spool.jobrun("logs", "1", "-n", "1").out == "200000\n")
    }
  }

  @Test func outputThatCannotBeWrittenIsToldAndNoSuccess() async throws {
    try await JobrunFixture.with { spool in
      func exec(_ command: String) async throws -> FinishedProcess {
        let line = "\(JobrunFixture.binary) exec --id x$$ -- \(command) > /dev/full"
        return try await spool.start(["-c", line], program: "/bin/sh").finished()
      }
      let done = try await exec("echo hi")
      #expect(done.code == 74)
      #expect(
        done.err.hasPrefix(
          "jobrun exec: write standard output: No space left on device; the log has all of it: "
            + "jobrun logs x"))
      let id = done.err.dropLast().split(separator: " ").last.map(String.init) ?? ""
      #expect(try await spool.jobrun("logs", id).out == "hi\n")
      #expect(try await exec("sh -c 'echo hi; exit 3'").code == 3)
    }
  }

  @Test func triesAgainHere() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun(
        "exec", "--retry", "2", "--retry-delay", "20ms", "--shell",
        "echo $JOBRUN_ATTEMPT; test $JOBRUN_ATTEMPT = 3")
      #expect(done.code == 0 && done.out == "1\n2\n3\n")
      #expect(done.err.hasPrefix("jobrun exec: attempt 1: exit 1; attempt 2 begins at "))
      #expect(try await spool.status("1").history.count == 3)
    }
  }

  @Test func anIdIsTakenOnce() async throws {
    try await JobrunFixture.with { spool in
      #expect(try await spool.jobrun("exec", "--id", "x", "--", "true").code == 0)
      let again = try await spool.jobrun("exec", "--id", "x", "--", "touch", "ran")
      #expect(again.code == 73)
      #expect(
        again.err == "jobrun exec: job x exists already; choose another id, or only a --name\n")
      #expect(!FileManager.default.fileExists(atPath: spool.path("ran")))
      let rerun = try await spool.jobrun("rerun", "x")
      #expect(rerun.code == 69)
      #expect(rerun.err.contains("it belongs to jobrun exec: run it there again"))
    }
  }

  // MARK: What ends it

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func aSignalGoesToTheCommandAndEndsTheRetries(signal: Int32) async throws {
    try await JobrunFixture.with { spool in
      let line = "trap 'exit 7' TERM INT HUP; touch begun; \(ExecTests.untilGo)"
      let exec = try spool.start(["exec", "--retry", "5", "--shell", line])
      try await eventually { FileManager.default.fileExists(atPath: spool.path("begun")) }
      exec.kill(signal)
      #expect(try await exec.finished().code == 7)
      #expect(try await spool.status("1").history.count == 1)
    }
  }

  @Test func aSignalEndsAWait() async throws {
    try await JobrunFixture.with { spool in
      let exec = try spool.start(["exec", "--retry", "1", "--retry-delay", "1h", "false"])
      try await eventually { exec.err.contains("attempt 2 begins at") }
      exec.kill(SIGTERM)
      #expect(try await exec.finished().code == 143)
      let status = try await spool.status("1")
      #expect(status.phase == "cancelled" && status.message == "SIGTERM was sent to jobrun exec")
    }
  }

  @Test func aCancelFromElsewhereReachesIt() async throws {
    try await JobrunFixture.with { spool in
      let running = try spool.start(["exec", "--retry", "1", "--name", "a", "sleep", "60"])
      try await eventually { try await spool.jobrun("status").out.contains("running") }
      #expect(try await spool.jobrun("cancel", "a", "--reason", "enough").code == 0)
      let first = try await running.finished()
      #expect(first.code == 1 && first.err == "jobrun exec: cancelled: enough\n")
      let waiting = try spool.start(
        ["exec", "--retry", "1", "--retry-delay", "1h", "--name", "b", "false"])
      try await eventually { waiting.err.contains("attempt 2 begins at") }
      #expect(try await spool.jobrun("hold", "b").code == 69)
      #expect(try await spool.jobrun("cancel", "b", "--reason", "enough").code == 0)
      let second = try await waiting.finished()
      #expect(second.code == 1 && second.err.hasSuffix("jobrun exec: cancelled: enough\n"))
    }
  }

  @Test(arguments: [false, true])
  func ofAKilledOneTheAttemptIsLost(withDaemon: Bool) async throws {
    try await JobrunFixture.with { spool in
      if withDaemon { _ = try await spool.daemon() }
      let exec = try spool.start(["exec", "--retry", "3", "--shell", ExecTests.untilGo])
      try await eventually { try await spool.jobrun("status").out.contains("running") }
      #expect(commands(of: spool.spool).count >= 1)
      try await exec.end(SIGKILL)
      let id = "1"
      let status = try await spool.status(id, reaches: "failed")
      #expect(status.message == "lost: exec ended" && status.kind == "lost")
      #expect(status.history.count == 1)
      try await eventually { commands(of: spool.spool).isEmpty }
      if !withDaemon { try await spool.work() }
      try await eventually { spool.names("jobs") == [] }
      #expect(try await spool.status(id).message == "lost: exec ended")
      #expect(try await spool.jobrun("fsck").out == "")
    }
  }

  @Test(arguments: [false, true])
  func aJobThatWaitedInAKilledOneHasFailed(withDaemon: Bool) async throws {
    try await JobrunFixture.with { spool in
      if withDaemon { _ = try await spool.daemon() }
      let exec = try spool.start(["exec", "--retry", "1", "--retry-delay", "1h", "false"])
      try await eventually { exec.err.contains("attempt 2 begins at") }
      let id = "1"
      #expect(try await spool.status(id).phase == "backoff")
      try await exec.end(SIGKILL)
      let status = try await spool.status(id, reaches: "failed")
      #expect(status.message == "lost: exec ended" && status.history.count == 1)
    }
  }

  /// The phase that a job is shown in whose exec was killed before one of its changes of the disk;
  /// nil if there is no such job.
  private func phase(killedBefore change: Int, in spool: JobrunFixture) async throws -> String? {
    let id = "n\(change)"
    _ = try await spool.jobrun(
      "exec", "--id", id, "--retry", "1", "--shell", "echo ran >> \(id)",
      environment: ["JOBRUN_FAULT": "kill:\(change)"])
    // Its command dies with it, and has a copy of its lock until then.
    var shown = try await spool.jobrun("status", id, "--json")
    try await eventually {
      shown = try await spool.jobrun("status", id, "--json")
      return try shown.code != 0 || JobStatus(shown.out).phase != "starting"
    }
    let count = spool.lines(id).count
    #expect(count <= 1)
    guard shown.code == 0 else { return nil }
    let phase = try JobStatus(shown.out).phase
    if phase == "succeeded" { #expect(count == 1) }
    return phase
  }

  @Test func anEndThatIsOnRecordCounts() async throws {
    try await JobrunFixture.with { spool in
      var phases: Set<String> = []
      for change in stride(from: 10, through: 90, by: 4) {
        let phase = try await phase(killedBefore: change, in: spool)
        phases.formUnion(phase.map { [$0] } ?? [])
      }
      #expect(phases == ["failed", "succeeded"])
      try await spool.work()
      #expect(spool.names("jobs") == [])
    }
  }

  // MARK: Beside a daemon

  @Test func aDaemonLeavesItAloneAndItTakesNoSlot() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon("--slots", "1")
      let exec = try spool.start(["exec", "--name", "mine", "--shell", ExecTests.untilGo])
      try await eventually { try await spool.jobrun("status").out.contains("running") }
      let other = try await spool.submit("--", "true")
      try await spool.status(other, reaches: "succeeded")
      try await daemon.end(SIGKILL)
      try await spool.work()
      #expect(try await spool.status("mine").phase == "running")
      try spool.write("", to: "go")
      #expect(try await exec.finished().code == 0)
      #expect(try await spool.status("1").phase == "succeeded")
    }
  }

  @Test func sharesALockWithJobs() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.daemon()
      let exec = try spool.start([
        "exec", "--name", "mine", "--lock", "db", "--shell", ExecTests.untilGo,
      ])
      try await eventually { try await spool.jobrun("status").out.contains("running") }
      let job = try await spool.submit("--lock", "db", "--shell", "rm go; \(ExecTests.untilGo)")
      try await eventually {
        try await spool.jobrun("why", job).out.contains("lock \"db\": run 1 of job 1 (mine) has it")
      }
      try spool.write("", to: "go")
      #expect(try await exec.finished().code == 0)
      try await spool.status(job, reaches: "running")
      let late = try await spool.jobrun("exec", "--lock", "db", "--lock-timeout", "50ms", "true")
      #expect(late.code == 75)
      #expect(late.err.contains("lock \"db\": run 1 of job 2 (rm) has it since "))
      #expect(late.err.hasSuffix("; given up after 50ms\n"))
      let status = try await spool.status("3")
      #expect(status.phase == "failed" && late.err == "jobrun exec: \(status.message)\n")
      #expect(try await spool.jobrun("why", "3").out.contains("it failed before its first attempt"))
      let waiting = try spool.start(["exec", "--lock", "db", "echo", "after"])
      try spool.write("", to: "go")
      #expect(try await waiting.finished().out == "after\n")
    }
  }
}
