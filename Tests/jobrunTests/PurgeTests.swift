// purge, as people use it.

import Testing

@Suite struct PurgeTests {
  /// Four jobs: two that have ended, one held, one running.
  private func some(_ spool: JobrunFixture) async throws -> RunningProcess {
    _ = try await spool.submit("--id", "good", "--name", "alpha", "--", "echo", "hi")
    _ = try await spool.submit("--id", "bad", "--name", "beta", "--", "false")
    _ = try await spool.submit("--id", "held", "--name", "alps", "--hold", "--", "true")
    _ = try await spool.submit("--id", "runs", "--name", "gamma", "--", "sleep", "60")
    let daemon = try await spool.daemon()
    for (id, phase) in [("good", "succeeded"), ("bad", "failed"), ("runs", "running")] {
      try await spool.status(id, reaches: phase)
    }
    return daemon
  }

  @Test func removesWhatIsNamedAndHasEnded() async throws {
    try await JobrunFixture.with { spool in
      _ = try await some(spool)
      let done = try await spool.jobrun("purge", "good", "held", "runs", "none", "bad")
      #expect(done.out == "good\nbad\n")
      #expect(done.code == 69)
      #expect(done.err.contains("held: it has not ended, and is held; cancel it first"))
      #expect(done.err.contains("none: there is no job \"none\""))
      #expect(try await spool.jobrun("status", "good").code == 66)
      #expect(try await spool.jobrun("logs", "good").code == 66)
      #expect(try await spool.status("runs").phase == "running")
      #expect(spool.names("runs") == ["runs"] && spool.names("tmp").isEmpty)
    }
  }

  @Test func removesWhatFits() async throws {
    try await JobrunFixture.with { spool in
      _ = try await some(spool)
      #expect(try await spool.jobrun("purge").code == 64)
      #expect(try await spool.jobrun("purge", "--phase", "held").code == 64)
      #expect(try await spool.jobrun("purge", "--older-than", "1h").out == "")
      let dry = try await spool.jobrun("purge", "--older-than", "0", "--dry-run")
      #expect(dry.out == "good\nbad\n" && dry.code == 0)
      #expect(try await spool.jobrun("purge", "--name", "al*").out == "good\n")
      #expect(try await spool.jobrun("purge", "--phase", "succeeded").out == "")
      #expect(try await spool.jobrun("purge", "--since", "1h", "--limit", "0").out == "")
      #expect(try await spool.jobrun("purge", "bad", "--phase", "succeeded").out == "")
      #expect(try await spool.jobrun("purge", "--since", "1h", "--phase", "failed").out == "bad\n")
      #expect(spool.names("jobs") == ["held.json", "runs.json"])
      // The ids are free again.
      #expect(try await spool.submit("--id", "bad", "--hold", "--", "true") == "bad")
    }
  }

  @Test func movesWhatACrashHasLeftBehindFirst() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.submit("--id", "a", "--", "true")
      try await spool.work(within: "0s")
      _ = try await spool.shell("mv \(spool.spool)/done/a.json \(spool.spool)/jobs/")
      #expect(try await spool.jobrun("purge", "a").out == "a\n")
      #expect(spool.names("jobs").isEmpty && spool.names("done").isEmpty)
    }
  }
}
