// Power cuts at any moment, on each file system that a spool may be on. Asked for by JOBRUN_POWER,
// the number of cuts on each.

import Foundation
import Testing

@Suite(.serialized) struct PowerCutTests {
  private static let cuts = Int(ProcessInfo.processInfo.environment["JOBRUN_POWER"] ?? "") ?? 0
  private static let kinds = PowerCut.Kind.allCases.filter(\.isThere)

  @Test(
    .enabled(if: cuts > 0, "set JOBRUN_POWER to the number of cuts"),
    .enabled(if: !kinds.isEmpty, "it takes root, losetup and mkfs of ext4, xfs or btrfs"),
    arguments: kinds)
  func noCommandRunsTwiceAndNoJobIsLost(kind: PowerCut.Kind) async throws {
    let seed = Storm.seed()
    print("PowerCutTests: JOBRUN_SEED=\(seed), \(kind)")
    var random = Xorshift(seed: seed)
    var ends: [String: Int] = [:]
    for _ in 0..<Self.cuts {
      try await JobrunFixture.with { spool in
        let power = try await PowerCut(spool, kind)
        // Outside of the file system that is cut: what has begun has begun.
        let ledger = spool.path("ledger")
        // Each has an end of its own, so that no other's can stand for it.
        let documents = (0..<30).map { number in
          let rest = Int.random(in: 1...8, using: &random)
          let line = "echo $JOBRUN_JOB_ID >>\(ledger); sleep 0.0\(rest); exit \(number)"
          return #"{"id":"j\#(number)","command":"\#(line)"}"#
        }
        let done = try await spool.jobrun("submit", "-", input: documents.joined(separator: "\n"))
        #expect(done.code == 0, "\(done.err)")
        _ = try spool.start(["daemon", "--slots", "4"])
        try await eventually("a command runs") { !spool.read("ledger").isEmpty }
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...120, using: &random)))
        try await power.strike()
        try await spool.work("--slots", "4", within: "0s")
        for number in 0..<30 {
          let id = "j\(number)"
          let status = try await spool.status(id)
          let begun = spool.lines("ledger").count { $0 == id }
          ends["\(status.kind) \(begun)", default: 0] += 1
          #expect(begun <= 1, "\(id) ran \(begun) times, seed \(seed)")
          #expect(
            status.kind == "exited"
              ? begun == 1 && status.code == number : status.kind == "lost",
            "\(id): \(status.lastOutcome), begun \(begun) times, seed \(seed)")
        }
      }
    }
    print("PowerCutTests: \(kind), seed \(seed): \(ends.sorted { $0.key < $1.key })")
  }
}
