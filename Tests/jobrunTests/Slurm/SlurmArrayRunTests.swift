// Many like runs as arrays of a real Slurm.

import Foundation
import Testing

@Suite(
  .serialized,
  .enabled(if: SlurmCluster.isAsked, "set JOBRUN_SLURM=1 to run jobs on a Slurm of their own"))
struct SlurmArrayRunTests {
  private func submit(_ count: Int, _ command: String, to cluster: SlurmCluster) async throws {
    let line = #"{"command":"\#(command)"}"# + "\n"
    let done = try await cluster.spool.jobrun(
      "submit", "-", input: String(repeating: line, count: count))
    try #require(done.code == 0, "\(done.err)")
  }

  /// Numbers that Slurm has given to jobs and arrays.
  private func ids(_ cluster: SlurmCluster) async throws -> Set<String> {
    Set(try await cluster.ask("squeue", "-h", "-r", "-t", "all", "-o", "%F").lines)
  }

  private func waitUntilEnded(_ count: Int, in spool: JobrunFixture) async throws {
    try await eventually("all \(count) have ended", within: 120) {
      spool.names("done").count == count
    }
  }

  @Test func likeJobsAreFewArraysAndEachEndsWithItsOwnCode() async throws {
    try await SlurmCluster.with(nodes: 2, processors: 32) { cluster in
      let spool = cluster.spool
      try await submit(200, "echo $JOBRUN_NUMBER >> ran; exit $(($JOBRUN_NUMBER % 7))", to: cluster)
      let daemon = try await cluster.daemon()
      try await waitUntilEnded(200, in: spool)
      #expect(spool.lines("ran").compactMap { Int($0) }.sorted() == Array(1...200))
      for job in [1, 7, 64, 65, 128, 199, 200] {
        #expect(try await spool.status("\(job)").code == job % 7)
      }
      #expect(try await ids(cluster).count <= 4)
      try await daemon.end()
    }
  }

  @Test func aCancelTouchesOneTaskWhetherItWaitsOrRuns() async throws {
    try await SlurmCluster.with(processors: 1) { cluster in
      let spool = cluster.spool
      try await submit(
        9, "while [ ! -e go ]; do sleep 0.1; done; echo $JOBRUN_NUMBER >> ran", to: cluster)
      let daemon = try await cluster.daemon()
      try await eventually {
        try await spool.jobrun("status", "--phase", "running", "--ids").lines.count == 1
      }
      let running = try await spool.jobrun("status", "--phase", "running", "--ids").lines[0]
      let waiting = try await spool.jobrun("status", "--phase", "starting", "--ids").lines
      #expect(waiting.count == 8)
      try await eventually {
        try await spool.jobrun("why", waiting[3]).out.contains(" of Slurm, PENDING (")
      }
      for id in [waiting[3], running] { #expect(try await spool.jobrun("cancel", id).code == 0) }
      for id in [waiting[3], running] { try await spool.status(id, reaches: "cancelled") }
      try await eventually("what waited has left Slurm, and nothing else") {
        let states = try await cluster.ask("squeue", "-h", "-r", "-o", "%T").lines
        return states.filter { $0 != "COMPLETING" }.count == 7
      }
      try spool.write("", to: "go")
      try await waitUntilEnded(9, in: spool)
      #expect(spool.lines("ran").count == 7)
      #expect(try await ids(cluster).count == 1)
      try await daemon.end()
    }
  }

  @Test func aTaskThatAnOperatorCancelsIsNotSubmittedAgain() async throws {
    try await SlurmCluster.with(processors: 1) { cluster in
      let spool = cluster.spool
      try await submit(8, "while [ ! -e go ]; do sleep 0.1; done", to: cluster)
      let daemon = try await cluster.daemon()
      try await eventually { try await spool.status("8").message.contains("PENDING (") }
      let words = try await spool.status("8").message.split(separator: " ")
      let id = try #require(words.first { $0.contains("_") })
      #expect(try await cluster.ask("scancel", String(id)).code == 0)
      let status = try await spool.status("8", reaches: "failed")
      #expect(status.kind == "notStarted" && status.reason == "Slurm: CANCELLED")
      try spool.write("", to: "go")
      try await waitUntilEnded(8, in: spool)
      #expect(try await ids(cluster).count == 1)
      try await daemon.end()
    }
  }
}
