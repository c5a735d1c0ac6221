// How `wait` waits, and the code it leaves with.

import Foundation
import Glibc
import Testing

@Suite struct WaitTests {
  @Test func leavesWithTheCodeOfOneJob() async throws {
    try await JobrunFixture.with { spool in
      let jobs: [(line: String, code: Int32)] = [
        ("exit 0", 0), ("exit 42", 42), ("kill -KILL $$", 137),
      ]
      for job in jobs { _ = try await spool.submit("--shell", job.line) }
      _ = try await spool.submit("--timeout", "50ms", "--", "sleep", "60")
      _ = try await spool.submit("--", "/no/such/program")
      _ = try await spool.submit("--end", "2020-01-01", "--", "true")
      let cancelled = try await spool.submit("--hold", "--", "true")
      try await spool.jobrun("cancel", cancelled)
      try await spool.work()
      for (number, code) in [0, 42, 137, 124, 1, 1, 1].enumerated() {
        let done = try await spool.jobrun("wait", "\(number + 1)")
        #expect(done.code == Int32(code), "job \(number + 1)")
        // It had ended: nobody was waited for, and nothing is said of a daemon.
        #expect(done.err == "")
      }
      #expect(try await spool.jobrun("wait", "1", "1").code == 0)
      #expect(try await spool.jobrun("wait", "1", "2").code == 1)
    }
  }

  @Test func endsWithTheJobOrItsTime() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let slow = try await spool.submit("--shell", "while [ ! -e go ]; do sleep 0.02; done; exit 9")
      let fast = try await spool.submit("--shell", "exit 3")
      #expect(try await spool.jobrun("wait", slow, "--timeout", "100ms").code == 124)
      #expect(try await spool.jobrun("wait", slow, fast, "--any").code == 3)
      let waiter = try spool.start(["wait", slow])
      try spool.write("", to: "go")
      #expect(try await waiter.finished().code == 9)
      try await daemon.end()
    }
  }

  @Test func seesAnEndThatOnlyTheSupervisorHasRecorded() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit("--shell", "while [ ! -e go ]; do sleep 0.02; done; exit 9")
      try await spool.status(id, reaches: "running")
      try await daemon.end(SIGKILL)
      let waiter = try spool.start(["wait", id])
      try await eventually { waiter.err.contains("no daemon is running on this spool") }
      try spool.write("", to: "go")
      #expect(try await waiter.finished().code == 9)
    }
  }

  @Test func saysWhoIsMissing() async throws {
    try await JobrunFixture.with { spool in
      #expect(try await spool.jobrun("wait", "nobody").code == 66)
      #expect(try await spool.jobrun("wait").code == 64)
      let id = try await spool.submit("--", "true")
      let done = try await spool.jobrun("wait", id, "--timeout", "1s")
      #expect(done.code == 124)
      #expect(
        done.err
          == "jobrun wait: no daemon is running on this spool; waiting for one to come\n")
      #expect(try await spool.jobrun("wait", id, "--timeout", "soon").code == 64)
    }
  }
}
