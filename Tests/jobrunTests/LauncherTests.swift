// The process that supervisors are copies of: it comes and goes without a run being lost or doubled.

import Foundation
import Glibc
import Testing

@Suite struct LauncherTests {
  private static let untilGo = "echo ran >> ran; while [ ! -e go ]; do sleep 0.02; done"

  /// Launchers of a spool.
  private func launchers(of spool: JobrunFixture) -> [Int32] {
    allProcesses().filter { pid in
      let data = (try? Data(contentsOf: URL(filePath: "/proc/\(pid)/cmdline"))) ?? Data()
      let words = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      return words == ["jobrun", "launch", spool.spool]
    }
  }

  @Test func leavesWithItsDaemonAndSupervisorsStay() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit("--shell", LauncherTests.untilGo)
      try await eventually { spool.lines("ran") == ["ran"] }
      #expect(launchers(of: spool).count == 1)
      // What ps shows names the run.
      let supervisor = try #require(supervisors(of: spool.spool).first)
      let shown = try Data(contentsOf: URL(filePath: "/proc/\(supervisor)/cmdline"))
      #expect(
        shown.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
          == ["jobrun", "supervise", spool.spool, id, "1.1"])
      try await daemon.end(SIGKILL)
      try await eventually { launchers(of: spool) == [] }
      #expect(supervisors(of: spool.spool) == [supervisor])
      try spool.write("", to: "go")
      try await spool.work()
      #expect(try await spool.status(id).phase == "succeeded")
      #expect(spool.lines("ran") == ["ran"])
    }
  }

  @Test func isStartedAnewWhenItWasKilled() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let first = try await spool.submit("--shell", LauncherTests.untilGo)
      try await eventually { spool.lines("ran") == ["ran"] }
      for pid in launchers(of: spool) { _ = kill(pid, SIGKILL) }
      let second = try await spool.submit("--", "true")
      try await spool.status(second, reaches: "succeeded")
      #expect(try await spool.status(first).phase == "running")
      try spool.write("", to: "go")
      try await spool.status(first, reaches: "succeeded")
      #expect(spool.lines("ran") == ["ran"])
      try await daemon.end()
    }
  }

  @Test func isReplacedWhenItDoesNotAnswer() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let first = try await spool.submit("--", "true")
      try await spool.status(first, reaches: "succeeded")
      let stopped = try #require(launchers(of: spool).first)
      _ = kill(stopped, SIGSTOP)
      let second = try await spool.submit("--shell", "echo ran >> ran")
      try await spool.status(second, reaches: "succeeded")
      #expect(spool.lines("ran") == ["ran"])
      #expect(!launchers(of: spool).contains(stopped))
      try await daemon.end()
    }
  }

  @Test func leavesNoDescriptorToACommand() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon()
      let id = try await spool.submit("--lock", "a", "--lock", "b", "--shell", "ls /proc/$$/fd")
      try await spool.status(id, reaches: "succeeded")
      // A shell opens its script's own above 9.
      #expect(try await spool.jobrun("logs", id).lines.filter { $0.count == 1 } == ["0", "1", "2"])
      try await daemon.end()
    }
  }

  @Test func needsNoWatchOfTheKernelForARun() async throws {
    try await JobrunFixture.with { spool in
      // So many as a daemon has itself (user_namespaces(7)).
      let limited =
        "echo 5 > /proc/sys/user/max_inotify_instances && exec \(JobrunFixture.binary) daemon"
      let daemon = try spool.start(
        ["--user", "--map-root-user", "/bin/sh", "-c", limited], program: "/usr/bin/unshare")
      try await eventually { daemon.err.contains("ready\n") || !daemon.isRunning }
      // Where nobody may do that there is nothing to see.
      guard daemon.isRunning else { return }
      let first = try await spool.submit("--", "true")
      try await spool.status(first, reaches: "succeeded")
      let second = try await spool.submit("--", "sleep", "100")
      try await spool.status(second, reaches: "running")
      try await spool.jobrun("cancel", second)
      try await spool.status(second, reaches: "cancelled")
      try await daemon.end()
    }
  }
}
