// Hooks on the built binary: what they are told, and what becomes of those that do not work.

import Foundation
import Glibc
import Testing

@Suite struct HookTests {
  /// Adds a line for each event to `told`.
  private static let tell = "echo $JOBRUN_EVENT $JOBRUN_NAME $JOBRUN_RUN.$JOBRUN_ATTEMPT >> told"

  /// Waits until there is a file `go`, but not for ever.
  private static let gate =
    "i=0; while [ ! -e go ] && [ $i -lt 1000 ]; do sleep 0.02; i=$((i+1)); done"

  @Test func areToldOfARunInOrder() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--name", "j", "--retry", "1", "--retry-delay", "0", "--on-start", HookTests.tell,
        "--on-retry", HookTests.tell, "--on-success", HookTests.tell, "--on-failure",
        HookTests.tell,
        "--on-success", "cat > event; echo said; echo complained >&2", "--shell",
        "echo out; [ $JOBRUN_ATTEMPT = 2 ]")
      try await spool.work()
      #expect(spool.lines("told") == ["onStart j 1.1", "onRetry j 1.1", "onSuccess j 1.2"])
      let event = try JobStatus(spool.read("event"))
      #expect(event.text("event") == "onSuccess" && event.text("id") == "\(id):3")
      #expect((event.members["job"] as? [String: Any])?["id"] as? String == id)
      #expect(event.text("stdout") == "\(spool.spool)/runs/\(id)/1.2/stdout")
      #expect(event.members["stderr"] == nil)
      let log = try await spool.jobrun("logs", "--hooks", id)
      #expect(log.out.contains("onSuccess, run 1, attempt 1 of 4: exit 0 (cat > event;"))
      #expect(log.out.hasSuffix("\nsaid\ncomplained\n"))
      #expect(try await spool.jobrun("logs", "--hooks", id, "-n", "1").out == "complained\n")
      #expect(try await spool.jobrun("logs", "--hooks", id, "--run", "1").code == 64)
      #expect(spool.names("jobs") == [] && spool.names("done").count == 1)
    }
  }

  @Test func areTriedAgainAndGivenUp() async throws {
    try await JobrunFixture.with { spool in
      let document = #"""
        {"id": "j", "command": "exit 3", "hooks": {"onFailure": [
        {"command": "echo x >> told; [ $(wc -l < told) = 2 ]", "retryDelay": "10ms"},
        {"command": "exit 7", "retryCount": 1, "retryDelay": "10ms"}]}}
        """#.replacing("\n", with: " ")
      #expect(try await spool.jobrun("submit", "-", input: document).code == 0)
      let daemon = try await spool.work()
      #expect(spool.lines("told") == ["x", "x"])
      #expect(daemon.err.contains("<4>jobrun: 1 exit: hook: onFailure given up: exit 7 (exit 7)\n"))
      let status = try await spool.status("j")
      #expect(status.decisions.last == "onFailure given up: exit 7 (exit 7)")
      #expect(status.phase == "failed" && status.members["pendingHooks"] == nil)
    }
  }

  @Test func doNotHoldUpAnybodyWhateverTheyDo() async throws {
    try await JobrunFixture.with { spool in
      let document = #"""
        {"id": "j", "command": "true", "hooks": {"onSuccess": [
        {"command": "trap '' TERM; sleep 100 & wait; sleep 100", "timeout": "500ms", "retryCount": 0},
        {"command": "yes | head -c 20000000; echo end"},
        {"command": ["/no/such/hook"], "retryCount": 0},
        {"command": "kill -9 $$", "retryCount": 0}]}}
        """#.replacing("\n", with: " ")
      let daemon = try await spool.daemon()
      #expect(try await spool.jobrun("submit", "-", input: document).code == 0)
      #expect(try await spool.jobrun("wait", "j").code == 0)
      try await eventually { spool.names("done") == ["j.json"] }
      #expect(
        try await spool.status("j").decisions.suffix(3) == [
          "onSuccess given up: timed out after 500ms (trap '' TERM; sleep 100 & wait; sleep 100)",
          "onSuccess given up: not started: /no/such/hook: No such file or directory "
            + "(/no/such/hook)",
          "onSuccess given up: signal 9 (kill -9 $$)",
        ])
      let log = spool.read("spool/runs/j/hooks.log")
      #expect(log.utf8.count <= 64 << 10)
      #expect(log.contains("bytes before this are left out)\n") && log.contains("y\nend\n"))
      try await daemon.end()
    }
  }

  @Test func areToldAgainWhenTheDaemonDiesMeanwhile() async throws {
    try await JobrunFixture.with { spool in
      let first = try await spool.daemon()
      let id = try await spool.submit(
        "--on-success", "echo $JOBRUN_EVENT_ID >> told; \(HookTests.gate)",
        "--", "true")
      try await eventually { spool.lines("told").count == 1 }
      try await first.end(SIGKILL)
      // Without a daemon it waits where the next one looks.
      #expect(try await spool.status(id).phase == "succeeded")
      #expect(spool.names("jobs") == ["\(id).json"])
      #expect(try await spool.jobrun("fsck").code == 0)
      let second = try await spool.daemon()
      try await eventually { spool.lines("told").count == 2 }
      try spool.write("", to: "go")
      try await eventually { spool.names("done") == ["\(id).json"] }
      #expect(spool.lines("told") == ["\(id):1", "\(id):1"])
      try await second.end()
    }
  }

  @Test func aHundredJobsAtOnceAreToldOnceEach() async throws {
    try await JobrunFixture.with { spool in
      // A directory each while it runs: so many at the same time as there are.
      let line =
        "mkdir run.$JOBRUN_NUMBER; ls -d run.* 2>/dev/null | wc -l >> width; "
        + "echo $JOBRUN_EVENT_ID >> told; sleep 0.05; rmdir run.$JOBRUN_NUMBER"
      let document = #"{"command": "true", "hooks": {"onSuccess": "\#(line)"}}"# + "\n"
      let input = String(repeating: document, count: 100)
      #expect(try await spool.jobrun("submit", "-", input: input).code == 0)
      try await spool.work()
      #expect(spool.lines("told").count == 100 && Set(spool.lines("told")).count == 100)
      let most = spool.lines("width").compactMap { Int($0) }.max() ?? 0
      #expect(most > 1 && most <= 8)
      #expect(spool.names("jobs") == [] && spool.names("done").count == 100)
    }
  }

  @Test func ofTheSpoolAreTakenUpWhileTheDaemonRuns() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let before = try await spool.submit("--", "true")
      try await spool.jobrun("wait", before)
      let file = try spool.write(
        #"{"hooks": {"onSuccess": "cd \#(spool.directory); \#(HookTests.tell)"}}"#, to: "new.json")
      _ = try await spool.shell("mv \(file) \(spool.spool)/config.json")
      try await eventually { daemon.err.contains("its settings are in force") }
      let id = try await spool.submit("--name", "a", "--on-success", HookTests.tell, "--", "true")
      try await spool.jobrun("wait", id)
      try await eventually { spool.names("jobs") == [] }
      #expect(spool.lines("told") == ["onSuccess a 1.1", "onSuccess a 1.1"])
      // What is not wanted any more is not told, and keeps no job.
      try spool.write("{}", to: "spool/config.json")
      try await eventually {
        daemon.err.components(separatedBy: "its settings are in force").count == 3
      }
      let after = try await spool.submit("--", "true")
      try await spool.jobrun("wait", after)
      try await eventually { spool.names("jobs") == [] }
      #expect(spool.lines("told").count == 2)
      try await daemon.end()
    }
  }

  @Test func aJobThatHasEndedIsSoForAllBesidesItsHooks() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit(
        "--name", "slow", "--on-success", "echo x >> told; \(HookTests.gate)",
        "--", "true")
      #expect(try await spool.jobrun("wait", id, "--timeout", "20s").code == 0)
      try await eventually { spool.lines("told").count == 1 }
      #expect(try await spool.status(id).phase == "succeeded")
      #expect(try await spool.jobrun("cancel", id).code == 69)
      let purge = try await spool.jobrun("purge", id)
      #expect(purge.code == 69 && purge.err.contains("its hooks have not been told yet"))
      #expect(try await spool.jobrun("purge", "--older-than", "0").out == "")
      #expect(try await spool.jobrun("fsck").code == 0)
      #expect(try await spool.jobrun("rerun", id).code == 0)
      try await spool.jobrun("wait", id)
      try spool.write("", to: "go")
      try await eventually { spool.names("done") == ["\(id).json"] }
      #expect(spool.lines("told") == ["x", "x"])
      #expect(try await spool.status(id).runs == 2)
      try await daemon.end()
    }
  }

  @Test func ofExecAreToldByItOrByTheDaemon() async throws {
    try await JobrunFixture.with { spool in
      let alone = try await spool.jobrun(
        "exec", "--id", "a", "--on-start", HookTests.tell, "--on-failure", HookTests.tell, "--",
        "false")
      #expect(alone.code == 1)
      #expect(spool.lines("told") == ["onStart false 1.1", "onFailure false 1.1"])
      #expect(spool.names("jobs") == [] && spool.names("done") == ["a.json"])
      #expect(try await spool.jobrun("check", "--name", "false").code == 2)
      let daemon = try await spool.daemon()
      let watched = try await spool.jobrun("exec", "--on-success", HookTests.tell, "--", "true")
      #expect(watched.code == 0)
      try await eventually { spool.names("jobs") == [] }
      #expect(spool.lines("told").dropFirst(2) == ["onSuccess true 1.1"])
      try await daemon.end()
    }
  }

  @Test func runWhereTheJobDoesOrWhereTheyCan() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.shell("mkdir gone")
      let id = try await spool.submit(
        "--cwd", "gone", "--on-success", "pwd > \(spool.directory)/place", "--", "rmdir",
        "\(spool.directory)/gone")
      try await spool.work()
      #expect(try await spool.status(id).phase == "succeeded")
      #expect(spool.read("place") == "/\n")
    }
  }

  @Test func areToldOfFiringsThatWereMissed() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--on-missed", "echo $JOBRUN_MESSAGE >> told", "--misfire-grace", "1s", "--quartz",
        "* * * * * ?", "--", "true")
      let due = try await spool.status(id).text("nextRun")
      let instant = try Date(due.prefix(19) + "Z", strategy: .iso8601)
      try await eventually { Date.now.timeIntervalSince(instant) > 2.5 }
      let daemon = try await spool.daemon()
      try await eventually { !spool.lines("told").isEmpty }
      #expect(spool.lines("told")[0].contains("nobody was there to start it"))
      try await spool.jobrun("cancel", id)
      try await daemon.end()
    }
  }

  @Test(arguments: [1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 34, 37, 40, 43, 46])
  func areToldAtLeastOnceWhereverTheDaemonDies(step: Int) async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--on-start", "echo start >> told", "--on-success", "echo end >> told", "--shell",
        "echo >> ran")
      _ = try await spool.start(
        ["daemon", "--until-idle=0s"], environment: ["JOBRUN_FAULT": "kill:\(step)"]
      ).finished()
      try await spool.work()
      #expect(try await spool.status(id).phase == "succeeded")
      #expect(Set(spool.lines("told")) == ["start", "end"], "step \(step)")
      #expect(spool.read("ran") == "\n", "step \(step)")
      #expect(spool.names("jobs") == [] && spool.names("done") == ["\(id).json"])
    }
  }
}
