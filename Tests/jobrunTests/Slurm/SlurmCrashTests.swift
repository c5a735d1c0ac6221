// Many runs on a real Slurm, also while the daemon or the controller is killed and started again:
// none is lost and none is doubled.

import Foundation
import Testing

@Suite(
  .serialized,
  .enabled(if: SlurmCluster.isAsked, "set JOBRUN_SLURM=1 to run jobs on a Slurm of their own"))
struct SlurmCrashTests {
  /// Submits jobs, each of which writes its number and attempt into one file.
  private func submit(_ count: Int, _ more: String, to cluster: SlurmCluster) async throws {
    let line = "echo $JOBRUN_NUMBER.$JOBRUN_ATTEMPT >> ran; sleep 0.$(($JOBRUN_NUMBER % 10))"
    let document = #"{"command":"\#(line)"\#(more)}"#
    let done = try await cluster.spool.jobrun(
      "submit", "-", input: String(repeating: document + "\n", count: count))
    try #require(done.code == 0, "\(done.err)")
  }

  private func waitUntilAllSucceeded(_ count: Int, in spool: JobrunFixture) async throws {
    try await eventually("all \(count) have succeeded", within: 180) {
      let done = try await spool.jobrun("status", "--phase", "succeeded", "--ndjson")
      return done.lines.count == count
    }
  }

  /// What could tell why it took too long is gone with the cluster.
  private func explained(
    by daemon: RunningProcess, in cluster: SlurmCluster, _ body: () async throws -> Void
  ) async throws {
    do {
      try await body()
    } catch {
      let table = try await cluster.spool.jobrun("status").lines.filter { !$0.contains("exit 0") }
      let queue = try await cluster.ask("squeue", "-r", "-t", "all").out
      Issue.record("\(table.joined(separator: "\n"))\n\(queue)\n\(daemon.err.suffix(4000))")
      throw error
    }
  }

  @Test func twoHundredJobsRunOnceEach() async throws {
    try await SlurmCluster.with(nodes: 2, processors: 32) { cluster in
      try await submit(200, "", to: cluster)
      let daemon = try await cluster.daemon()
      try await waitUntilAllSucceeded(200, in: cluster.spool)
      let ran = cluster.spool.lines("ran")
      #expect(ran.count == 200 && Set(ran).count == 200)
      try await daemon.end()
    }
  }

  @Test func aDaemonThatIsKilledLosesNothingAndDoublesNothing() async throws {
    try await SlurmCluster.with(processors: 8) { cluster in
      let spool = cluster.spool
      try await submit(60, "", to: cluster)
      for least in [1, 20, 40] {
        let daemon = try await cluster.daemon()
        try await eventually { spool.lines("ran").count >= least }
        try await daemon.end(SIGKILL)
      }
      let daemon = try await cluster.daemon()
      try await waitUntilAllSucceeded(60, in: spool)
      let ran = spool.lines("ran")
      #expect(ran.count == 60 && Set(ran).count == 60)
      try await daemon.end()
    }
  }

  @Test func aControllerThatIsKilledCostsTimeAndDoublesNothing() async throws {
    try await SlurmCluster.with(processors: 8) { cluster in
      let spool = cluster.spool
      let daemon = try await cluster.daemon()
      try await submit(40, #","retryCount":5,"retryDelay":"100ms""#, to: cluster)
      try await eventually { spool.lines("ran").count >= 5 }
      let arrays = Set(try await cluster.ask("squeue", "-h", "-r", "-t", "all", "-o", "%F").lines)
      #expect(arrays.count < 20, "it is arrays that are forgotten")
      try cluster.killController()
      let late = try await spool.submit("--", "true")
      try await eventually("the daemon says so") {
        try await spool.jobrun("status", late).err.contains("Slurm gets nowhere for now")
      }
      #expect(try await spool.jobrun("why", late).out.contains("but Slurm gets nowhere"))
      try await cluster.startController()
      try await explained(by: daemon, in: cluster) {
        try await eventually("all 41 have succeeded", within: 180) {
          // It drains nodes where it meets a job of a number that it has given anew: an operator's work.
          _ = try await cluster.ask("scontrol", "update", "NodeName=n1", "State=RESUME")
          let done = try await spool.jobrun("status", "--phase", "succeeded", "--ndjson")
          return done.lines.count == 41
        }
      }
      // The controller kills what it has forgotten; such an attempt is lost, and told so.
      let ran = spool.lines("ran")
      #expect(Set(ran).count == ran.count, "\(ran.sorted())")
      #expect(Set(ran.map { $0.prefix { $0 != "." } }).count == 40)
      try await eventually("the trouble is over") {
        try await spool.jobrun("status", late).err.isEmpty
      }
      try await daemon.end()
    }
  }
}
