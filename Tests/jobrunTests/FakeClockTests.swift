// The built program on a clock that is not the machine's: libfaketime stands between it and the
// kernel, so that downtime of hours, summer time and a clock set back take seconds.

import Foundation
import Testing

@Suite(
  .enabled(if: FakeClock.library != nil, "libfaketime is not installed: apt-get install faketime"),
  .disabled(
    if: ProcessInfo.processInfo.environment["ASAN_OPTIONS"] != nil,
    "the address sanitizer has to be loaded before libfaketime"))
struct FakeClockTests {
  /// Submits a job whose lines say run and instant, at a point in time.
  private func submit(
    _ spool: JobrunFixture, at time: String, _ options: String...
  ) async throws -> String {
    let line = "echo $JOBRUN_RUN $JOBRUN_SCHEDULED_AT >> ran"
    let done = try await spool.start(
      ["submit"] + options + ["--shell", line], environment: FakeClock.environment(time)
    ).finished()
    return try #require(done.lines.first, "\(done.err)")
  }

  @Test func runsTheFirstOfTwoTimesInAutumnAndNotTheSecond() async throws {
    try await JobrunFixture.with { spool in
      let id = try await submit(
        spool, at: "2026-10-25 00:29:00", "--quartz", "0 30 2 * * ?", "--tz", "Europe/Berlin")
      let first = try await spool.daemon(environment: FakeClock.environment("2026-10-25 00:29:58"))
      try await eventually { spool.lines("ran").count == 1 }
      try await spool.status(id, reaches: "waiting")
      try await first.end()
      // An hour later 02:30 comes again. Another job tells that its time has passed.
      let mark = try await submit(
        spool, at: "2026-10-25 01:29:50", "--start", "2026-10-25T01:30:01Z")
      let second = try await spool.daemon(environment: FakeClock.environment("2026-10-25 01:29:58"))
      try await spool.status(mark, reaches: "succeeded")
      try await second.end()
      #expect(
        spool.lines("ran") == ["1 2026-10-25T00:30:00.000Z", "1 2026-10-25T01:30:01.000Z"])
      let outcome = try await spool.status(id).lastOutcome
      #expect(outcome["rule"] as? String == "repeatedFirst")
    }
  }

  @Test func runsNothingTwiceWhenTheClockIsSetBack() async throws {
    try await JobrunFixture.with { spool in
      let id = try await submit(spool, at: "2026-03-02 10:30:00", "--quartz", "0 0 * * * ?")
      let first = try await spool.daemon(environment: FakeClock.environment("2026-03-02 10:59:58"))
      try await eventually { spool.lines("ran").count == 1 }
      try await first.end()
      let mark = try await submit(
        spool, at: "2026-03-02 10:59:50", "--start", "2026-03-02T11:00:01Z")
      let second = try await spool.daemon(environment: FakeClock.environment("2026-03-02 10:59:58"))
      try await spool.status(mark, reaches: "succeeded")
      try await second.end()
      #expect(try await spool.status(id).text("nextRun") == "2026-03-02T12:00:00.000Z")
      #expect(spool.lines("ran").count == 2, "its one run, and the mark's")
    }
  }

  @Test(arguments: [
    ("once", ["1 2026-03-02T14:00:00.000Z"]), ("skip", []),
    (
      "all",
      (11...14).map { "\($0 - 10) 2026-03-02T\($0):00:00.000Z" }
    ),
  ])
  func keepsTheMisfireRuleAfterHoursOfDowntime(rule: String, expected: [String]) async throws {
    try await JobrunFixture.with { spool in
      let id = try await submit(
        spool, at: "2026-03-02 10:30:00", "--quartz", "0 0 * * * ?", "--misfire", rule)
      let daemon = try await spool.daemon(environment: FakeClock.environment("2026-03-02 14:20:00"))
      try await eventually {
        try await spool.status(id).text("nextRun") == "2026-03-02T15:00:00.000Z"
      }
      try await daemon.end()
      #expect(spool.lines("ran") == expected)
    }
  }
}

private enum FakeClock {
  static let library: String? = {
    let folders = ["x86_64-linux-gnu", "aarch64-linux-gnu", "."].map { "/usr/lib/\($0)/faketime" }
    return folders.map { "\($0)/libfaketime.so.1" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }()

  /// What a process is started with to live from a UTC time on.
  static func environment(_ time: String) -> [String: String] {
    [
      "LD_PRELOAD": library ?? "", "FAKETIME": "@\(time)", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
      "TZ": "UTC",
    ]
  }
}
