// What takes many minutes: JOBRUN_BENCHMARK=long.

import Foundation
import Glibc
import JobCore
import JobSpool
import LinuxIO
import Testing

@Suite(.serialized, .enabled(if: isLongAsked, "set JOBRUN_BENCHMARK=long to measure"))
struct LongBenchmarks {
  /// The value of a line of `jobrun metrics`, which begins with all of `name`.
  private static func metric(_ name: String, _ bench: Bench) throws -> Double {
    let file = "metrics-\(UUID().uuidString)"
    try bench.jobrun("metrics", output: file)
    let text = try String(contentsOfFile: "\(bench.path)/\(file)", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
    return line?.split(separator: " ").last.flatMap { Double($0) } ?? 0
  }

  /// Turns of the daemon's loop that took longer than a bucket of the histogram, in seconds.
  private static func longTurns(_ bound: String, _ bench: Bench) throws -> Int {
    let name = "jobrun_daemon_turn_seconds"
    return Int(
      try metric("\(name)_count", bench) - metric("\(name)_bucket{le=\"\(bound)\"}", bench))
  }

  /// Numbers of jobs in the order in which they were started.
  private static func starts(_ spool: Spool) throws -> [Int] {
    var numbers: [Int] = []
    let history = try EventHistory(spool)
    while let element = history.next() {
      if case .entry(let entry, _) = element, entry.decision.kind == .started {
        numbers.append(entry.number)
      }
    }
    return numbers
  }

  @Test func manyDueInTheSameSecond() throws {
    let count = 100_000
    let bench = try Bench()
    let due = Instant(milliseconds: Clock.real.milliseconds + 60_000).rfc3339
    let file = try bench.write(
      (1...count).map {
        #"{"command":["/bin/true"],"startDate":"\#(due)","priority":\#($0 % 3)}"#
      }, to: "jobs.ndjson")
    try bench.submit(file)
    let daemon = try RunningDaemon(bench, slots: 8)
    var status = Figures()
    let began = Clock.boot.milliseconds
    // The metrics would have all jobs read each time.
    while try !daemon.spool.liveIdentifiers().isEmpty {
      status.add(try Bench.time { try bench.jobrun("status", "1") })
      pause(milliseconds: 2000)
    }
    let seconds = (Clock.boot.milliseconds - began) / 1000
    let done = try Self.metric("jobrun_runs_total{outcome=\"succeeded\"}", bench)
    #expect(Int(done) == count)
    let starts = try Self.starts(daemon.spool)
    let expected = (1...count).sorted { ($1 % 3, $0) < ($0 % 3, $1) }
    print("\(count) due in the same second, done after \(seconds) s: status of one \(status.text)")
    print("  turns over 50 ms: \(try Self.longTurns("0.05", bench))")
    #expect(starts == expected)
    try daemon.stop()
  }

  /// What became of the firings of jobs that are due every five seconds.
  private struct Firings {
    var due = 0
    var begun = 0
    var inLine = 0
    /// One run stood for several, since the run before was busy.
    var stoodFor = 0
    var skipped = 0

    init(_ spool: Spool) throws {
      try spool.forEachJob { job in
        let state = job.state
        due += Int(state.cursor.milliseconds / 5000 - state.submittedAt.milliseconds / 5000)
        begun += state.runs
        if case .queued = state.phase { inLine += 1 }
        return true
      }
      let history = try EventHistory(spool)
      while let element = history.next() {
        guard case .entry(let entry, _) = element else { continue }
        let count = entry.decision.reason.split(separator: " ").first.flatMap { Int($0) }
        switch entry.decision.kind {
        case .late: stoodFor += (count ?? 1) - 1
        case .skipped: skipped += count ?? 0
        default: break
        }
      }
    }
  }

  @Test func aThousandJobsEveryFiveSeconds() throws {
    let bench = try Bench()
    let file = try bench.write(
      [String](
        repeating: #"{"command":["/bin/true"],"quartzDef":"0/5 * * * * ?"}"#, count: 1000),
      to: "jobs.ndjson")
    let daemon = try RunningDaemon(bench, slots: 16)
    try bench.submit(file)
    pause(milliseconds: 600_000)
    try daemon.stop()
    let firings = try Firings(daemon.spool)
    print("\(firings)")
    #expect(
      firings.due == firings.begun + firings.inLine + firings.stoodFor + firings.skipped,
      "each firing has a run, or a decision")
    let name = "jobrun_start_lateness_seconds"
    let all = try Self.metric("\(name)_count", bench)
    let quick = try Self.metric("\(name)_bucket{le=\"0.1\"}", bench)
    print("1,000 jobs every 5 s for 10 minutes: \(Int(all)) runs")
    print(String(format: "  started within 100 ms: %.2f %%", 100 * quick / max(all, 1)))
    print("  turns over 50 ms: \(try Self.longTurns("0.05", bench))")
  }
}
