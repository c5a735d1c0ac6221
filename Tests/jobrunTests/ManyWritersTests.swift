// Many processes that change the same jobs, and one that stops in the middle of it.

import Foundation
import Glibc
import Testing

@Suite struct ManyWritersTests {
  private static let verbs = ["hold", "release", "rerun", "cancel", "rerun", "hold"]

  @Test func leaveSoundJobs() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let documents = (0..<4).map {
        #"{"id":"job-\#($0)","command":"echo $JOBRUN_JOB_ID $JOBRUN_RUN.$JOBRUN_ATTEMPT >> ran","#
          + #""workingDirectory":"\#(spool.directory)"}"#
      }
      let input = documents.joined(separator: "\n")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<8 {
          group.addTask {
            let submitted = try await spool.jobrun("submit", "--if-absent", "-", input: input)
            #expect(submitted.code == 0, "\(submitted.err)")
            for round in 0..<12 {
              let verb = ManyWritersTests.verbs[(writer + round) % ManyWritersTests.verbs.count]
              let done = try await spool.jobrun(verb, "job-\((writer * 3 + round) % 4)")
              // Done, or not possible in the phase it is in.
              #expect([0, 69].contains(done.code), "\(verb): \(done.err)")
            }
          }
        }
        try await group.waitForAll()
      }
      // What is held goes on, and all of them end.
      for number in 0..<4 { try await spool.jobrun("release", "job-\(number)") }
      try await daemon.end()
      try await spool.work()
      let jobs = try await spool.jobrun("status", "--ndjson").lines.map { try JobStatus($0) }
      #expect(jobs.map { $0.text("id") }.sorted() == (0..<4).map { "job-\($0)" })
      var recorded: Set<String> = []
      for job in jobs {
        #expect(["succeeded", "cancelled"].contains(job.phase), "\(job.members)")
        for outcome in job.history {
          let run = "\(outcome["run"] as? Int ?? 0).\(outcome["attempt"] as? Int ?? 0)"
          recorded.insert("\(job.text("id")) \(run)")
        }
      }
      let ran = spool.lines("ran")
      #expect(Set(ran).count == ran.count)
      #expect(recorded.isSuperset(of: ran))
      #expect(spool.names("jobs") == [] && spool.names("corrupt") == [])
    }
  }

  /// A client that stops between taking state.lock and giving it back.
  private func stoppedHolder(_ spool: JobrunFixture, _ id: String) async throws -> RunningProcess {
    // Open, write and sync the new file; open the lock, write its holder; rename.
    let client = try spool.start(["hold", id], environment: ["JOBRUN_FAULT": "stop:6"])
    try await eventually {
      spool.read("spool/state.lock").hasPrefix("\(client.pid) ")
    }
    try await eventually { processFields(of: client.pid).state == "T" }
    return client
  }

  /// Sets the time since which the lock is held.
  private func age(_ spool: JobrunFixture, seconds: Int) async throws {
    _ = try await spool.shell("touch -d '\(seconds) seconds ago' spool/state.lock")
  }

  @Test func nameAStoppedOneThatHoldsTheLockAndWakeIt() async throws {
    try await JobrunFixture.with { spool in
      let held = try await spool.submit("--start", "2090-01-01", "--", "true")
      let other = try await spool.submit(
        "--shell", "echo begin; while [ ! -e go ]; do sleep 0.02; done; echo end")
      let daemon = try await spool.daemon()
      try await spool.status(other, reaches: "running")
      let client = try await stoppedHolder(spool, held)
      #expect(try await spool.jobrun("status").err == "")
      try await age(spool, seconds: 5)
      #expect(
        try await spool.jobrun("status", "--json").err
          == "jobrun status: process \(client.pid) has held state.lock for 5s and is stopped; "
          + "changes of jobs wait for it\n")
      // Only what needs the lock waits: submitting, looking and running do not.
      try spool.write("", to: "go")
      let late = try await spool.submit("--shell", "echo x >> ran")
      try await eventually { try await spool.jobrun("logs", other).out == "begin\nend\n" }
      try await spool.status(other, reaches: "succeeded")
      try await eventually {
        daemon.err.contains("process \(client.pid) has held state.lock for ")
      }
      #expect(spool.lines("ran") == [])
      #expect(client.isRunning)
      #expect(!daemon.err.contains("is told to go on"))
      try await age(spool, seconds: 11)
      try await eventually {
        daemon.err.contains("process \(client.pid) is told to go on")
      }
      #expect(try await client.finished().code == 0)
      try await spool.status(late, reaches: "succeeded")
      #expect(try await spool.status(held).phase == "held")
      #expect(try await spool.jobrun("status").err == "")
      // Named once, not at every try.
      let lines = daemon.err.split(separator: "\n").filter { $0.contains("has held state.lock") }
      #expect(lines.count == 1)
      #expect(try await daemon.end().code == 0)
    }
  }

  @Test func keepNoDaemonFromStartingOrLeaving() async throws {
    try await JobrunFixture.with { spool in
      let held = try await spool.submit("--start", "2090-01-01", "--", "true")
      // A job in jobs/ and in done/, which cannot be settled without the lock.
      let double = try await spool.submit("--id", "double", "--shell", "echo x >> ran")
      let older = spool.read("spool/jobs/\(double).json")
      try await spool.work()
      try spool.write(older, to: "spool/jobs/\(double).json")
      let client = try await stoppedHolder(spool, held)
      try await age(spool, seconds: 3)
      let daemon = try spool.start(["daemon"])
      try await eventually { daemon.err.contains("and is stopped; changes of jobs wait") }
      #expect(!daemon.err.contains("ready"))
      #expect(try await daemon.end().code == 0)
      client.kill(SIGCONT)
      _ = try await client.finished()
      try await spool.work()
      #expect(try await spool.status(double).phase == "succeeded")
      #expect(spool.lines("ran") == ["x"])
    }
  }
}
