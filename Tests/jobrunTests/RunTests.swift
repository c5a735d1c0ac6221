// What a command finds when it runs, what it can tell, and what becomes of its end.

import Foundation
import Glibc
import Testing

@Suite struct RunTests {
  // MARK: What a command finds

  @Test func findsTheDocumentedEnvironmentAndNoOther() async throws {
    try await JobrunFixture.with { spool in
      let submit = [
        "submit", "--id", "seen", "--env", "GIVEN=1 2", "--env", "COPIED", "--env", "LANG=C",
        "--value", "word=a b", "--value", "not-a-variable=x", "--", "env", "-0",
      ]
      let done = try await spool.start(
        submit, environment: ["COPIED": "from here", "SECRET": "of the submitter"]
      ).finished()
      #expect(done.code == 0)
      let daemon = try spool.start(
        ["daemon", "--until-idle=0s"],
        environment: ["SECRET": "of the daemon", "LOGNAME": "tester", "SHELL": "/bin/sh"])
      _ = try await daemon.finished()
      let printed = try await spool.jobrun("logs", "seen").out
      var found: [String: String] = [:]
      for entry in printed.split(separator: "\0") {
        let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        found[String(parts[0])] = String(parts[1])
      }
      let run = "\(spool.spool)/runs/seen/1.1"
      let expected = [
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": spool.path("home"), "USER": "tester",
        "LOGNAME": "tester", "SHELL": "/bin/sh", "LANG": "C", "GIVEN": "1 2",
        "COPIED": "from here", "JOBRUN_JOB_ID": "seen", "JOBRUN_NUMBER": "1", "JOBRUN_RUN": "1",
        "JOBRUN_ATTEMPT": "1", "JOBRUN_SPOOL": spool.spool, "JOBRUN_RUN_DIR": run,
        "JOBRUN_VALUES_FILE": "\(run)/values.json", "JOBRUN_OUTPUT_FILE": "\(run)/outputs",
        "JOBRUN_PROGRESS_FILE": "\(run)/progress", "JOBRUN_ARTIFACTS_DIR": "\(run)/artifacts",
        "JOBRUN_VALUE_word": "a b",
      ]
      let token = found.removeValue(forKey: "JOBRUN_RUN_TOKEN")
      #expect(token?.count == 32)
      let scheduled = found.removeValue(forKey: "JOBRUN_SCHEDULED_AT")
      let outcome = try await spool.status("seen").lastOutcome
      #expect(scheduled == outcome["scheduledAt"] as? String)
      #expect(found == expected)
    }
  }

