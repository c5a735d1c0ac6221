// A disk without room, and a process without descriptors or leave to write: what cannot be done
// is said and leaves nothing behind, and the daemon goes on by itself.

import Foundation
import Glibc
import Testing

@Suite struct FullDiskTests {
  @Test(
    .enabled(if: SmallDisk.isPossible, "no file system can be mounted here"),
    arguments: ["size=256k", "size=4m,nr_inodes=70"])
  func submitSaysSoAndLeavesNothing(options: String) async throws {
    try await JobrunFixture.with { fixture in
      let disk = try await SmallDisk(fixture, options)
      let lines = String(repeating: "{\"command\":[\"true\"],\"hold\":true}\n", count: 100)
      let done = try await disk.jobrun("submit", "-", input: lines)
      #expect(done.code == 74)
      #expect(done.err.contains("No space left on device; nothing was changed"))
      // Those whose ids were printed are there, and no others.
      #expect(disk.names("jobs") == done.lines.map { "\($0).json" }.sorted())
      #expect(!done.lines.isEmpty && done.lines.count < 100)
      try await disk.expectSound()
      // With nothing left at all, no change can be made, and none is half made.
      disk.fill()
      #expect(try await disk.jobrun("submit", "--", "true").code == 74)
      let cancel = try await disk.jobrun("cancel", "1")
      #expect(
        cancel.code == 0 || cancel.err.contains("No space left on device; nothing was changed"))
      disk.free()
      let after = try JobStatus(try await disk.jobrun("status", "1", "--json").out)
      #expect(after.phase == (cancel.code == 0 ? "cancelled" : "held"))
      try await disk.expectSound()
    }
  }

  @Test func outputThatCannotBeWrittenUndoesNothingAndNobodySaysSo() async throws {
    try await JobrunFixture.with { spool in
      let line = "\(JobrunFixture.binary) submit --id there -- true > /dev/full"
      let done = try await spool.start(["-c", line], program: "/bin/sh").finished()
      #expect(done.code == 74)
      #expect(
        done.err == "jobrun submit: write standard output: No space left on device; not all is "
          + "told, but what is done stays done: look at `jobrun status`\n")
      #expect(try await spool.status("there").phase == "queued")
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible, "no file system can be mounted here"))
  func newJobsLeaveRoomForChanges() async throws {
    try await JobrunFixture.with { fixture in
      let disk = try await SmallDisk(fixture, "size=256k")
      #expect(try await disk.jobrun("submit", "--hold", "--", "true").code == 0)
      disk.fill(leaving: 40_960)
      let refused = try await disk.jobrun("submit", "--", "true")
      #expect(refused.code == 74)
      #expect(refused.err.contains("leaving 64 KiB and 16 files free"))
      #expect(try await disk.jobrun("release", "1").code == 0)
      #expect(try await disk.jobrun("cancel", "1").code == 0)
      try await disk.expectSound()
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible, "no file system can be mounted here"))
  func theDaemonWaitsSaysSoAndGoesOn() async throws {
    try await JobrunFixture.with { fixture in
      let disk = try await SmallDisk(fixture, "size=512k")
      let daemon = try fixture.start(["daemon"], environment: disk.environment)
      try await eventually { daemon.err.contains("ready\n") }
      // One is under way when the disk fills up, one becomes due then.
      let running = try await disk.jobrun(
        "submit", "--shell", "while [ ! -e go ]; do sleep 0.02; done; echo text; exit 7")
      try await eventually {
        try JobStatus(try await disk.jobrun("status", "1", "--json").out).phase == "running"
      }
      #expect(running.code == 0)
      #expect(try await disk.jobrun("submit", "--hold", "--", "true").code == 0)
      #expect(try await disk.jobrun("release", "2").code == 0)
      disk.fill(leaving: 8192)
      let third = try await disk.jobrun("status", "2", "--json")
      #expect(
        try ["queued", "succeeded", "starting", "running"].contains(JobStatus(third.out).phase))
      disk.fill()
      try fixture.write("", to: "go")
      try await eventually("the end is seen, recorded or not") {
        try JobStatus(try await disk.jobrun("status", "1", "--json").out).phase == "failed"
      }
      var status = try await disk.jobrun("status")
      try await eventually("status tells") {
        status = try await disk.jobrun("status")
        return status.err.contains("the daemon starts nothing for now: ")
      }
      #expect(status.err.contains("No space left on device ("))
      #expect(daemon.isRunning)
      disk.free()
      try await eventually("all is recorded") { disk.names("done").count == 2 }
      try await eventually("the wait is over") { daemon.err.contains("going on; it waited since") }
      #expect(try await disk.jobrun("status").err == "")
      #expect(daemon.err.components(separatedBy: "trying again every second").count <= 3)
      let ended = try JobStatus(try await disk.jobrun("status", "1", "--json").out)
      #expect(ended.code == 7 && ended.runs == 1)
      #expect(try JobStatus(try await disk.jobrun("status", "2", "--json").out).runs == 1)
      try await disk.expectSound()
      #expect(try await daemon.end().code == 0)
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible, "no file system can be mounted here"))
  func aJobThatIsDueWaitsForRoomAndIsStartedOnce() async throws {
    try await JobrunFixture.with { fixture in
      let disk = try await SmallDisk(fixture, "size=512k")
      #expect(
        try await disk.jobrun("submit", "--shell", "echo ran >> \(fixture.path("ran"))").code == 0)
      disk.fill(leaving: 32_768)
      let daemon = try fixture.start(["daemon"], environment: disk.environment)
      try await eventually { daemon.err.contains("trying again every second") }
      let waiting = try await disk.jobrun("status", "--json")
      #expect(waiting.err.contains("leaving 64 KiB and 16 files free in"))
      #expect(disk.names("runs").isEmpty)
      disk.free()
      try await eventually("it has run") { disk.names("done").count == 1 }
      #expect(fixture.lines("ran") == ["ran"])
      try await disk.expectSound()
      #expect(try await daemon.end().code == 0)
    }
  }

  @Test func filesMayNotGrow() async throws {
    try await JobrunFixture.with { spool in
      try await spool.jobrun("status")
      let done = try await spool.shell("(ulimit -f 0; $JOBRUN submit -- true 2>&1; echo $?) | cat")
      #expect(done.lines.last == "74")
      #expect(done.out.contains("numbers: File too large"))
      let second = try await spool.shell(
        "(ulimit -f 1; $JOBRUN submit -- true 2>&1; echo $?) | cat")
      #expect(second.lines.last == "74" || second.lines.last == "0")
      #expect(spool.names("tmp").isEmpty && spool.names("corrupt").isEmpty)
      #expect(spool.names("jobs").count == (second.lines.last == "0" ? 1 : 0))
      // A daemon that may not write waits, and another one does what it could not do.
      let id = try await spool.submit("--shell", "echo ran >> ran")
      let limited = try await spool.shell(
        "(ulimit -f 0; timeout 2 $JOBRUN daemon 2>&1; echo $?) | cat")
      // Once, and not each second.
      #expect(limited.lines.last == "124")
      #expect(limited.lines.filter { $0.contains("File too large") }.count == 1, "\(limited.out)")
      try await spool.work()
      #expect(try await spool.status(id).phase == "succeeded")
      #expect(spool.lines("ran") == ["ran"])
    }
  }

  @Test func descriptorsAreShort() async throws {
    try await JobrunFixture.with { spool in
      let input = String(
        repeating: "{\"command\":\"echo $JOBRUN_NUMBER >> ran; sleep 0.3\"}\n", count: 40)
      _ = try await spool.jobrun("submit", "-", input: input)
      let done = try await spool.shell(
        "ulimit -n 60; timeout 50 $JOBRUN daemon --slots 30 --until-idle=0s")
      #expect(done.code == 0, "\(done.err)")
      #expect(spool.names("done").count == 40)
      #expect(Set(spool.lines("ran")).count == 40 && spool.lines("ran").count == 40)
    }
  }

  /// The daemon's own calls that change the disk, each failing once: it waits, or it ends and
  /// another one goes on; the command runs once.
  @Test(arguments: [EIO, ENOSPC, EMFILE])
  func noFailingCallLosesARunOrDoublesOne(code: Int32) async throws {
    try await JobrunFixture.with { spool in
      for call in stride(from: 1, through: 40, by: 3) {
        let id = try await spool.submit("--shell", "echo \(call) >> ran")
        let fault = "\(code):\(call)"
        let first = try spool.start(
          ["daemon", "--until-idle=0s"], environment: ["JOBRUN_FAULT": fault])
        let done = try await first.finished()
        if done.code != 0 { try await spool.work(within: "0s") }
        let status = try await spool.status(id)
        #expect(status.phase == "succeeded" && status.runs == 1, "\(fault): \(done.err)")
        #expect(status.number("attempts") == 1, "\(fault)")
      }
      #expect(spool.lines("ran").count == Set(spool.lines("ran")).count)
      #expect(spool.lines("ran").count == 14)
      let check = try await spool.jobrun("fsck", "--repair")
      #expect(check.code == 0, "\(check.out)")
    }
  }
}
