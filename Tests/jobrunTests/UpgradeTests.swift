// A new version of the program is put in the place of the one that a daemon runs: nothing of what
// runs, waits or comes in between notices.

import Foundation
import Glibc
import Testing

@Suite struct UpgradeTests {
  /// Puts a copy of the binary in place as a package manager does: a new file under the old name.
  /// By another process: while this one has it open for writing, some child of another test may
  /// have it open as well, and it could not be started.
  private static func install(_ fixture: JobrunFixture) async throws -> String {
    let place = fixture.path("jobrun")
    let done = try await fixture.shell("cp \"$JOBRUN\" \(place).new && mv \(place).new \(place)")
    try #require(done.code == 0, "\(done.err)")
    return place
  }

  @Test func aBinaryReplacedUnderALiveDaemonLosesNothing() async throws {
    try await JobrunFixture.with { fixture in
      let place = try await UpgradeTests.install(fixture)
      let old = try fixture.start(["daemon", "--slots", "4"], program: place)
      try await eventually { old.err.contains("ready\n") }
      let line = "echo $JOBRUN_JOB_ID >> begun; while [ ! -e go ]; do sleep 0.02; done; exit 3"
      let running = try await fixture.submit("--shell", line)
      try await fixture.status(running, reaches: "running")

      _ = try await UpgradeTests.install(fixture)
      // The old daemon starts what comes now under supervisors of its own version.
      let between = try await fixture.submit("--shell", line)
      try await fixture.status(between, reaches: "running")
      try await old.end(SIGTERM)
      let later = try await fixture.submit("--", "true")

      let new = try fixture.start(["daemon", "--slots", "4"], program: place)
      try await fixture.status(later, reaches: "succeeded")
      #expect(new.err.contains("run 1, attempt 1 is still running"))
      try fixture.write("", to: "go")
      for id in [running, between] {
        let end = try await fixture.status(id, reaches: "failed")
        #expect(end.code == 3 && end.runs == 1)
      }
      #expect(Set(fixture.lines("begun")) == [running, between])
      #expect(fixture.lines("begun").count == 2)
      #expect(try await new.end().code == 0)
    }
  }

  @Test func aBinaryThatIsRemovedUnderALiveDaemonStopsNothing() async throws {
    try await JobrunFixture.with { fixture in
      let place = try await UpgradeTests.install(fixture)
      let daemon = try fixture.start(["daemon"], program: place)
      try await eventually { daemon.err.contains("ready\n") }
      try FileManager.default.removeItem(atPath: place)
      let id = try await fixture.submit("--", "true")
      try await fixture.status(id, reaches: "succeeded")
      #expect(try await daemon.end().code == 0)
    }
  }
}
