// A daemon that is killed before each of its changes of the disk, through the whole life of a
// job: due, started, ended, retried, finished, moved to done/, cleared. The next daemon goes on.

import Foundation
import Glibc
import Testing

@Suite struct DaemonCrashTests {
  private static let lanes = 8
  /// No life has so many changes; a test that gets here would not end.
  private static let most = 400
  /// Each step takes a second, for a launch that comes to nothing is repeated no sooner: so all
  /// hundred of them are taken with the long storm only, and else every fourth from a random one.
  private static let isLong = ProcessInfo.processInfo.environment["JOBRUN_STORM"] != nil
  private static let seed = Storm.seed()
  private static let stride = isLong ? 1 : 4
  private static let first = isLong ? 0 : Int(seed % 4)

  @Test(arguments: 1...lanes)
  func losesAndRepeatsNothingWhereverTheDaemonDies(lane: Int) async throws {
    if lane == 1 { print("DaemonCrashTests: JOBRUN_SEED=\(DaemonCrashTests.seed)") }
    for round in 0..<DaemonCrashTests.most {
      let place = round * DaemonCrashTests.lanes + lane
      let step = place * DaemonCrashTests.stride - DaemonCrashTests.first
      var ranThrough = false
      try await JobrunFixture.with { spool in
        let id = try await spool.submit(
          "--retry", "1", "--retry-delay", "0", "--shell",
          "echo $JOBRUN_RUN.$JOBRUN_ATTEMPT >> begun; [ $JOBRUN_ATTEMPT = 2 ]")
        let daemon = try spool.start(
          ["daemon", "--until-idle=0s"], environment: ["JOBRUN_FAULT": "kill:\(step)"])
        ranThrough = try await daemon.finished().code == 0
        if !ranThrough { try await spool.work() }
        let status = try await spool.status(id)
        #expect(status.phase == "succeeded", "step \(step)")
        #expect(status.history.map { $0["code"] as? Int } == [1, 0], "step \(step)")
        #expect(status.runs == 1 && status.number("attempts") == 2, "step \(step)")
        #expect(spool.lines("begun") == ["1.1", "1.2"], "step \(step)")
        #expect(spool.names("jobs") == [] && spool.names("corrupt") == [], "step \(step)")
        #expect(supervisors(of: spool.spool) == [], "step \(step)")
      }
      if ranThrough { return }
    }
    Issue.record("it never ran through")
  }
}
