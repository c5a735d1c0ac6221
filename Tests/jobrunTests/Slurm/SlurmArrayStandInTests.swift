// Many like runs as one array: what the daemon makes of one that is refused, forgotten, taken
// uncertainly or in the midst of a crash. No Slurm is needed.

import Foundation
import Glibc
import Testing

@Suite struct SlurmArrayStandInTests {
  /// Submits like jobs before there is a daemon, so that they are due at the same moment.
  private func submit(_ count: Int, _ more: String = "", in spool: JobrunFixture) async throws {
    let line = #"{"command":"echo $JOBRUN_NUMBER >> ran\#(more)"}"# + "\n"
    let done = try await spool.jobrun("submit", "-", input: String(repeating: line, count: count))
    try #require(done.code == 0, "\(done.err)")
  }

  private func waitUntilSucceeded(_ count: Int, in spool: JobrunFixture) async throws {
    try await eventually("all \(count) have succeeded") {
      try await spool.jobrun("status", "--phase", "succeeded", "--ndjson").lines.count == count
    }
    #expect(spool.lines("ran").compactMap { Int($0) }.sorted() == Array(1...count))
  }

  @Test func manyLikeRunsAreOneCallAndFewAreOneEach() async throws {
    try await JobrunFixture.with { spool in
      let slurm = try SlurmStandIn(spool, plan: "run; list RUNNING; echo $n")
      try await submit(7, in: spool)
      let first = try await slurm.daemon()
      try await waitUntilSucceeded(7, in: spool)
      try await first.end()
      #expect(slurm.calls == 7)
      try await submit(9, "; env", in: spool)
      let second = try await slurm.daemon()
      try await waitUntilSucceeded(16, in: spool)
      #expect(slurm.calls == 8)
      let words = spool.read("bin/words.8")
      #expect(words.contains("-1.1+8 ") && words.contains(" --array=1-9\n"), "\(words)")
      #expect(try await !spool.jobrun("logs", "12").out.contains("SLURM_ARRAY"))
      try await second.end()
    }
  }

  @Test func onlyRunsThatAskSlurmForTheSameGoTogether() async throws {
    try await JobrunFixture.with { spool in
      let slurm = try SlurmStandIn(spool, plan: "run; list RUNNING; echo $n")
      try await submit(8, in: spool)
      let other = #"{"command":"echo $JOBRUN_NUMBER >> ran","priority":-3}"# + "\n"
      try await spool.jobrun("submit", "-", input: String(repeating: other, count: 9))
      let daemon = try await slurm.daemon()
      try await waitUntilSucceeded(17, in: spool)
      #expect(slurm.calls == 2, "\(daemon.err)")
      // Both run at once, and either may be the first to count itself.
      let words = [1, 2].map { spool.read("bin/words.\($0)") }.sorted()
      #expect(words[0].hasPrefix("--nice=3 ") && words[0].hasSuffix(" --array=1-9\n"))
      #expect(!words[1].contains("--nice") && words[1].hasSuffix(" --array=1-8\n"))
      try await daemon.end()
    }
  }

  @Test func whatIsRefusedAsAnArrayIsSubmittedRunByRun() async throws {
    try await JobrunFixture.with { spool in
      let slurm = try SlurmStandIn(
        spool,
        plan: """
          if [ -n "$array" ]; then
            echo "sbatch: error: Batch job submission failed: Invalid job array specification" >&2
            exit 1
          fi
          run; list RUNNING; echo $n
          """)
      try await submit(8, in: spool)
      let daemon = try await slurm.daemon()
      try await waitUntilSucceeded(8, in: spool)
      #expect(slurm.calls == 9)
      #expect(!daemon.err.contains("Slurm:"), "\(daemon.err)")
      try await daemon.end()
    }
  }

  @Test func anArrayThatFailedAndWasTakenIsNotRepeated() async throws {
    try await JobrunFixture.with { spool in
      let slurm = try SlurmStandIn(
        spool,
        plan: """
          run; list RUNNING
          echo "sbatch: error: Batch job submission failed: Socket timed out on send/recv" >&2
          exit 1
          """)
      try await submit(8, "; sleep 2", in: spool)
      let daemon = try await slurm.daemon()
      try await waitUntilSucceeded(8, in: spool)
      #expect(slurm.calls == 1)
      try await daemon.end()
    }
  }

