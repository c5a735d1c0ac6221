// A real Slurm of a test's own, beside its spool, and a daemon that uses it.

import Foundation
import Testing

/// A cluster of one test.
struct SlurmCluster {
  /// Whether tests with a real Slurm were asked for.
  static let isAsked = ProcessInfo.processInfo.environment["JOBRUN_SLURM"] != nil

  private static let script =
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "cluster.sh").path

  let spool: JobrunFixture
  let directory: String
  /// What programs of Slurm need to find it.
  let environment: [String: String]

  /// Runs a test with a fresh spool and a fresh cluster.
  static func with(
    nodes: Int = 1, processors: Int = 8, _ body: (SlurmCluster) async throws -> Void
  ) async throws {
    try await JobrunFixture.with { spool in
      let cluster = SlurmCluster(spool)
      let up = try spool.program(
        "bash", [script, "up", cluster.directory, "\(nodes)", "\(processors)"])
      let (directory, script) = (cluster.directory, SlurmCluster.script)
      spool.addCleanUp {
        let down = Process()
        down.executableURL = URL(filePath: "/bin/bash")
        down.arguments = [script, "down", directory]
        try? down.run()
        down.waitUntilExit()
      }
      let done = try await up.finished(within: 90)
      if done.code == 69 { try Test.cancel("Slurm is not there: \(done.err)") }
      try #require(done.code == 0, "\(done.err)")
      try await body(cluster)
    }
  }

  private init(_ spool: JobrunFixture) {
    self.spool = spool
    directory = spool.path("slurm")
    environment = ["SLURM_CONF": directory + "/slurm.conf"]
  }

  /// Starts a daemon for which Slurm runs everything, and waits until it is ready.
  func daemon(_ arguments: String...) async throws -> RunningProcess {
    let daemon = try spool.start(
      ["daemon", "--engine", "slurm"] + arguments, environment: environment)
    try await eventually { daemon.err.contains("ready\n") }
    return daemon
  }

  /// What a program of Slurm says.
  func ask(_ program: String, _ arguments: String...) async throws -> FinishedProcess {
    try await spool.start(arguments, environment: environment, program: program).finished()
  }

  /// Ends the controller without a chance to save anything.
  func killController() throws {
    let pid = try #require(
      Int32(
        spool.read("slurm/run/slurmctld.pid").trimmingCharacters(in: .whitespacesAndNewlines)))
    kill(pid, SIGKILL)
  }

  /// Starts it again.
  func startController() async throws {
    let done = try await spool.program("bash", [SlurmCluster.script, "controller", directory])
      .finished()
    try #require(done.code == 0, "\(done.err)")
  }
}
