// jobrun lock, and locks that it shares with jobs, on the built binary.

import Foundation
import Glibc
import Testing

@Suite struct LockTests {
  private static let untilGo = "while [ ! -e go ]; do sleep 0.02; done"

  /// A command that has locks until `go` is there.
  private func hold(_ names: String..., in spool: JobrunFixture) async throws -> RunningProcess {
    let line = "touch held; \(LockTests.untilGo)"
    let process = try spool.start(["lock"] + names + ["--", "sh", "-c", line])
    try await eventually { FileManager.default.fileExists(atPath: spool.path("held")) }
    return process
  }

  @Test func leavesWithTheCodeOfItsCommand() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun("lock", "db", "--", "sh", "-c", "echo out; exit 3")
      #expect(done.code == 3 && done.out == "out\n" && done.err == "")
      #expect(try await spool.jobrun("lock", "db", "--", "sh", "-c", "kill -9 $$").code == 137)
      let missing = try await spool.jobrun("lock", "db", "--", "no-such-program")
      #expect(missing.code == 127)
      #expect(missing.err == "jobrun lock: no-such-program: No such file or directory\n")
      #expect(try await spool.jobrun("lock", "db", "--", "/etc/passwd").code == 126)
      #expect(try await spool.jobrun("lock", "db").code == 64)
      #expect(try await spool.jobrun("lock", "--", "true").code == 64)
    }
  }

  @Test func keepsAnotherOutAndSaysWhoHasIt() async throws {
    try await JobrunFixture.with { spool in
      let holder = try await hold("db", in: spool)
      let refused = try await spool.jobrun("lock", "--timeout", "0", "db", "--", "true")
      #expect(refused.code == 75)
      #expect(
        refused.err.hasPrefix("jobrun lock: lock \"db\": `jobrun lock` (pid \(holder.pid): sh"))
      let later = try await spool.jobrun("lock", "-t", "50ms", "a", "db", "--", "true")
      #expect(later.code == 75 && later.err.hasSuffix("; given up after 50ms\n"))
      let next = try spool.start(["lock", "db", "--", "echo", "mine"])
      try await eventually { next.err.hasPrefix("jobrun lock: waiting for lock \"db\": ") }
      try spool.write("", to: "go")
      #expect(try await next.finished().out == "mine\n")
      #expect(try await holder.finished().code == 0)
    }
  }

  @Test func keepsNoWatchOfTheKernelWhileItsCommandRuns() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun("lock", "db", "--", "sh", "-c", "ls -l /proc/$PPID/fd")
      #expect(done.code == 0 && done.out.contains("/locks/db"))
      #expect(!done.out.contains("inotify"))
    }
  }

  @Test func manyOfThemNeverOverlap() async throws {
    try await JobrunFixture.with { spool in
      let line = "mkdir inside && sleep 0.01 && rmdir inside"
      var all: [RunningProcess] = []
      for number in 1...12 {
        let names = number.isMultiple(of: 2) ? ["a", "b"] : ["b", "a"]
        all.append(try spool.start(["lock"] + names + ["--", "sh", "-c", line]))
      }
      for process in all { #expect(try await process.finished().code == 0) }
    }
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func passesSignalsOn(signal: Int32) async throws {
    try await JobrunFixture.with { spool in
      let line = "trap 'exit 7' TERM INT HUP; touch held; \(LockTests.untilGo)"
      let holder = try spool.start(["lock", "db", "--", "sh", "-c", line])
      try await eventually { FileManager.default.fileExists(atPath: spool.path("held")) }
      holder.kill(signal)
      #expect(try await holder.finished().code == 7)
    }
  }

  @Test func isFreeForAJobWhenItsHolderIsKilled() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.daemon()
      let holder = try await hold("db", in: spool)
      let job = try await spool.submit("--lock", "db", "--shell", "date +%s.%N")
      let other = try await spool.submit("--", "true")
      try await spool.status(other, reaches: "succeeded")
      let why = try await spool.jobrun("why", job).out
      #expect(
        why.contains("waits for lock \"db\": `jobrun lock` (pid \(holder.pid): sh -c"), "\(why)")
      let waiting = try await spool.status(job)
      #expect(waiting.phase == "queued" && waiting.runs == 0)
      #expect(waiting.message.contains("waits for lock \"db\": `jobrun lock` (pid \(holder.pid)"))
      let json = try await spool.jobrun("why", job, "--json").out
      #expect(json.contains("\"pid\":\(holder.pid)") && json.contains("\"kind\":\"lock\""))
      let killed = Date.now.timeIntervalSince1970
      try await holder.end(SIGKILL)
      try await spool.status(job, reaches: "succeeded")
      let began = try await spool.jobrun("logs", job).out
      // A hundred milliseconds on an idle machine; tests run beside each other.
      let at = try #require(Double(began.trimmingCharacters(in: .newlines)))
      #expect(at - killed < 1)
    }
  }

  @Test func aJobKeepsItsLockWhileDaemonsComeAndGo() async throws {
    try await JobrunFixture.with { spool in
      let first = try await spool.daemon()
      let job = try await spool.submit(
        "--name", "long", "--lock", "db", "--shell", LockTests.untilGo)
      try await spool.status(job, reaches: "running")
      try await first.end(SIGKILL)
      let refused = try await spool.jobrun("lock", "-t", "0", "db", "--", "true")
      #expect(refused.code == 75)
      #expect(
        refused.err.hasPrefix("jobrun lock: lock \"db\": run 1 of job 1 (long) has it since "))
      let next = try spool.start(["lock", "db", "--", "cat", "ended"])
      _ = try await spool.daemon()
      let after = try await spool.submit("--lock", "db", "--", "true")
      #expect(try await spool.status(after).phase == "queued")
      try spool.write("yes", to: "ended")
      try spool.write("", to: "go")
      #expect(try await next.finished().out == "yes")
      try await spool.status(after, reaches: "succeeded")
    }
  }

  @Test func aLockGoesWithAKilledSupervisor() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let job = try await spool.submit("--lock", "db", "--shell", LockTests.untilGo)
      try await spool.status(job, reaches: "running")
      try await daemon.end(SIGKILL)
      for pid in supervisors(of: spool.spool) { kill(pid, SIGKILL) }
      #expect(try await spool.jobrun("lock", "-t", "10s", "db", "--", "true").code == 0)
    }
  }

  @Test func aJobThatNeedsTwoLocksTakesNoneWhileOneIsMissing() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.daemon()
      let holder = try await hold("b", in: spool)
      let both = try await spool.submit("--lock", "a", "--lock", "b", "--", "true")
      try await eventually { try await spool.status(both).message.contains("lock \"b\": `jobrun") }
      #expect(try await spool.jobrun("lock", "-t", "0", "a", "--", "true").code == 0)
      try spool.write("", to: "go")
      #expect(try await holder.finished().code == 0)
      try await spool.status(both, reaches: "succeeded")
    }
  }

  @Test(arguments: [
    "a/b", "../up", ".", "two words", "größe", "~x", String(repeating: "n", count: 200),
    String(repeating: "ö", count: 200),
  ])
  func takesAnyName(name: String) async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.daemon()
      let job = try await spool.submit("--lock", name, "--shell", LockTests.untilGo)
      try await spool.status(job, reaches: "running")
      #expect(try await spool.jobrun("lock", "-t", "0", name, "--", "true").code == 75)
      #expect(spool.names("locks").count == 1)
      #expect(try await spool.jobrun("lock", "-t", "0", "other", "--", "true").code == 0)
      try spool.write("", to: "go")
      try await spool.status(job, reaches: "succeeded")
      #expect(try await spool.jobrun("fsck").out == "")
    }
  }
}
