// Hooks where somebody dies, or is told to end, while they run: told again by the next, and by one at
// a time.

import Foundation
import Glibc
import Testing

@Suite struct HookRecoveryTests {
  /// Waits until there is a file `go`, but not for ever.
  private static let gate =
    "i=0; while [ ! -e go ] && [ $i -lt 1000 ]; do sleep 0.02; i=$((i+1)); done"
  private static let tell = "echo $JOBRUN_EVENT_ID >> told; \(gate)"

  /// Waits until so many hooks have begun.
  private func told(_ count: Int, _ spool: JobrunFixture) async throws {
    try await eventually("told \(count)") { spool.lines("told").count >= count }
  }

  @Test func aZoneThatIsGoneKeepsNobodyFromRecordingTheirEnd() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.shell(
        "mkdir -p zones/Europe; cp /usr/share/zoneinfo/Europe/Berlin zones/Europe")
      let zones = ["TZDIR": spool.path("zones")]
      let submitted = try await spool.jobrun(
        "submit", "--id", "j", "--tz", "Europe/Berlin", "--quartz", "0 0 0 1 1 ?",
        "--run-immediately", "--on-success", HookRecoveryTests.tell, "--", "true",
        environment: zones)
      #expect(submitted.code == 0, "\(submitted.err)")
      let first = try await spool.daemon(environment: zones)
      try await told(1, spool)
      try await first.end(SIGKILL)
      _ = try await spool.shell("rm -r zones/Europe")
      let second = try await spool.daemon(environment: zones)
      try await told(2, spool)
      #expect(spool.read("spool/jobs/j.json").contains("pendingHooks"))
      try spool.write("", to: "go")
      try await eventually { !spool.read("spool/jobs/j.json").contains("pendingHooks") }
      let lines = try await second.end().err.split(separator: "\n")
      #expect(lines.count < 10, "\(lines.prefix(10))")
    }
  }

  @Test func aDaemonLeavesToAnExecWhatThatIsTelling() async throws {
    try await JobrunFixture.with { spool in
      let exec = try spool.start([
        "exec", "--id", "a", "--on-failure", HookRecoveryTests.tell, "--", "false",
      ])
      try await told(1, spool)
      let daemon = try await spool.daemon()
      // Whatever it would tell it has begun to tell by then.
      let other = try await spool.submit("--on-success", "echo other >> other", "--", "true")
      try await eventually { spool.names("done") == ["\(other).json"] }
      try spool.write("", to: "go")
      #expect(try await exec.finished().code == 1)
      try await eventually { spool.names("jobs") == [] }
      #expect(spool.lines("told") == ["a:1"])
      try await daemon.end()
    }
  }

  @Test func aDaemonTellsWhatAKilledExecWasTelling() async throws {
    try await JobrunFixture.with { spool in
      let exec = try spool.start([
        "exec", "--id", "a", "--on-failure", HookRecoveryTests.tell, "--", "false",
      ])
      try await told(1, spool)
      let daemon = try await spool.daemon()
      try await exec.end(SIGKILL)
      try await told(2, spool)
      try spool.write("", to: "go")
      try await eventually { spool.names("done") == ["a.json"] }
      #expect(spool.lines("told") == ["a:1", "a:1"])
      try await eventually { !spool.names("runs/a").contains("owner") }
      try await daemon.end()
    }
  }

  @Test func aSignalEndsTheTellingAndTheNextExecGoesOn() async throws {
    try await JobrunFixture.with { spool in
      let first = try spool.start([
        "exec", "--id", "a", "--on-failure", HookRecoveryTests.tell, "--", "false",
      ])
      try await told(1, spool)
      let ended = try await first.end(SIGTERM)
      #expect(ended.code == 1)
      #expect(
        ended.err
          == "jobrun exec: SIGTERM: hooks of job a are still to be told; a daemon, or the next "
          + "jobrun exec, does that\n")
      #expect(spool.names("jobs") == ["a.json"])
      let purge = try await spool.jobrun("purge", "a")
      #expect(purge.code == 69)
      #expect(purge.err.contains("a daemon, or the next jobrun exec, tells them"))
      try spool.write("", to: "go")
      #expect(try await spool.jobrun("exec", "--", "true").code == 0)
      #expect(spool.lines("told") == ["a:1", "a:1"])
      #expect(spool.names("jobs") == [])
      #expect(try await spool.jobrun("purge", "a").out == "a\n")
    }
  }

  @Test func theNextExecEndsWhatAKilledOneHasLeftAndTellsIt() async throws {
    try await JobrunFixture.with { spool in
      let running = try spool.start([
        "exec", "--id", "a", "--on-failure", "echo $JOBRUN_EVENT_ID >> told", "--shell",
        "setsid sleep 300 & touch begun; sleep 300",
      ])
      try await eventually { FileManager.default.fileExists(atPath: spool.path("begun")) }
      let alive = try spool.start(["exec", "--id", "b", "--shell", HookRecoveryTests.gate])
      try await eventually { try await spool.jobrun("status", "b").out.contains("running") }
      try await running.end(SIGKILL)
      #expect(try await spool.jobrun("exec", "--id", "c", "--", "true").code == 0)
      #expect(spool.lines("told") == ["a:1"])
      #expect(spool.names("jobs") == ["b.json"])
      #expect(try await spool.status("a").message == "lost: exec ended")
      #expect(try await spool.jobrun("events").out.contains("lost: exec ended"))
      try spool.write("", to: "go")
      #expect(try await alive.finished().code == 0)
      #expect(commands(of: spool.spool).isEmpty)
    }
  }

  @Test func theNextExecTellsWhatADaemonHasBegunToTell() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let exec = try await spool.jobrun(
        "exec", "--id", "a", "--on-failure", HookRecoveryTests.tell, "--", "false")
      #expect(exec.code == 1)
      try await told(1, spool)
      try await daemon.end()
      try spool.write("", to: "go")
      #expect(try await spool.jobrun("exec", "--", "true").code == 0)
      #expect(spool.lines("told") == ["a:1", "a:1"] && spool.names("jobs") == [])
    }
  }

  @Test func haveTimeToEndWhenTheDaemonDoes() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit(
        "--on-success",
        "trap 'sleep 0.3; echo bye > bye; exit 0' TERM; \(HookRecoveryTests.tell)", "--", "true")
      try await told(1, spool)
      #expect(try await daemon.end().code == 0)
      #expect(spool.read("bye") == "bye\n")
      #expect(spool.names("jobs") == ["\(id).json"])
      let log = try await spool.jobrun("logs", "--hooks", id).out
      #expect(log.contains("onSuccess, run 1, attempt 1 of 4: stopped, to be run again"))
      try spool.write("", to: "go")
      try await spool.work()
      #expect(spool.lines("told").count == 2 && spool.names("jobs") == [])
    }
  }
}
