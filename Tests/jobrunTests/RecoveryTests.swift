// The table of legal states in jobrun-spool(7), row by row: a spool is brought into that state,
// and a daemon is started on it. Rows that are not here are in RestartTests (attempts whose
// daemon or supervisor was killed), DropBoxTests (new/) and RetentionTests (tmp/).

import Foundation
import Glibc
import Testing

@Suite struct RecoveryTests {
  /// A job whose attempt is recorded as starting, with its directory, while nobody works on it.
  private func starting(_ spool: JobrunFixture, _ options: String...) async throws -> String {
    let daemon = try await spool.daemon(environment: ["JOBRUN_SUPERVISOR_FAULT": "kill:1"])
    let done = try await spool.start(["submit"] + options + ["--shell", "echo x >> begun"])
      .finished()
    let id = try #require(done.lines.first)
    try await spool.status(id, reaches: "starting")
    try await daemon.end(SIGKILL)
    try await eventually { supervisors(of: spool.spool) == [] }
    return id
  }

  /// A job whose command runs, with a process in a session of its own; daemon and supervisor
  /// are killed, and the command with them.
  private func abandoned(_ spool: JobrunFixture) async throws -> String {
    let daemon = try await spool.daemon()
    let id = try await spool.submit("--shell", "setsid sleep 60 & touch begun; exec sleep 60")
    try await eventually { commands(of: spool.spool).count == 2 }
    try await spool.status(id, reaches: "running")
    try await daemon.end(SIGKILL)
    for pid in supervisors(of: spool.spool) { _ = kill(pid, SIGKILL) }
    try await eventually { commands(of: spool.spool).count == 1 }
    return id
  }

  private func edit(
    _ file: String, _ text: String, to other: String, in spool: JobrunFixture
  ) throws {
    let before = spool.read("spool/\(file)")
    try #require(before.contains(text), "\(before)")
    try spool.write(before.replacing(text, with: other), to: "spool/\(file)")
  }

  // MARK: Not under way

