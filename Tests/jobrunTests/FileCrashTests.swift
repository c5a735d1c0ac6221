// Daemons that die while files come: each file has its run once, whatever was cut short.

import Foundation
import Glibc
import Testing

@Suite struct FileCrashTests {
  private static let isLong = ProcessInfo.processInfo.environment["JOBRUN_STORM"] != nil
  /// No life has so many changes; a test that gets here would not end.
  private static let most = 300
  private static let seed = Storm.seed()

  private static func document(moving: Bool) -> String {
    #"{"id":"f","command":"echo $JOBRUN_FILE_NAME $JOBRUN_ATTEMPT $(cat $JOBRUN_FILE) >> ran","#
      + #""fileTrigger":{"directory":"in","pattern":".*\\.csv""#
      + (moving ? #","moveTo":"done"}}"# : "}}")
  }

  /// The daemon is killed before each of its changes of the disk, through the runs for two files.
  @Test(arguments: [false, true], 0..<4)
  func runsOnceWhereverTheDaemonDies(moving: Bool, lane: Int) async throws {
    let stride = FileCrashTests.isLong ? 4 : 12
    let first = FileCrashTests.isLong ? lane : Int(FileCrashTests.seed % 3) * 4 + lane
    for round in 0..<FileCrashTests.most {
      let step = round * stride + first + 1
      var ranThrough = false
      try await JobrunFixture.with { spool in
        for name in ["a", "b"] { try spool.write(name, to: "in/\(name).csv") }
        try await spool.jobrun("submit", "-", input: FileCrashTests.document(moving: moving))
        let daemon = try spool.start(
          ["daemon", "--until-idle=0s"], environment: ["JOBRUN_FAULT": "kill:\(step)"])
        ranThrough = try await daemon.finished().code == 0
        if !ranThrough { try await spool.work() }
        let status = try await spool.status("f")
        let place = "step \(step), seed \(FileCrashTests.seed)"
        #expect(spool.lines("ran").sorted() == ["a.csv 1 a", "b.csv 1 b"], "\(place)")
        #expect(status.phase == "waiting" && status.runs == 2, "\(place)")
        #expect(status.history.map { $0["code"] as? Int } == [0, 0], "\(place)")
        #expect(spool.names("corrupt") == [], "\(place)")
        let left = moving ? "in" : "done"
        #expect(
          ((try? FileManager.default.contentsOfDirectory(atPath: spool.path(left))) ?? []) == [],
          "\(place)")
      }
      if ranThrough { return }
    }
    Issue.record("it never ran through")
  }

  /// A call that changes the disk finds it full; the daemon waits for room and goes on.
  @Test func runsOnceWhateverRunsShort() async throws {
    let first = 1 + Int(FileCrashTests.seed % 25)
    for step in stride(from: first, to: 130, by: 25) {
      try await JobrunFixture.with { spool in
        for name in ["a", "b"] { try spool.write(name, to: "in/\(name).csv") }
        try await spool.jobrun("submit", "-", input: FileCrashTests.document(moving: true))
        let daemon = try spool.start(
          ["daemon", "--until-idle=0s"], environment: ["JOBRUN_FAULT": "\(ENOSPC):\(step)"])
        // After a sync that failed nobody knows what the disk holds: the daemon leaves.
        if try await daemon.finished().code != 0 { try await spool.work() }
        #expect(spool.lines("ran").sorted() == ["a.csv 1 a", "b.csv 1 b"], "step \(step)")
        let status = try await spool.status("f")
        #expect(status.phase == "waiting" && status.runs == 2, "step \(step)")
      }
    }
  }

  /// Fifty files come while one daemon after the other is killed at any moment.
  @Test(arguments: [false, true])
  func runsOnceForEachOfFiftyFilesWhileDaemonsDie(moving: Bool) async throws {
    var random = SystemRandomNumberGenerator()
    try await JobrunFixture.with { spool in
      try FileManager.default.createDirectory(
        atPath: spool.path("in"), withIntermediateDirectories: true)
      try await spool.jobrun("submit", "-", input: FileCrashTests.document(moving: moving))
      var names: Set<String> = []
      var kills = 0
      while names.count < 50 {
        let daemon = try await spool.daemon()
        for _ in 0..<5 {
          let name = "file-\(names.count).csv"
          names.insert(name)
          let path = try spool.write("x", to: "home/\(name)")
          try #require(rename(path, spool.path("in/\(name)")) == 0)
        }
        // At a moment that depends on how far it has come, not on a clock.
        let goal = spool.lines("ran").count + Int.random(in: 1...4, using: &random)
        try await eventually("\(goal) runs") { spool.lines("ran").count >= goal }
        daemon.kill(SIGKILL)
        _ = try await daemon.finished()
        kills += 1
      }
      try await spool.work()
      #expect(kills == 10)
      let ran = spool.lines("ran").map { String($0.prefix { $0 != " " }) }
      #expect(ran.count == 50 && Set(ran) == names, "\(ran)")
      let status = try await spool.status("f")
      #expect(status.runs == 50 && status.phase == "waiting")
      #expect(status.history.allSatisfy { $0["code"] as? Int == 0 })
    }
  }
}
