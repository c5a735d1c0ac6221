// exit.json and started.json: read as written, and hostile bytes are an error.

import Testing

@testable import JobCore

@Suite struct RunRecordTests {
  private static let now = Instant(milliseconds: 1_772_445_600_123)

  private static func record(_ kind: Outcome.Kind) -> ExitRecord {
    let attempt = Attempt(run: 2, scheduledAt: now, origin: .schedule, rule: "shifted")
    var outcome = Outcome(kind, of: attempt, startedAt: now, endedAt: now + .seconds(1))
    outcome.leftovers = 3
    return ExitRecord(
      outcome, outputs: ["x": "é\n"], percentCompleted: 42, progressText: "nearly")
  }

  @Test(
    arguments: [
      .exited(code: 0), .exited(code: 255), .signalled(signal: 9), .notStarted(reason: "n"),
      .timedOut(reason: ""), .cancelled(reason: "é"), .lost(reason: "reboot"),
    ] as [Outcome.Kind])
  func readsEveryEndAsItWasWritten(kind: Outcome.Kind) throws {
    let record = Self.record(kind)
    #expect(try ExitRecord(parsing: record.bytes) == record)
    let bare = ExitRecord(
      Outcome(
        kind, of: Attempt(run: 1, scheduledAt: Self.now, origin: .rerun), startedAt: nil,
        endedAt: Self.now))
    #expect(try ExitRecord(parsing: bare.bytes) == bare)
  }

  @Test func readsAStartAsItWasWritten() throws {
    let record = StartRecord(pid: .max, boot: "b", startedAt: Self.now)
    #expect(try StartRecord(parsing: record.bytes) == record)
  }

  @Test(arguments: [
    ("", "line 1, column 1"), ("[]", "an object is expected, not an array"),
    ("{}", "outcome: it is missing"), (#"{"outcome":{}}"#, "outcome.kind: it is missing"),
    (#"{"outcome":{"kind":"exited"}}"#, "outcome.code: it is missing"),
    (
      #"{"outcome":{"kind":"exited","code":256}}"#,
      "outcome.code: 256 is out of range; 0 to 255 is expected"
    ),
    (
      #"{"outcome":{"kind":"signalled","signal":0}}"#,
      "outcome.signal: 0 is out of range; 1 to 127 is expected"
    ),
    (#"{"outcome":{"kind":"flown"}}"#, "outcome.kind: unknown kind \"flown\""),
  ])
  func saysWhatIsWrongWithARecord(text: String, message: String) {
    let error = #expect(throws: RecordError.self) { try ExitRecord(parsing: Array(text.utf8)) }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }

  @Test(arguments: ["-1", "0", "2147483648", "1e99", "\"1\"", "null"])
  func refusesProcessIdsThatCannotBe(pid: String) {
    let text = #"{"pid":\#(pid),"boot":"b","startedAt":"2026-03-02T10:00:00Z"}"#
    #expect(throws: RecordError.self) { try StartRecord(parsing: Array(text.utf8)) }
  }

  @Test func survivesHostileBytes() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("run record seed \(seed)")
    var random = Xoshiro(seed: seed)
    let records = [
      Self.record(.exited(code: 0)).bytes,
      StartRecord(pid: 1, boot: "b", startedAt: Self.now).bytes,
    ]
    let telling = Array("{}[]\",:0-9eE+null".utf8)
    for _ in 0..<1000 {
      var bytes = records[Int.random(in: 0..<records.count, using: &random)]
      for _ in 0..<3 {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        bytes[index] = telling.randomElement(using: &random) ?? 0
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        bytes.removeLast(.random(in: 0...bytes.count, using: &random))
      }
      if let record = try? ExitRecord(parsing: bytes) {
        _ = (record.outcome.exitCode, record.outcome.summary, record.bytes)
      }
      _ = (try? StartRecord(parsing: bytes), try? RunPlan(parsing: bytes))
    }
  }
}
