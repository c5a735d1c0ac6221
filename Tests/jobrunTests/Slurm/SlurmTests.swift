// Runs on a real Slurm: they leave what runs on this machine leave, and stop when they are asked to.

import Foundation
import Testing

@Suite(
  .serialized,
  .enabled(if: SlurmCluster.isAsked, "set JOBRUN_SLURM=1 to run jobs on a Slurm of their own"))
struct SlurmTests {
  @Test func aRunLeavesWhatItLeavesOnThisMachine() async throws {
    try await SlurmCluster.with { cluster in
      let spool = cluster.spool
      let daemon = try await cluster.daemon()
      let plain = try await spool.submit(
        "--env", "A=b", "--stdin", "in\n", "--shell",
        "cat; pwd; echo $A; echo x=1 > $JOBRUN_OUTPUT_FILE; echo err >&2; exit 7")
      let signalled = try await spool.submit("--shell", "kill -9 $$")
      let missing = try await spool.submit("--", "/no/such/program")
      let homeless = try await spool.submit("--cwd", "/no/such/folder", "--", "true")
      let good = try await spool.submit("--shell", "echo $SLURM_JOB_ID; exit 0")
      try await spool.status(good, reaches: "succeeded")
      for id in [plain, signalled, missing, homeless] {
        try await spool.status(id, reaches: "failed")
      }
      #expect(try await spool.status(plain).code == 7)
      #expect(try await spool.status(plain).outputs == ["x": "1"])
      #expect(try await spool.jobrun("logs", plain).out == "in\n\(spool.directory)\nb\n")
      #expect(try await spool.jobrun("logs", plain, "--stderr").out == "err\n")
      #expect(try await spool.status(signalled).lastOutcome["signal"] as? Int == 9)
      #expect(try await spool.status(missing).kind == "notStarted")
      #expect(try await spool.status(missing).reason.contains("/no/such/program"))
      #expect(
        try await spool.status(homeless).reason.hasPrefix("working directory /no/such/folder"))
      #expect(Int(try await spool.jobrun("logs", good).out.dropLast()) != nil)
      // Only logs that hold something stay.
      #expect(spool.names("runs/\(plain)/1.1") == ["stderr", "stdout"])
      #expect(spool.names("runs/\(missing)") == [])
      try await daemon.end()
    }
  }

  @Test func whatIsPendingTellsWhyAndNeverStartsOnceItIsCancelled() async throws {
    try await SlurmCluster.with(processors: 1) { cluster in
      let spool = cluster.spool
      let daemon = try await cluster.daemon()
      let first = try await spool.submit("--shell", "echo began > first; exec sleep 60")
      try await spool.status(first, reaches: "running")
      let second = try await spool.submit("--shell", "echo began > second")
      try await eventually("why tells what Slurm waits for") {
        let why = try await spool.jobrun("why", second).out
        return why.contains(" of Slurm, PENDING (")
      }
      #expect(try await spool.status(second).message.contains(" of Slurm, PENDING ("))
      #expect(try await spool.status(second).phase == "starting")
      #expect(try await spool.jobrun("cancel", second).code == 0)
      try await spool.status(second, reaches: "cancelled")
      try await eventually("nothing of it is left at Slurm") {
        try await cluster.ask("squeue", "-h", "-t", "PENDING").out.isEmpty
      }
      #expect(try await spool.jobrun("cancel", first).code == 0)
      #expect(try await spool.status(first, reaches: "cancelled").kind == "cancelled")
      let third = try await spool.submit("--", "true")
      try await spool.status(third, reaches: "succeeded")
      #expect(spool.read("first") == "began\n" && spool.read("second").isEmpty)
      try await daemon.end()
    }
  }

  @Test func retriesAndTimeLimitsAreKept() async throws {
    try await SlurmCluster.with { cluster in
      let spool = cluster.spool
      let daemon = try await cluster.daemon()
      let again = try await spool.submit(
        "--retry", "2", "--retry-delay", "100ms", "--shell",
        "echo $JOBRUN_ATTEMPT >> tries; test $JOBRUN_ATTEMPT = 2")
      let late = try await spool.submit("--timeout", "1s", "--", "sleep", "60")
      try await spool.status(again, reaches: "succeeded")
      #expect(spool.lines("tries") == ["1", "2"])
      #expect(try await spool.status(late, reaches: "failed").kind == "timedOut")
      try await daemon.end()
    }
  }

  @Test func refusalsAreToldInSlurmsWords() async throws {
    try await SlurmCluster.with { cluster in
      let spool = cluster.spool
      try spool.write(
        #"{"queues":{"bad":{"engine":"slurm","sbatch":["--partition=nope"]}}}"#,
        to: "spool/config.json")
      let daemon = try await cluster.daemon()
      let refused = try await spool.submit("--queue", "bad", "--", "true")
      let greedy = try await spool.submit("--need", "tape=1", "--", "true")
      #expect(
        try await spool.status(refused, reaches: "failed").reason
          == "sbatch: Invalid partition name specified")
      #expect(
        try await spool.status(greedy, reaches: "failed").reason
          == "sbatch: Invalid generic resource (gres) specification")
      try await daemon.end()
    }
  }

  @Test func aRunThatEndsWithoutAWordIsLost() async throws {
    try await SlurmCluster.with { cluster in
      let spool = cluster.spool
      let daemon = try await cluster.daemon()
      let id = try await spool.submit("--shell", "echo $PPID > parent; exec sleep 60")
      try await spool.status(id, reaches: "running")
      try await eventually { !spool.read("parent").isEmpty }
      kill(try #require(Int32(spool.lines("parent")[0])), SIGKILL)
      let status = try await spool.status(id, reaches: "failed")
      #expect(status.kind == "lost")
      #expect(status.reason.hasPrefix("Slurm: FAILED ("), "\(status.reason)")
      try await daemon.end()
    }
  }

  @Test func queuesLocksAndSlotsAreKeptAcrossEngines() async throws {
    try await SlurmCluster.with { cluster in
      let spool = cluster.spool
      try spool.write(
        #"{"queues":{"big":{"engine":"slurm","slots":1}}}"#, to: "spool/config.json")
      let daemon = try spool.start(["daemon", "--slots", "1"], environment: cluster.environment)
      let wait = "echo $SLURM_JOB_ID > $JOBRUN_NUMBER; while [ ! -e go ]; do sleep 0.02; done"
      let local = try await spool.submit("--shell", wait)
      try await spool.status(local, reaches: "running")
      let first = try await spool.submit("--queue", "big", "--lock", "l", "--shell", wait)
      try await spool.status(first, reaches: "running")
      let second = try await spool.submit("--queue", "big", "--", "true")
      let third = try await spool.submit("--lock", "l", "--", "true")
      try await eventually("both wait") {
        let slot = try await spool.status(second).message
        let lock = try await spool.status(third).message
        return slot.contains("slot of queue \"big\"") || slot.contains("slot in queue \"big\"")
          ? lock.contains("lock \"l\"") : false
      }
      #expect(try await spool.jobrun("lock", "--timeout", "0", "l", "--", "true").code != 0)
      try await eventually { spool.read("2").count > 1 }
      #expect(spool.read("1") == "\n")
      try spool.write("", to: "go")
      for id in [local, first, second, third] { try await spool.status(id, reaches: "succeeded") }
      try await daemon.end()
    }
  }
}
