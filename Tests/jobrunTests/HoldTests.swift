// hold and release in each phase.

import Foundation
import Glibc
import Testing

@Suite struct HoldTests {
  @Test func keepsAJobUntilItIsReleased() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--", "true")
      #expect(try await spool.jobrun("hold", id).code == 0)
      try await spool.work()
      #expect(try await spool.status(id).phase == "held")
      #expect(try await spool.jobrun("release", id).code == 0)
      try await spool.work()
      #expect(try await spool.status(id).phase == "succeeded")
    }
  }

  @Test func actsAtOnceOnAJobOfARunningDaemon() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit("--hold", "--", "true")
      #expect(try await spool.status(id).phase == "held")
      try await spool.jobrun("release", id)
      try await spool.status(id, reaches: "succeeded")
      try await daemon.end()
    }
  }

  @Test func skipsTheFiringsMeanwhileOnRecord() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--quartz", "* * * * * ?", "--hold", "--", "true")
      let from = Date.now
      try await eventually { Date.now > from.addingTimeInterval(1.1) }
      try await spool.jobrun("release", id)
      let status = try await spool.status(id)
      #expect(status.phase == "waiting")
      #expect(status.runs == 0)
      #expect(
        status.decisions.contains { $0.contains("skipped") && $0.contains("the job was held") })
    }
  }

  @Test func holdsARunningJobAfterItsRun() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let line = "while [ ! -e go ]; do sleep 0.02; done; exit 1"
      let id = try await spool.submit("--retry", "1", "--retry-delay", "0", "--shell", line)
      try await spool.status(id, reaches: "running")
      #expect(try await spool.jobrun("hold", id).code == 0)
      #expect(try await spool.status(id).phase == "running")
      try spool.write("", to: "go")
      let held = try await spool.status(id, reaches: "held")
      #expect(held.number("attempts") == 1)
      try await spool.jobrun("release", id)
      #expect(try await spool.status(id, reaches: "failed").number("attempts") == 2)
      try await daemon.end()
    }
  }

  /// The kernel makes one hint of two renames to one name in a row: that of the daemon, which knows
  /// it, must not hide that of the command right behind it.
  @Test func aReleaseRightBehindTheDaemonsOwnChangeIsNoticed() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      for round in 1...10 {
        let line = "while [ ! -e go\(round) ]; do sleep 0.01; done; exit 1"
        let id = try await spool.submit("--retry", "1", "--retry-delay", "0", "--shell", line)
        try await spool.status(id, reaches: "running")
        try await spool.jobrun("hold", id)
        try spool.write("", to: "go\(round)")
        try await spool.status(id, reaches: "held")
        #expect(try await spool.jobrun("release", id).code == 0)
        try await spool.status(id, reaches: "failed")
      }
      try await daemon.end()
    }
  }

  @Test func canBeTakenBackBeforeItActs() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit("--shell", "while [ ! -e go ]; do sleep 0.02; done")
      try await spool.status(id, reaches: "running")
      #expect(try await spool.jobrun("release", id).code == 69)
      #expect(try await spool.jobrun("hold", id).code == 0)
      #expect(try await spool.jobrun("release", id).code == 0)
      try spool.write("", to: "go")
      try await spool.status(id, reaches: "succeeded")
      try await daemon.end()
    }
  }

  @Test func refusesWithTheReason() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.submit("--id", "ended", "--", "true")
      try await spool.work()
      _ = try await spool.submit("--id", "held", "--hold", "--", "true")
      _ = try await spool.submit("--id", "queued", "--", "true")
      let hold = try await spool.jobrun("hold", "ended", "held", "nobody")
      #expect(hold.code == 69)
      #expect(
        hold.err == """
          jobrun hold: ended: it has already ended: succeeded
          jobrun hold: held: it is held already
          jobrun hold: nobody: there is no job "nobody" in \(spool.spool)

          """)
      let release = try await spool.jobrun("release", "ended", "queued")
      #expect(release.code == 69)
      #expect(
        release.err == """
          jobrun release: ended: it is not held
          jobrun release: queued: it is not held

          """)
    }
  }
}
