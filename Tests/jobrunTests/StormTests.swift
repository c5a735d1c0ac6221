// The storm, in its short form with every `swift test`, and in full where it is asked for.

import Foundation
import Testing

@Suite struct StormTests {
  private func storm(_ size: Storm.Size) async throws {
    let seed = Storm.seed()
    print("StormTests: JOBRUN_SEED=\(seed)")
    try await JobrunFixture.with { spool in
      let storm = Storm(spool, size, seed: seed)
      let begun = ContinuousClock.now
      try await storm.run()
      let summary = try await storm.reckon()
      let time = (ContinuousClock.now - begun).formatted(.units(allowed: [.seconds]))
      print("StormTests: \(summary); \(time), seed \(seed)")
    }
  }

  @Test func losesAndRepeatsNothing() async throws {
    try await storm(Storm.Size(kills: 20, jobs: 40, clients: 2, pause: 50))
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["JOBRUN_STORM"] != nil))
  func losesAndRepeatsNothingHoweverLong() async throws {
    let kills = try #require(Int(ProcessInfo.processInfo.environment["JOBRUN_STORM"] ?? ""))
    try await storm(Storm.Size(kills: kills, jobs: 60, clients: 4, pause: 400))
  }
}
