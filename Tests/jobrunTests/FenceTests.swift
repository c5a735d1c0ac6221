// What the fence is there for: somebody who is late. Supervisors are stopped at a step, the
// world goes on without them, and then they wake.

import Foundation
import Glibc
import Testing

@Suite struct FenceTests {
  private static let marking = ["--shell", "echo $JOBRUN_RUN.$JOBRUN_ATTEMPT >> begun"]

  /// Waits until a process is stopped.
  private func stopped(_ pid: Int32) async throws {
    try await eventually("\(pid) is stopped") { processFields(of: pid).state == "T" }
  }

  @Test func keepsASupervisorThatWakesLateFromStarting() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon(environment: ["JOBRUN_SUPERVISOR_FAULT": "kill:1"])
      let done = try await spool.start(["submit"] + FenceTests.marking).finished()
      let id = try #require(done.lines.first)
      try await spool.status(id, reaches: "starting")
      try await daemon.end(SIGKILL)
      // A supervisor of the attempt, with its permission, that comes late to the lock.
      try spool.write("x", to: "permission")
      let late = try spool.start(
        [
          "-c",
          "kill -STOP $$; exec \(JobrunFixture.binary) supervise \(spool.spool) \(id) 1.1 "
            + "< permission",
        ], program: "/bin/sh")
      try await stopped(late.pid)
      #expect(try await spool.jobrun("cancel", id).code == 0)
      try await spool.work()
      #expect(try await spool.status(id).phase == "cancelled")
      late.kill(SIGCONT)
      #expect(try await late.finished().code == 0)
      // Run again, under the next number: the late one has not even touched that.
      #expect(try await spool.jobrun("rerun", id).code == 0)
      try await spool.work()
      #expect(spool.lines("begun") == ["2.1"])
    }
  }

  @Test(arguments: 1...11)
  func stopsWhatIsCancelledBetweenStartingAndTheGate(step: Int) async throws {
    try await JobrunFixture.with { spool in
      // Each change of the disk that a supervisor makes before it opens the gate.
      let daemon = try await spool.daemon(
        environment: ["JOBRUN_SUPERVISOR_FAULT": "stop:\(step)"])
      let done = try await spool.start(["submit"] + FenceTests.marking).finished()
      let id = try #require(done.lines.first)
      try await eventually { supervisors(of: spool.spool).count == 1 }
      let supervisor = try #require(supervisors(of: spool.spool).first)
      try await stopped(supervisor)
      try await eventually { ["starting", "running"].contains(try await spool.status(id).phase) }
      #expect(try await spool.jobrun("cancel", id, "--reason", "enough").code == 0)
      _ = kill(supervisor, SIGCONT)
      let status = try await spool.status(id, reaches: "cancelled")
      #expect(status.reason == "enough")
      #expect(spool.lines("begun") == [])
      try await daemon.end()
      #expect(supervisors(of: spool.spool) == [])
    }
  }

  @Test func isNoneForASupervisorThatWasStoppedWhileADaemonCameAndWent() async throws {
    try await JobrunFixture.with { spool in
      let first = try await spool.daemon()
      let id = try await spool.submit(
        "--shell", "echo x >> begun; while [ ! -e go ]; do sleep 0.02; done; exit 3")
      try await eventually { spool.lines("begun") == ["x"] }
      let supervisor = try #require(supervisors(of: spool.spool).first)
      _ = kill(supervisor, SIGSTOP)
      try await stopped(supervisor)
      try await first.end(SIGKILL)
      let second = try await spool.daemon()
      try spool.write("", to: "go")
      try await eventually { commands(of: spool.spool).count <= 1 }
      #expect(try await spool.status(id).phase == "running")
      try await second.end(SIGKILL)
      _ = kill(supervisor, SIGCONT)
      try await spool.work()
      #expect(try await spool.status(id).code == 3)
      #expect(spool.lines("begun") == ["x"])
    }
  }

  /// A command's own removal of its directory.
  private static let removing =
    "echo x >> begun; rm -rf $JOBRUN_RUN_DIR; touch removed; "
    + "while [ ! -e go ]; do sleep 0.02; done; exit 3"

  @Test func isMadeAgainForACommandThatRemovesItsRunDirectory() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit("--shell", FenceTests.removing)
      try await eventually { FileManager.default.fileExists(atPath: spool.path("removed")) }
      try await eventually { spool.names("runs/\(id)/1.1").contains("started.json") }
      #expect(!spool.names("runs/\(id)/1.1").contains("run.json"))
      // The next daemon finds the run, and what it ends with.
      try await daemon.end(SIGKILL)
      let next = try await spool.daemon()
      try await eventually { next.err.contains("run 1, attempt 1 is still running") }
      try spool.write("", to: "go")
      #expect(try await spool.status(id, reaches: "failed").code == 3)
      #expect(spool.lines("begun") == ["x"])
      try await eventually { spool.names("runs") == [] }
      try await next.end()
    }
  }

  /// What a command may put in the way of its own record. Its parent is its supervisor, which is
  /// stopped meanwhile: else it would be quicker.
  @Test(arguments: [
    "rm -rf $JOBRUN_RUN_DIR; touch $JOBRUN_RUN_DIR",
    "rm -rf $JOBRUN_RUN_DIR; ln -s /tmp $JOBRUN_RUN_DIR",
    "cd $JOBRUN_SPOOL/runs; rm -rf $JOBRUN_JOB_ID; touch $JOBRUN_JOB_ID",
    "mkdir -p $JOBRUN_RUN_DIR/exit.json/x",
    "rm $JOBRUN_RUN_DIR/exit.new; mkdir -p $JOBRUN_RUN_DIR/exit.new/x",
  ])
  func recordsTheEndWhateverTheCommandHasPutInItsPlace(trick: String) async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit(
        "--shell", "kill -STOP $PPID; \(trick); echo x >> $HOME/begun; kill -CONT $PPID; exit 3")
      let other = try await spool.submit("--", "true")
      #expect(try await spool.status(id, reaches: "failed").code == 3)
      try await spool.status(other, reaches: "succeeded")
      #expect(spool.lines("home/begun") == ["x"])
      try await eventually { supervisors(of: spool.spool) == [] && spool.names("runs") == [] }
      try await daemon.end()
    }
  }

  @Test func leavesARunAloneBesideARecordThatIsNotItsSupervisors() async throws {
    try await JobrunFixture.with { spool in
      let first = try await spool.daemon()
      let id = try await spool.submit(
        "--shell",
        "mkdir $JOBRUN_RUN_DIR/exit.json; touch made; while [ ! -e go ]; do sleep 0.02; done; exit 3"
      )
      try await eventually { FileManager.default.fileExists(atPath: spool.path("made")) }
      try await first.end(SIGKILL)
      let second = try await spool.daemon()
      try await eventually { second.err.contains("run 1, attempt 1 is still running") }
      try spool.write("", to: "go")
      #expect(try await spool.status(id, reaches: "failed").code == 3)
      #expect(spool.names("corrupt") == [])
      try await second.end()
    }
  }

  @Test func isLostAndItsSupervisorGoneWhereThereIsNoPlaceForItsRecord() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit(
        "--shell", "kill -STOP $PPID; rm -rf $JOBRUN_SPOOL/runs; kill -CONT $PPID; exit 3")
      let status = try await spool.status(id, reaches: "failed")
      #expect(status.kind == "lost" && status.reason == "run directory removed")
      try await eventually { supervisors(of: spool.spool) == [] }
      try await daemon.end()
      // The next daemon makes the directory again.
      let other = try await spool.submit("--", "true")
      try await spool.work()
      #expect(try await spool.status(other).phase == "succeeded")
    }
  }

  @Test(arguments: [true, false])
  func letsACancelReachACommandThatRemovedItsRunDirectory(withDaemon: Bool) async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit("--shell", FenceTests.removing)
      try await eventually { FileManager.default.fileExists(atPath: spool.path("removed")) }
      if !withDaemon { try await daemon.end(SIGKILL) }
      #expect(try await spool.jobrun("cancel", id, "--reason", "enough").code == 0)
      try await eventually { commands(of: spool.spool) == [] }
      if !withDaemon { try await spool.work() }
      let status = try await spool.status(id, reaches: "cancelled")
      #expect(status.reason == "enough")
      #expect(spool.lines("begun") == ["x"])
      try await daemon.end()
    }
  }
}