  @Test func whatBecomesDueWhileSlurmIsAwayIsAnArrayAfterwards() async throws {
    try await JobrunFixture.with { spool in
      let slurm = try SlurmStandIn(
        spool,
        plan: """
          if [ ! -e $here/up ]; then
            echo "sbatch: error: Batch job submission failed: Unable to contact slurm controller" >&2
            exit 1
          fi
          run; list RUNNING; echo $n
          """)
      try await submit(8, in: spool)
      let daemon = try await slurm.daemon()
      try await eventually { slurm.calls >= 1 }
      try await submit(32, in: spool)
      try await eventually { slurm.calls >= 3 }
      try spool.write("", to: "bin/up")
      try await waitUntilSucceeded(40, in: spool)
      #expect(slurm.calls < 30)
      let last = spool.names("../bin").filter { $0.hasPrefix("words.") }
      #expect(last.contains { spool.read("bin/\($0)").contains(" --array=1-2") })
      try await daemon.end()
    }
  }

  @Test func anArrayThatWasForgottenIsSubmittedRunByRunAndRunsOnce() async throws {
    try await JobrunFixture.with { spool in
      // Some tasks of the first call start all the same, beside the second ones.
      let slurm = try SlurmStandIn(
        spool,
        plan: """
          [ -n "$array" ] && { echo $n; exit 0; }
          run; list RUNNING
          [ $n = 2 ] && { n=1 array=8; run; n=2; }
          echo $n
          """)
      try await submit(8, in: spool)
      let daemon = try await slurm.daemon()
      try await waitUntilSucceeded(8, in: spool)
      #expect(slurm.calls > 1 && slurm.calls <= 9)
      try await daemon.end()
    }
  }

  @Test func aDaemonThatIsKilledFindsItsTasks() async throws {
    try await JobrunFixture.with { spool in
      // The first is killed while sbatch is still at work.
      let slurm = try SlurmStandIn(
        spool,
        plan: """
          await() { while [ ! -e $here/$1 ]; do sleep 0.02; done; }
          await go; list PENDING; await start; run
          """)
      try await submit(8, in: spool)
      let first = try await slurm.daemon()
      try await eventually { slurm.calls == 1 && !spool.read("bin/environment.1").isEmpty }
      try await first.end(SIGKILL)
      try spool.write("", to: "bin/go")
      try await eventually { spool.lines("bin/jobs").count == 8 }
      let second = try await slurm.daemon()
      try await eventually { try await spool.status("3").message.contains("is job 1_3 of Slurm") }
      try spool.write("", to: "bin/start")
      try await waitUntilSucceeded(8, in: spool)
      #expect(slurm.calls == 1)
      try await second.end()
    }
  }

  @Test func aTaskThatIsTakenBackIsCancelledByTheNumberThatSqueueTells() async throws {
    try await JobrunFixture.with { spool in
      let slurm = try SlurmStandIn(spool, plan: "list PENDING; echo $n")
      try await submit(8, in: spool)
      let daemon = try await slurm.daemon()
      try await eventually { try await spool.status("3").message.contains("job 1_3 of Slurm") }
      for job in ["3", "5"] {
        try await spool.jobrun("cancel", job)
        try await spool.status(job, reaches: "cancelled")
      }
      try await eventually {
        let words = spool.read("bin/cancelled").split { $0 == " " || $0 == "\n" }
        return words.sorted() == ["1_3", "1_5"]
      }
      // Late starts come to nothing.
      for task in ["3", "4", "5"] {
        let late = try spool.start(
          [spool.path("bin/script.1")], environment: ["SLURM_ARRAY_TASK_ID": task],
          program: "/bin/sh")
        _ = try await late.finished()
      }
      #expect(spool.lines("ran") == ["4"])
      try await daemon.end()
    }
  }
}
