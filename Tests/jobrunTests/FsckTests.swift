// fsck, as people use it.

import Testing

@Suite struct FsckTests {
  @Test func findsRepairsAndFindsNothingMore() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--hold", "--", "true")
      #expect(try await spool.jobrun("fsck").code == 0)
      try spool.write("{", to: "spool/jobs/bad.json")
      try spool.write("[]", to: "spool/models/m.json")
      _ = try await spool.shell(
        "cd \(spool.spool) && chmod 666 jobs/\(id).json && rm -r events && mkdir runs/gone")
      let report = try await spool.jobrun("fsck")
      #expect(report.code == 1)
      #expect(report.lines.contains("events/: it was missing; --repair makes it"))
      #expect(
        report.lines.contains(
          "jobs/\(id).json: others may write to it (mode 666); --repair takes that right away"))
      #expect(report.lines.contains { $0.hasPrefix("jobs/bad.json: line 1") })
      #expect(report.lines.contains { $0.contains("runs/gone: there is no such job; --repair") })
      #expect(
        report.lines.contains { $0.contains("m.json") && $0.hasSuffix("; mend it, or remove it") })
      let repair = try await spool.jobrun("fsck", "--repair")
      #expect(repair.code == 1)
      #expect(repair.lines.count { $0.contains("; repaired: ") } == 3)
      #expect(repair.lines.count { $0.contains("m.json") } == 1)
      _ = try await spool.shell("rm \(spool.spool)/models/m.json")
      let clean = try await spool.jobrun("fsck")
      #expect(clean.code == 0 && clean.out == "")
      #expect(spool.names("corrupt") == ["bad.json", "bad.json.why"])
      #expect(try await spool.status(id).phase == "held")
    }
  }

  @Test func leavesARunningDaemonAlone() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      try spool.write("x", to: "spool/runs/strange name")
      let report = try await spool.jobrun("fsck")
      #expect(report.out == "runs/strange name: it is not the directory of a job; remove it\n")
      let repair = try await spool.jobrun("fsck", "--repair")
      #expect(repair.code == 75)
      #expect(repair.err.contains("process \(daemon.pid) is the daemon of this spool already"))
    }
  }

  @Test func makesNoSpoolWhereThereIsNone() async throws {
    try await JobrunFixture.with { spool in
      let done = try await spool.jobrun("fsck", "--spool", spool.path("nowhere"))
      #expect(done.code == 78 && done.err.hasSuffix("nowhere: there is no spool\n"))
      #expect(try await spool.jobrun("fsck", "x").code == 64)
    }
  }
}
