// What the daemon does while all is well: one of it, starting, stopping, slots, order.

import Foundation
import Glibc
import Testing

@Suite struct DaemonTests {
  @Test func isAloneOnItsSpool() async throws {
    try await JobrunFixture.with { spool in
      let first = try await spool.daemon()
      let second = try await spool.jobrun("daemon")
      #expect(second.code == 75)
      #expect(
        second.err == "jobrun daemon: process \(first.pid) is the daemon of this spool already\n")
      // It waits a little for one that is leaving.
      let third = try spool.start(["daemon"])
      #expect(try await first.end().code == 0)
      try await eventually { third.err.contains("ready") }
      #expect(try await third.end().code == 0)
    }
  }

  @Test func submitsTheFilesItIsGiven() async throws {
    try await JobrunFixture.with { spool in
      try spool.write(#"{"id":"given","command":["echo","hi"]}"#, to: "jobs.json")
      let done = try await spool.jobrun("daemon", "--until-idle", "jobs.json")
      #expect(done.code == 0)
      #expect(try await spool.jobrun("logs", "given").out == "hi\n")
      // Started again with the same file, as a service would be: the job is there already.
      let again = try await spool.jobrun("daemon", "--until-idle", "jobs.json")
      #expect(again.code == 0)
      #expect(try await spool.status("given").runs == 1)
      try spool.write(#"{"command":["true"],"x":1}"#, to: "bad.json")
      let bad = try await spool.jobrun("daemon", "--until-idle", "bad.json")
      #expect(bad.code == 65)
      #expect(bad.err.contains("bad.json: line 1: x: there is no such key"))
    }
  }

  @Test func leavesRunningJobsToTheirSupervisors() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit("--shell", "while [ ! -e go ]; do sleep 0.02; done; exit 7")
      try await spool.status(id, reaches: "running")
      let done = try await daemon.end(SIGTERM)
      #expect(done.code == 0)
      #expect(done.err.contains("leaving; 1 run goes on under its supervisor"))
      #expect(try await spool.status(id).phase == "running")
      try spool.write("", to: "go")
      let ended = try await spool.status(id, reaches: "failed")
      #expect(ended.code == 7)
    }
  }

  @Test func whatComesDueWhileItDrainsKeepsItNeitherBusyNorThere() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon("--drain")
      let replaced = try await spool.submit(
        "--quartz", "* * * * * ?", "--overlap", "replace", "--run-immediately", "--shell",
        "echo x >> begun; while [ ! -e go ]; do sleep 0.02; done")
      _ = try await spool.submit("--start", "+2s", "--", "true")
      _ = try await spool.submit("--retry", "3", "--retry-delay", "1s", "--", "false")
      try await eventually { !spool.lines("begun").isEmpty }
      daemon.kill(SIGTERM)
      try await eventually { daemon.err.contains("asked to stop") }
      let ticks = { () -> Int in
        let text = (try? String(contentsOfFile: "/proc/\(daemon.pid)/stat", encoding: .utf8)) ?? ""
        let fields = (text.split(separator: ")").last ?? "").split(separator: " ")
        return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
      }
      // All that is to come has come due by then.
      let end = Date.now + 3
      let before = ticks()
      try await eventually { Date.now > end }
      #expect(ticks() - before < 60, "of 300")
      try spool.write("", to: "go")
      #expect(try await daemon.finished(within: 20).code == 0)
      #expect(try await spool.status(replaced).phase != "running")
    }
  }

  @Test func drainsWhenAskedTo() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon("--drain", "--slots", "1")
      let running = try await spool.submit(
        "--shell", "while [ ! -e go ]; do sleep 0.02; done")
      try await spool.status(running, reaches: "running")
      let queued = try await spool.submit("--", "true")
      daemon.kill(SIGTERM)
      try await eventually { daemon.err.contains("1 run to wait for") }
      try spool.write("", to: "go")
      #expect(try await daemon.finished().code == 0)
      #expect(try await spool.status(running).phase == "succeeded")
      #expect(try await spool.status(queued).phase == "queued")
    }
  }

  @Test func leavesADrainOnASecondSignal() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon("--drain")
      let id = try await spool.submit("--", "sleep", "60")
      try await spool.status(id, reaches: "running")
      daemon.kill(SIGTERM)
      try await eventually { daemon.err.contains("1 run to wait for") }
      #expect(try await daemon.end(SIGINT).code == 0)
      #expect(try await spool.status(id).phase == "running")
    }
  }

  @Test func leavesWhenIdle() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.submit("--hold", "--", "true")
      let later = try await spool.submit("--start", "2090-01-01", "--", "true")
      let retried = try await spool.submit("--retry", "1", "--retry-delay", "300ms", "--", "false")
      let done = try await spool.jobrun("daemon", "--until-idle")
      #expect(done.code == 0)
      #expect(done.out.hasPrefix("NUMBER  NAME "))
      #expect(try await spool.status(retried).number("attempts") == 2)
      #expect(try await spool.status(later).phase == "waiting")
      #expect(try await spool.jobrun("daemon", "--until-idle=soon").code == 64)
    }
  }

  @Test func waitsForAFiringThatIsNear() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit(
        "--quartz", "* * * * * ?", "--run-once", "--", "true")
      try await spool.work()
      #expect(try await spool.status(id).phase == "succeeded")
    }
  }

  @Test func keepsToItsSlots() async throws {
    try await JobrunFixture.with { spool in
      // Each says how many are at it when it begins.
      let line =
        "mkdir -p at; touch at/$JOBRUN_NUMBER; ls at | wc -l >> seen; "
        + "sleep 0.1; rm at/$JOBRUN_NUMBER"
      let input = String(repeating: "{\"command\":\"\(line)\"}\n", count: 8)
      _ = try await spool.jobrun("submit", "-", input: input)
      try await spool.work("--slots", "2")
      let seen = spool.lines("seen").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
      #expect(seen.count == 8)
      #expect(seen.max() == 2)
    }
  }

  @Test func jobsWithOneLockRunOneAfterAnotherInTheirOrder() async throws {
    try await JobrunFixture.with { spool in
      let line = "echo + $JOBRUN_NUMBER >> seen; sleep 0.02; echo - $JOBRUN_NUMBER >> seen"
      let input = String(repeating: "{\"command\":\"\(line)\",\"locks\":\"db\"}\n", count: 8)
      _ = try await spool.jobrun("submit", "-", input: input)
      try await spool.work()
      #expect(spool.lines("seen") == (1...8).flatMap { ["+ \($0)", "- \($0)"] })
    }
  }

  @Test func aLockIsKeptWhileTheDaemonIsAway() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let first = try await spool.submit(
        "--lock", "db", "--shell", "while [ ! -e go ]; do sleep 0.02; done")
      try await spool.status(first, reaches: "running")
      daemon.kill(SIGKILL)
      _ = try await daemon.finished()
      let second = try await spool.submit("--lock", "db", "--", "true")
      let other = try await spool.submit("--", "true")
      _ = try await spool.daemon()
      try await spool.status(other, reaches: "succeeded")
      let waiting = try await spool.status(second)
      #expect(waiting.phase == "queued")
      #expect(
        waiting.message.contains(" and waits for lock \"db\": run 1 of job 1 (while) has it"))
      try spool.write("", to: "go")
      try await spool.status(second, reaches: "succeeded")
    }
  }

  @Test func startsInOrderOfTimeAndNumber() async throws {
    try await JobrunFixture.with { spool in
      let line = "echo $JOBRUN_NUMBER >> order"
      for start in [nil, "2020-01-02", "2020-01-01", nil, "2020-01-02"] {
        let options = start.map { ["--start", $0] } ?? []
        _ = try await spool.start(["submit"] + options + ["--shell", line]).finished()
      }
      try await spool.work("--slots", "1")
      #expect(spool.lines("order") == ["3", "2", "5", "1", "4"])
    }
  }

  @Test func sleepsWhenThereIsNothingToDo() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.submit("--quartz", "0 0 0 1 1 ? 2090", "--", "true")
      let id = try await spool.submit("--", "sleep", "60")
      let daemon = try await spool.daemon()
      try await spool.status(id, reaches: "running")
      /// Processor time and how often it has gone to sleep.
      func activity() -> [String] {
        let stat = (try? String(contentsOfFile: "/proc/\(daemon.pid)/stat", encoding: .utf8)) ?? ""
        let status = (try? String(contentsOfFile: "/proc/\(daemon.pid)/status", encoding: .utf8))
        let switches = (status ?? "").split(separator: "\n").filter {
          $0.hasPrefix("voluntary_ctxt_switches")
        }
        return stat.split(separator: " ")[13...14].map(String.init) + switches.map(String.init)
      }
      // A command that waits two seconds is the clock; whoever polls would be seen.
      try await eventually("two seconds of sleep") {
        let before = activity()
        _ = try await spool.jobrun("wait", id, "--timeout", "2s")
        return activity() == before
      }
    }
  }

  @Test func logsOneFactALine() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.submit("--name", "n", "--", "true")
      let text = try await spool.work().err
      #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix("<6>jobrun: ") })
      #expect(text.contains("1 n: finished: succeeded: exit 0"))
      _ = try await spool.submit("--name", "n", "--", "true")
      let json = try await spool.work("--log", "json").err
      let facts = try json.split(separator: "\n").map { try JobStatus(String($0)) }
      #expect(facts.contains { $0.text("message") == "finished: succeeded: exit 0" })
    }
  }

  // MARK: new/

  /// Leaves a file in new/ as other programs are to do it.
  private func drop(_ text: String, as name: String, in spool: JobrunFixture) throws {
    try spool.write(text, to: "drop")
    #expect(rename(spool.path("drop"), spool.path("spool/new/\(name)")) == 0)
  }

  @Test func takesInWhatOthersDrop() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      try drop(#"{"id":"object","command":"pwd; umask"}"#, as: "a.json", in: spool)
      try drop(
        #"{"id":"line-1","command":["true"]}"# + "\n" + #"{"id":"line-2","command":["true"]}"#,
        as: "b.ndjson", in: spool)
      try drop("mine", as: "c.txt", in: spool)
      for id in ["object", "line-1", "line-2"] {
        try await eventually { try await spool.jobrun("wait", id, "--timeout", "10s").code == 0 }
      }
      #expect(try await spool.jobrun("logs", "object").lines == [spool.path("home"), "0077"])
      try await eventually { spool.names("new") == ["c.txt"] }
      #expect(spool.names("corrupt") == [])
      try await daemon.end()
    }
  }

  @Test func runsWhatWasDroppedBeforeItLeaves() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.jobrun("status")
      for number in 1...8 {
        try drop(#"{"id":"only-\#(number)","command":["true"]}"#, as: "a.json", in: spool)
        _ = try await spool.jobrun("daemon", "--until-idle=0s")
        #expect(try await spool.status("only-\(number)").phase == "succeeded")
      }
    }
  }

  @Test func keepsABadDropWithTheReason() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.jobrun("status")
      try drop(
        #"{"id":"good","command":["true"]}"# + "\n" + #"{"command":["true"],"x":1}"#,
        as: "half.ndjson", in: spool)
      try drop("{not json", as: "bad.json", in: spool)
      #expect(symlink("/etc/passwd", spool.path("spool/new/link.json")) == 0)
      #expect(mkdir(spool.path("spool/new/folder.json"), 0o700) == 0)
      // Old enough that no writer is still at it.
      _ = try await spool.shell("touch -h -d '1 minute ago' spool/new/*")
      let done = try await spool.work()
      #expect(done.code == 0)
      #expect(try await spool.status("good").phase == "succeeded")
      let kept = spool.names("corrupt")
      #expect(kept.count == 8)
      for (name, reason) in [
        ("half", "line 2: x: there is no such key"),
        ("bad", "line 1, column 2: the key not needs quotes"),
        ("link", "it is a symbolic link"), ("folder", "it is not a regular file"),
      ] {
        // Behind the number under which it was taken in, if it came so far.
        let file = try #require(
          kept.first { file in
            file.hasSuffix(".why") && file.split(separator: "-").last?.hasPrefix("\(name).") == true
          })
        #expect(spool.read("spool/corrupt/\(file)").hasPrefix(reason))
        #expect(kept.contains(String(file.dropLast(4))))
      }
      #expect(spool.names("new") == [])
    }
  }

  @Test func waitsForAFileThatIsStillBeingWritten() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      try spool.write(#"{"id":"slow","comm"#, to: "spool/new/slow.json")
      // Young for as long as its writer wants, however slow this machine is just now.
      _ = try await spool.shell("touch -d '1 hour' spool/new/slow.json")
      // It was looked at when the file was closed, and taken for unfinished.
      let other = try await spool.submit("--", "true")
      _ = try await spool.jobrun("wait", other)
      #expect(spool.names("new") == ["slow.json"])
      #expect(spool.names("corrupt") == [])
      try spool.write(#"{"id":"slow","command":["true"]}"#, to: "spool/new/slow.json")
      try await eventually { try await spool.jobrun("wait", "slow", "--timeout", "9s").code == 0 }
      #expect(spool.names("corrupt") == [])
      try await daemon.end()
    }
  }

  @Test func doublesNothingWhenTakingInIsCutOff() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.jobrun("status")
      let line = #"{"command":"echo x >> ran"}"# + "\n"
      for step in stride(from: 2, through: 44, by: 3) {
        try drop(String(repeating: line, count: 2), as: "\(step).ndjson", in: spool)
        let cut = try spool.start(
          ["daemon", "--until-idle=0s"], environment: ["JOBRUN_FAULT": "kill:\(step)"])
        let done = try await cut.finished()
        if done.code == 0 { break }
      }
      try await spool.work()
      let jobs = try await spool.jobrun("status", "--ndjson").lines.map { try JobStatus($0) }
      #expect(jobs.count % 2 == 0 && jobs.count > 4)
      #expect(jobs.allSatisfy { $0.phase == "succeeded" })
      #expect(spool.lines("home/ran").count == jobs.count)
      #expect(spool.names("new") == [])
    }
  }
}
