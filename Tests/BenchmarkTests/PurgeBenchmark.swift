// 200,000 finished jobs whose time is over are purged while a daemon works: how long its chores
// keep it from anything else, and how long a new job waits for its end meanwhile.

import Foundation
import Glibc
import JobCore
import JobSpool
import LinuxIO
import Testing

@testable import JobDaemon

@Suite(.serialized, .enabled(if: isAsked, "set JOBRUN_BENCHMARK=1 to measure"))
struct PurgeBenchmark {
  private static let count = 200_000

  /// Fills done/ with jobs that ended long ago, without syncing each.
  private func fill(_ bench: Bench) throws -> Spool {
    let spool = try Spool(path: bench.spool)
    let context = spool.documentContext(
      zones: ZoneFiles(), timeZone: "UTC", workingDirectory: "/", umask: 0o077)
    let document = try JobDocument(
      JSON(parsing: #"{"id":"job-000000","command":["/bin/true"]}"#), in: context)
    _ = try spool.submit([NewJob(document)], at: Instant(milliseconds: 1_700_000_000_000))
    let cancel = CancelRequest(at: Instant(milliseconds: 1_700_000_000_000), reason: "done")
    _ = try spool.apply(.cancel(cancel), to: "job-000000", zones: ZoneFiles(), at: cancel.at)
    let done = try Directory(path: bench.spool + "/done")
    let text = String(
      decoding: try done.open("job-000000.json", .read).contents(limit: 1 << 20) ?? [],
      as: UTF8.self)
    for number in 1..<PurgeBenchmark.count {
      let id = "job-" + String(String(1_000_000 + number).dropFirst())
      let file = try done.open("\(id).json", .createNew)
      try file.write(Array(text.replacing("job-000000", with: id).utf8), at: 0)
    }
    try done.sync()
    return spool
  }

  @Test func noSliceIsLong() throws {
    let bench = try Bench()
    let spool = try fill(bench)
    var chores = Housekeeping()
    var figures = Figures()
    let log = Log()
    let whole = try Bench.time {
      repeat {
        figures.add(
          try Bench.time { try chores.step(spool, log, at: .now, isKept: { _ in false }) })
      } while chores.hasMore
    }
    print(
      String(
        format: "purging %d jobs: %.1f s; one slice %@, longest %.1f ms", PurgeBenchmark.count,
        Double(whole) / 1e9, figures.text, figures.at(1) / 1e6))
    #expect(try spool.finishedIdentifiers().isEmpty)
    #expect(figures.at(1) < 50e6)
  }

  @Test func newJobsDoNotWait() throws {
    let bench = try Bench()
    let spool = try fill(bench)
    let daemon = try RunningDaemon(bench)
    func probe(_ figures: inout Figures) throws {
      figures.add(
        try Bench.time {
          try bench.jobrun("submit", "--wait", "--", "/bin/true")
        })
    }
    var busy = Figures()
    var idle = Figures()
    try probe(&busy)
    while try spool.job("job-100000") != nil || spool.job("job-199999") != nil { try probe(&busy) }
    while try spool.finishedIdentifiers().contains(where: { $0.hasPrefix("job-") }) {
      pause(milliseconds: 10)
    }
    for _ in 0..<50 { try probe(&idle) }
    try daemon.stop()
    print(
      String(
        format: "submit --wait of true while purging: %@, longest %.1f ms", busy.text,
        busy.at(1) / 1e6))
    print(String(format: "  afterwards: %@, longest %.1f ms", idle.text, idle.at(1) / 1e6))
    #expect(busy.at(0.5) < idle.at(0.5) + 50e6)
  }
}