  @Test func writesEveryKindOfValueToTheFileAndTheSimpleOnesToVariables() async throws {
    try await JobrunFixture.with { spool in
      let values = #"{"n":1.50,"b":true,"z":null,"s":"two\nlines","o":{"k":[1,2]},"ü":"x"}"#
      let line = "cat $JOBRUN_VALUES_FILE; echo; env | grep -a ^JOBRUN_VALUE_ | sort"
      let long = String(repeating: "y", count: 110 << 10)
      let document =
        "{\"id\":\"v\",\"command\":\"\(line)\",\"values\":\(values.dropLast()),\"long\":\"\(long)\"}}"
      #expect(try await spool.jobrun("submit", "-", input: document).code == 0)
      try await spool.work()
      let printed = try await spool.jobrun("logs", "v").out
      let lines = printed.split(separator: "\n").map(String.init)
      let file = try JobStatus(lines[0]).members
      #expect(file.keys.sorted() == ["b", "long", "n", "o", "s", "z", "ü"])
      #expect((file["long"] as? String)?.count == long.count)
      #expect(
        lines.dropFirst() == [
          "JOBRUN_VALUE_b=true", "JOBRUN_VALUE_n=1.50", "JOBRUN_VALUE_o={\"k\":[1,2]}",
          "JOBRUN_VALUE_s=two",
        ])
    }
  }

  @Test func readsItsTextFromStandardInput() async throws {
    try await JobrunFixture.with { spool in
      let text = "first\nünï\n" + String(repeating: "z", count: 200_000)
      let document = ["command": ["cat"], "id": "in", "stdin": text] as [String: Any]
      let json = try JSONSerialization.data(withJSONObject: document)
      let input = String(decoding: json, as: UTF8.self)
      #expect(try await spool.jobrun("submit", "-", input: input).code == 0)
      let none = try await spool.submit("--shell", "wc -c")
      try await spool.work()
      #expect(try await spool.jobrun("logs", "in").out == text)
      #expect(try await spool.jobrun("logs", none).out.contains("0"))
    }
  }

  @Test func standsAloneInItsProcessGroupWithoutForeignDescriptors() async throws {
    try await JobrunFixture.with { spool in
      let line =
        "ls /proc/self/fd | tr '\\n' ' '; grep -E '^Sig(Blk|Ign)' /proc/self/status; "
        + "ulimit -n; [ $$ = $(ps -o pgid= -p $$) ] && echo leader"
      let id = try await spool.submit("--shell", line)
      try await spool.work()
      let printed = try await spool.jobrun("logs", id).lines
      #expect(printed[0].hasPrefix("0 1 2 3 SigBlk"))
      #expect(printed[0].hasSuffix("0000000000000000"))
      // 32 and 33 belong to the C library, which lets nobody set them.
      let ignored = UInt64(printed[1].suffix(16), radix: 16) ?? 1
      #expect(ignored & ~0x1_8000_0000 == 0)
      #expect(printed.last == "leader")
    }
  }

  // MARK: Models

  private static let model = """
    {"command": ["printf", "%s|", "{{who}}", "--n={{count}}{{count}}", "{{ who }}", "{{opt}}"],
     "parameters": {"who": {"required": true}, "count": {"default": 2}, "opt": {}},
     "retryCount": 1, "environment": {"A": "model", "B": "model"}}
    """

  @Test func fillsTheParametersOfAModel() async throws {
    try await JobrunFixture.with { spool in
      try spool.write(RunTests.model, to: "spool/models/greet.json")
      let who = "a b\"; $(touch hacked) '{{count}}'"
      let first = try await spool.submit("--model", "greet", "--value", "who=\(who)")
      let alias = #"{"name":"greet","values":{"who":"x","count":[1]},"environment":{"B":"own"}}"#
      let second = try await spool.jobrun("submit", "-", input: alias)
      #expect(second.code == 0, "\(second.err)")
      try await spool.work()
      #expect(try await spool.jobrun("logs", first).out == "\(who)|--n=22|{{ who }}||")
      #expect(try await spool.jobrun("logs", second.lines[0]).out == "x|--n=[1][1]|{{ who }}||")
      let job = try #require(
        try await spool.status(second.lines[0]).members["job"] as? [String: Any])
      #expect(job["environment"] as? [String: String] == ["A": "model", "B": "own"])
      #expect(job["retryCount"] as? Int == 1)
      #expect(!FileManager.default.fileExists(atPath: spool.path("hacked")))
    }
  }

  @Test func isNotTouchedByALaterEditOfItsModel() async throws {
    try await JobrunFixture.with { spool in
      try spool.write(RunTests.model, to: "spool/models/greet.json")
      let id = try await spool.submit("-m", "greet", "-v", "who=me")
      try spool.write("{broken", to: "spool/models/greet.json")
      try await spool.work()
      #expect(try await spool.status(id).phase == "succeeded")
    }
  }

  @Test func explainsWhatIsWrongWithAModelOrItsValues() async throws {
    try await JobrunFixture.with { spool in
      try spool.write(RunTests.model, to: "spool/models/greet.json")
      try spool.write(
        #"{"command":"echo {{x}}","parameters":{"x":{}}}"#, to: "spool/models/sh.json")
      try spool.write(#"{"command":["{{x}}"]}"#, to: "spool/models/undeclared.json")
      try spool.write("{broken", to: "spool/models/broken.json")
      try spool.write(#"{"comand":["x"]}"#, to: "spool/models/misspelt.json")
      try spool.write(#"{"command":["x"],"id":"a"}"#, to: "spool/models/owned.json")
      try spool.write(
        #"{"command":["x"],"parameters":{"p":{"required":true,"default":1}}}"#,
        to: "spool/models/both.json")
      var text = ""
      for arguments in [
        ["greet"], ["greet", "-v", "who=a", "-v", "cuont=1"], ["great", "-v", "who=a"], ["sh"],
        ["undeclared"], ["broken"], ["misspelt"], ["owned"], ["both"], ["../models/greet"],
      ] {
        let done = try await spool.start(["submit", "--model"] + arguments).finished()
        #expect(done.code == 65)
        text += done.err.replacing(spool.spool, with: "SPOOL")
      }
      try expectGolden(text, "model-errors.txt")
    }
  }

  // MARK: What a command tells

  @Test func leavesOutputsAndProgress() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let line = """
        echo 'a=1' >> $JOBRUN_OUTPUT_FILE; echo 'b=x=y' >> $JOBRUN_OUTPUT_FILE
        echo 'a=ü 2' >> $JOBRUN_OUTPUT_FILE; echo 'no name' >> $JOBRUN_OUTPUT_FILE
        echo '10 begin' >> $JOBRUN_PROGRESS_FILE; echo '42 half way' >> $JOBRUN_PROGRESS_FILE
        echo kept > $JOBRUN_ARTIFACTS_DIR/result
        while [ ! -e go ]; do sleep 0.02; done; echo '99 end' >> $JOBRUN_PROGRESS_FILE
        """
      let id = try await spool.submit("--shell", line)
      try await eventually { try await spool.status(id).number("percentCompleted") == 42 }
      #expect(try await spool.status(id).message == "half way")
      #expect(try await spool.jobrun("status", id).out.contains("running 42%"))
      try spool.write("", to: "go")
      let ended = try await spool.status(id, reaches: "succeeded")
      #expect(ended.outputs == ["a": "ü 2", "b": "x=y"])
      #expect(ended.number("percentCompleted") == 99)
      try await eventually { spool.names("runs/\(id)/1.1") == ["artifacts"] }
      #expect(spool.read("spool/runs/\(id)/1.1/artifacts/result") == "kept\n")
      try await daemon.end()
    }
  }

  @Test func keepsOnlyTheOutputsOfTheDecidingAttempt() async throws {
    try await JobrunFixture.with { spool in
      let line = "echo n$JOBRUN_ATTEMPT=1 >> $JOBRUN_OUTPUT_FILE; [ $JOBRUN_ATTEMPT = 2 ]"
      let id = try await spool.submit("--retry", "1", "--retry-delay", "0", "--shell", line)
      try await spool.work()
      #expect(try await spool.status(id).outputs == ["n2": "1"])
    }
  }

  @Test func mayReportMoreThanIsKept() async throws {
    try await JobrunFixture.with { spool in
      let line =
        "yes k=v | head -c 20000000 > $JOBRUN_OUTPUT_FILE; "
        + "yes '42 text' | head -n 2000000 > $JOBRUN_PROGRESS_FILE"
      let many = try await spool.submit("--shell", line)
      let odd = try await spool.submit(
        "--shell",
        "mkfifo $JOBRUN_OUTPUT_FILE; mkdir $JOBRUN_PROGRESS_FILE; rmdir $JOBRUN_ARTIFACTS_DIR")
      try await spool.work()
      let status = try await spool.status(many)
      #expect(status.outputs == ["k": "v"])
      #expect(status.number("percentCompleted") == 42)
      #expect(status.message == "text")
      #expect(try await spool.status(odd).phase == "succeeded")
    }
  }

  @Test func leavesNothingBehindWhenItWasSilent() async throws {
    try await JobrunFixture.with { spool in
      for _ in 0..<3 { _ = try await spool.submit("--", "true") }
      try await spool.work()
      #expect(spool.names("runs") == [])
      #expect(spool.names("tmp") == [])
      #expect(spool.names("jobs") == [])
      #expect(spool.names("done").count == 3)
    }
  }

  // MARK: Retries and limits

  @Test func isTriedAgainAfterLongerAndLongerWaits() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--retry", "3", "--retry-delay", "200ms", "--retry-backoff", "2", "--retry-max-delay",
        "300ms", "--shell", "[ $JOBRUN_ATTEMPT = 4 ]")
      let never = try await spool.submit(
        "--retry", "2", "--retry-delay", "0", "--", "no-such-program")
      try await spool.work()
      let status = try await spool.status(id)
      #expect(status.phase == "succeeded")
      #expect(status.runs == 1)
      #expect(status.number("attempts") == 4)
      let times = try status.history.map { outcome in
        let text = try #require(outcome["startedAt"] as? String)
        return try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
      }
      let waits = zip(times.dropFirst(), times).map { $0.timeIntervalSince($1) }
      #expect(waits.count == 3)
      for (wait, least) in zip(waits, [0.2, 0.3, 0.3]) { #expect(wait >= least && wait < 5) }
      let missing = try await spool.status(never)
      #expect(
        missing.history.map { $0["kind"] as? String } == Array(repeating: "notStarted", count: 3))
    }
  }

  @Test func isStoppedAtItsTimeLimitAndTriedAgain() async throws {
    try await JobrunFixture.with { spool in
      let stubborn = try await spool.submit(
        "--timeout", "100ms", "--kill-grace", "100ms", "--retry", "1", "--retry-delay", "0",
        "--shell", "trap '' TERM; while :; do sleep 0.05; done")
      try await spool.work()
      let status = try await spool.status(stubborn)
      #expect(status.history.map { $0["kind"] as? String } == ["timedOut", "timedOut"])
      #expect(status.reason == "stopped after 100ms")
      #expect(status.phase == "failed")
      #expect(commands(of: spool.spool) == [])
    }
  }

  @Test func hasFailedWhenItWasTooShort() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--min-time", "10s", "--", "true")
      let long = try await spool.submit("--min-time", "100ms", "--", "sleep", "0.2")
      try await spool.work()
      #expect(try await spool.status(id).phase == "failed")
      #expect(try await spool.jobrun("status", id).out.contains("exit 0, too short"))
      #expect(try await spool.jobrun("wait", id).code == 1)
      #expect(try await spool.status(long).phase == "succeeded")
    }
  }

  // MARK: Leftovers

  /// A command that ends at once and leaves a process of another session behind.
  private static let leaving =
    "setsid sh -c 'echo $$ > left; exec sleep 60' & "
    + "while [ ! -s left ]; do sleep 0.01; done"

  @Test func leavesWhatItLeftAloneAndCountsIt() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--shell", RunTests.leaving)
      try await spool.work()
      let status = try await spool.status(id)
      #expect(status.phase == "succeeded")
      #expect(status.lastOutcome["leftovers"] as? Int == 1)
      #expect(commands(of: spool.spool).map(String.init) == spool.lines("left"))
    }
  }

  @Test func killsWhatItLeftIfAsked() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--leftovers", "kill", "--shell", RunTests.leaving)
      try await spool.work()
      #expect(try await spool.status(id).phase == "succeeded")
      #expect(commands(of: spool.spool) == [])
    }
  }

  @Test func waitsForWhatItLeftIfAsked() async throws {
    try await JobrunFixture.with { spool in
      let line = "(setsid sh -c 'while [ ! -e go ]; do sleep 0.02; done; touch late') & exit 3"
      let id = try await spool.submit("--leftovers", "wait", "--shell", line)
      let daemon = try await spool.daemon()
      try await spool.status(id, reaches: "running")
      try spool.write("", to: "go")
      let ended = try await spool.status(id, reaches: "failed")
      #expect(ended.code == 3)
      #expect(FileManager.default.fileExists(atPath: spool.path("late")))
      try await daemon.end()
    }
  }

  // MARK: Schedules

  @Test func runsOnceAtTheFirstFiring() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--quartz", "* * * * * ?", "--run-once", "--retry", "1", "--retry-delay", "0", "--shell",
        "[ $JOBRUN_ATTEMPT = 2 ]")
      try await spool.work()
      let status = try await spool.status(id)
      #expect(status.phase == "succeeded")
      #expect(status.runs == 1)
      #expect(status.number("attempts") == 2)
    }
  }

  @Test func runsAtOnceAndThenByItsSchedule() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit(
        "--quartz", "0 0 0 1 1 ? 2090", "--run-immediately", "--", "true")
      try await eventually { try await spool.status(id).runs == 1 }
      let status = try await spool.status(id, reaches: "waiting")
      #expect(status.text("nextRun") == "2090-01-01T00:00:00.000Z")
      let once = try await spool.submit(
        "--quartz", "0 0 0 1 1 ? 2090", "--run-immediately", "--run-once", "--", "true")
      #expect(try await spool.status(once, reaches: "succeeded").runs == 1)
      try await daemon.end()
    }
  }

  @Test func firesEverySecondWithinItsWindow() async throws {
    try await JobrunFixture.with { spool in
      let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
      let start = Date.now.addingTimeInterval(1.2)
      let end = start.addingTimeInterval(2)
      let id = try await spool.submit(
        "--quartz", "* * * * * ?", "--start", start.formatted(format), "--end",
        end.formatted(format), "--", "true")
      #expect(try await spool.status(id).phase == "waiting")
      try await spool.work(within: "10s")
      let status = try await spool.status(id)
      #expect(status.phase == "succeeded")
      #expect(status.runs == 2)
      for outcome in status.history {
        let at = try Date(#require(outcome["scheduledAt"] as? String), strategy: format)
        #expect(at >= start.addingTimeInterval(-0.001) && at <= end)
        let begun = try Date(#require(outcome["startedAt"] as? String), strategy: format)
        #expect(begun >= at)
      }
    }
  }

  @Test func waitsForItsStart() async throws {
    try await JobrunFixture.with { spool in
      let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
      let start = Date.now.addingTimeInterval(0.7)
      let id = try await spool.submit("--start", start.formatted(format), "--", "true")
      try await spool.work(within: "10s")
      let outcome = try await spool.status(id).lastOutcome
      let begun = try Date(#require(outcome["startedAt"] as? String), strategy: format)
      #expect(begun.timeIntervalSince(start) >= -0.001)
    }
  }

  @Test func neverOverlapsItself() async throws {
    try await JobrunFixture.with { spool in
      let end = Date.now.addingTimeInterval(3)
      let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
      let id = try await spool.submit(
        "--quartz", "* * * * * ?", "--end", end.formatted(format), "--shell",
        "mkdir at || touch overlapped; sleep 1.5; rmdir at")
      try await spool.work(within: "10s")
      #expect(try await spool.status(id).phase == "succeeded")
      #expect(!FileManager.default.fileExists(atPath: spool.path("overlapped")))
    }
  }

  /// 7 is CLOCK_BOOTTIME, which nobody sets and which goes on through a suspend; 0 would be the
  /// wall clock (timerfd_create(2), proc_pid_fdinfo(5)).
  @Test func measuresTimeLimitsOnAClockThatNobodySets() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit("--timeout", "1h", "--", "sleep", "60")
      let command = try #require(try await spool.status(id, reaches: "running").number("pid"))
      let status = try String(contentsOfFile: "/proc/\(command)/status", encoding: .utf8)
      let supervisor = try #require(status.firstMatch(of: /PPid:\s+(\d+)/)).1
      let folder = "/proc/\(supervisor)/fdinfo"
      var clocks: [Substring] = []
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        guard let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8),
          let clock = text.firstMatch(of: /clockid: (\d+)/)
        else { continue }
        clocks.append(clock.1)
      }
      #expect(!clocks.isEmpty && clocks.allSatisfy { $0 == "7" }, "\(clocks)")
      try await daemon.end()
    }
  }
}