  @Test func takesUpWhatWaitsBacksOffOrIsHeld() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let held = try await spool.submit("--hold", "--", "true")
      let retried = try await spool.submit(
        "--retry", "1", "--retry-delay", "1s", "--shell", "[ $JOBRUN_ATTEMPT = 2 ]")
      try await spool.status(retried, reaches: "backoff")
      let start = Date.now.addingTimeInterval(1)
        .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
      let waiting = try await spool.submit("--start", start, "--", "true")
      try await daemon.end(SIGKILL)
      #expect(try await spool.status(waiting).phase == "waiting")
      #expect(try await spool.status(retried).phase == "backoff")
      try await spool.work(within: "10s")
      #expect(try await spool.status(held).phase == "held")
      #expect(try await spool.status(waiting).phase == "succeeded")
      let status = try await spool.status(retried)
      #expect(status.phase == "succeeded")
      #expect(status.number("attempts") == 2)
    }
  }

  // MARK: Live, not begun

  @Test func givesUpWhatFiveSupervisorsDidNotBegin() async throws {
    try await JobrunFixture.with { spool in
      let id = try await starting(spool)
      try edit("jobs/\(id).json", #""launches":1"#, to: #""launches":5"#, in: spool)
      try await spool.work()
      let status = try await spool.status(id)
      #expect(status.kind == "notStarted")
      #expect(status.reason == "5 supervisors ended before they took hold")
      #expect(spool.lines("begun") == [])
      #expect(spool.names("runs") == [])
    }
  }

  @Test func carriesOutACancelOfWhatHadNotBegun() async throws {
    try await JobrunFixture.with { spool in
      let id = try await starting(spool, "--retry", "3")
      #expect(try await spool.jobrun("cancel", id, "--reason", "enough").code == 0)
      try await spool.work()
      let status = try await spool.status(id)
      #expect(status.phase == "cancelled")
      #expect(status.reason == "enough")
      #expect(spool.lines("begun") == [])
      #expect(spool.names("runs") == [])
    }
  }

  // MARK: Live, begun

  @Test func callsARunOfAnotherBootLost() async throws {
    try await JobrunFixture.with { spool in
      let id = try await abandoned(spool)
      let record = spool.read("spool/runs/\(id)/1.1/started.json")
      let boot = try JobStatus(record).text("boot")
      try edit("runs/\(id)/1.1/started.json", boot, to: "another", in: spool)
      try await spool.work()
      #expect(try await spool.status(id).kind == "lost")
      #expect(try await spool.status(id).reason == "reboot")
      #expect(commands(of: spool.spool) == [])
    }
  }

  /// What a power cut may leave of a record whose name alone was synced.
  @Test(arguments: [0, 300], [false, true])
  func callsARunLostWhoseStartHasNoBytes(zeros: Int, isRunning: Bool) async throws {
    try await JobrunFixture.with { spool in
      let id = try await starting(spool)
      let run = "spool/runs/\(id)/1.1"
      try spool.write(String(repeating: "\0", count: zeros), to: "\(run)/started.json")
      if isRunning {
        try edit("jobs/\(id).json", #""phase":"starting""#, to: #""phase":"running""#, in: spool)
      }
      try await spool.work()
      let status = try await spool.status(id)
      #expect(status.phase == "failed" && status.kind == "lost" && status.reason == "reboot")
      #expect(status.history[0]["startedAt"] != nil)
      #expect(spool.lines("begun") == [] && spool.names("corrupt") == [])
    }
  }

  /// The supervisor died before it gave its record the name, or a power cut has undone that.
  @Test(arguments: ["exited", "supervisor gone"])
  func appliesARecordThatHasNotGotItsName(end: String) async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit(
        "--shell", "echo x >> begun; while [ ! -e go ]; do sleep 0.02; done; exit 3")
      try await eventually { spool.lines("begun") == ["x"] }
      try await daemon.end(SIGKILL)
      try spool.write("", to: "go")
      try await eventually { supervisors(of: spool.spool) == [] }
      let run = spool.path("spool/runs/\(id)/1.1")
      #expect(rename("\(run)/exit.json", "\(run)/exit.new") == 0)
      if end != "exited" { #expect(truncate("\(run)/exit.new", 100) == 0) }
      // Also shown before a daemon comes by.
      #expect(try await spool.status(id).phase == (end == "exited" ? "failed" : "running"))
      try await spool.work()
      let status = try await spool.status(id)
      if end == "exited" { #expect(status.code == 3) } else { #expect(status.reason == end) }
      #expect(spool.names("corrupt") == [] && spool.lines("begun") == ["x"])
      try await eventually { spool.names("runs") == [] }
    }
  }

  @Test func stopsWhatALostRunLeftAlsoAfterItsPlanIsGone() async throws {
    try await JobrunFixture.with { spool in
      let id = try await abandoned(spool)
      // As by a daemon that was killed after it had fenced the attempt.
      #expect(unlink(spool.path("spool/runs/\(id)/1.1/run.json")) == 0)
      try await spool.work()
      #expect(try await spool.status(id).reason == "supervisor gone")
      #expect(commands(of: spool.spool) == [])
    }
  }

  @Test func stopsWhatIsLeftOfARunWhoseDirectoryWasRemoved() async throws {
    try await JobrunFixture.with { spool in
      let id = try await abandoned(spool)
      try FileManager.default.removeItem(atPath: spool.path("spool/runs/\(id)"))
      try await spool.work()
      #expect(try await spool.status(id).reason == "run directory removed")
      #expect(commands(of: spool.spool) == [])
    }
  }

  // MARK: What the state does not name

  @Test func clearsRecordsOfAnAttemptThatIsNotLive() async throws {
    try await JobrunFixture.with { spool in
      let id = try await starting(spool)
      let other = try await spool.submit("--hold", "--", "true")
      // The plan of the one attempt, as an attempt of a job that is not to run.
      let plan = spool.read("spool/runs/\(id)/1.1/run.json")
      try spool.write(plan, to: "spool/runs/\(other)/7.1/run.json")
      try spool.write("", to: "spool/runs/\(other)/7.1/lock")
      try spool.write(plan, to: "spool/runs/nobody/1.1/run.json")
      try spool.write("", to: "spool/runs/nobody/1.1/lock")
      try await spool.work()
      #expect(spool.names("runs") == [])
      #expect(try await spool.status(other).phase == "held")
      #expect(spool.lines("begun") == ["x"])
    }
  }

  @Test func leavesAnAttemptAloneThatASupervisorRunsForNobody() async throws {
    try await JobrunFixture.with { spool in
      let id = try await starting(spool)
      // It waits for a permission that does not come, and holds the lock.
      let stranger = try spool.start(
        ["-c", "sleep 60 | \(JobrunFixture.binary) supervise \(spool.spool) \(id) 1.1"],
        program: "/bin/sh")
      try await eventually { spool.names("runs/\(id)/1.1").contains("stderr") }
      try edit(
        "jobs/\(id).json", #""attempt":{"attempt":1"#, to: #""attempt":{"attempt":2"#, in: spool)
      let done = try await spool.work()
      #expect(try await spool.status(id).reason == "run directory removed")
      #expect(done.err.contains("1.1: a supervisor runs it, and the state does not name it"))
      #expect(spool.names("runs/\(id)/1.1").contains("run.json"))
      for pid in supervisors(of: spool.spool) { _ = kill(pid, SIGKILL) }
      try await stranger.end(SIGKILL)
      try await spool.work()
      #expect(!spool.names("runs/\(id)/1.1").contains("run.json"))
      #expect(spool.lines("begun") == [])
    }
  }

  // MARK: State files

  @Test func movesAFinalPhaseThatIsStillInJobs() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--shell", "echo x >> begun")
      try await spool.work()
      #expect(
        rename(spool.path("spool/done/\(id).json"), spool.path("spool/jobs/\(id).json")) == 0)
      try await spool.work()
      #expect(spool.names("jobs") == [])
      #expect(spool.names("done") == ["\(id).json"])
      #expect(spool.lines("begun") == ["x"])
    }
  }

  @Test func keepsTheNewerOfTwoStateFiles() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--shell", "echo x >> begun")
      let older = spool.read("spool/jobs/\(id).json")
      try await spool.work()
      try spool.write(older, to: "spool/jobs/\(id).json")
      let done = try await spool.work()
      #expect(done.err.contains("it was in jobs/ and in done/; the newer file stays"))
      #expect(spool.names("jobs") == [])
      #expect(try await spool.status(id).phase == "succeeded")
      #expect(spool.lines("begun") == ["x"])
    }
  }
}
