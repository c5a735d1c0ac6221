// Processes that may not have the memory they need (RLIMIT_AS): they say so or die, at whatever
// step that is, and nothing is lost, doubled or damaged.

import Foundation
import Testing

@Suite struct MemoryTests {
  /// The least memory, in KiB, with which the binary says its help: more than its libraries.
  private func floor(_ spool: JobrunFixture) async throws -> Int {
    var (low, high) = (1000, 400_000)
    while high - low > 100 {
      let middle = (low + high) / 2
      if try await limited(spool, to: middle, "submit --help").code == 0 {
        high = middle
      } else {
        low = middle
      }
    }
    return high
  }

  /// Runs the binary with so many KiB; KILL ends what waits for more.
  private func limited(
    _ spool: JobrunFixture, to size: Int, within seconds: Int = 50, _ words: String
  ) async throws -> FinishedProcess {
    // A trap's own report would take more time and memory than there is.
    try await spool.shell(
      "ulimit -v \(size); SWIFT_BACKTRACE=enable=no exec timeout -s KILL \(seconds) $JOBRUN \(words)"
    )
  }

  private func expectSound(_ spool: JobrunFixture) async throws {
    let check = try await spool.jobrun("fsck")
    #expect(check.code == 0, "\(check.out)")
    #expect(spool.names("corrupt").isEmpty)
  }

  @Test func aSubmitSaysWhatIsThere() async throws {
    try await JobrunFixture.with { spool in
      let line =
        "{\"command\":[\"true\"],\"hold\":true,\"values\":{\"x\":\"\(String(repeating: "x", count: 16000))\"}}\n"
      try spool.write(String(repeating: line, count: 100), to: "jobs.ndjson")
      let floor = try await floor(spool)
      var failures = 0
      var reported: Set<String> = []
      for extra in [0, 1000, 2000, 4000, 8000, 50_000] {
        let done = try await limited(spool, to: floor + extra, "submit - < jobs.ndjson")
        #expect(done.code == 0 || done.code == 74 || done.code > 128, "\(extra): \(done.err)")
        #expect(done.code != 0 || done.lines.count == 100)
        failures += done.code == 0 ? 0 : 1
        reported.formUnion(done.lines)
        #expect(Set(spool.names("jobs")).isSuperset(of: reported.map { "\($0).json" }))
        try await expectSound(spool)
      }
      #expect(failures > 0 && failures < 6)
    }
  }

  @Test func aDaemonGoesOnWhereAnotherHadNoMemory() async throws {
    try await JobrunFixture.with { spool in
      let line = "{\"command\":\"echo $JOBRUN_NUMBER >> ran\"}\n"
      _ = try await spool.jobrun("submit", "-", input: String(repeating: line, count: 60))
      let floor = try await floor(spool)
      var failures = 0
      for extra in [0, 300, 700, 1000, 1300] {
        let done = try await limited(
          spool, to: floor + extra, within: 3, "daemon --slots 20 --until-idle=0s")
        failures += done.code == 0 ? 0 : 1
        try await expectSound(spool)
      }
      #expect(failures > 0)
      #expect(try await spool.work().code == 0)
      #expect(spool.names("done").count == 60 && spool.names("jobs").isEmpty)
      let ran = spool.lines("ran")
      #expect(Set(ran).count == ran.count)
      var succeeded: Set<String> = []
      for name in spool.names("done") {
        let status = try await spool.status(String(name.dropLast(5)))
        #expect(status.number("attempts") == 1)
        if status.phase == "succeeded" {
          succeeded.insert(status.number("number").map(String.init) ?? "")
        } else {
          // Its supervisor or its command had no memory either.
          #expect(["lost", "notStarted", "exited", "signalled"].contains(status.kind))
        }
      }
      #expect(succeeded.isSubset(of: ran))
      try await expectSound(spool)
    }
  }
}
