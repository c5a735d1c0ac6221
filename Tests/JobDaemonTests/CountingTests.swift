// When the daemon's counters are written, and what becomes of those of the daemon before.

import Foundation
import JobCore
import JobSpool
import LinuxIO
import Testing

@testable import JobDaemon

@Suite struct CountingTests {
  private let folder: Folder
  private let spool: Spool

  init() throws {
    folder = try Folder()
    spool = try Spool(path: folder.path)
  }

  /// A job that has just been started.
  private func started() throws -> Daemon.Decided {
    let context = spool.documentContext(
      zones: ZoneFiles(), timeZone: "UTC", workingDirectory: "/", umask: 0o077)
    let document = try JobDocument(
      JSON(parsing: #"{"id":"a","command":["true"]}"#), in: context)
    _ = try spool.submit([NewJob(document)], at: .now)
    let stored = try #require(try spool.job("a"))
    let next = try stored.state.applying(
      .launch, schedule: ZoneFiles().schedule(stored.state.spec), at: .now)
    return Daemon.Decided(
      item: Daemon.Pending(change: StateChange(stored, next), action: .launch),
      entries: HistoryEntry.entries(from: stored.state, to: next), ready: .now)
  }

  @Test func turnsAloneAreNoReasonToWrite() throws {
    var counting = Counting(spool, Log(), at: .now)
    for _ in 0..<100 { counting.countTurn(nanoseconds: 1_000_000) }
    #expect(counting.writeAt == nil)
    counting.writeIfDue(spool)
    #expect(try spool.metrics() == nil)
    counting.write(spool)
    #expect(try spool.metrics()?.turns.count == 100)
  }

  @Test func whatWasCountedIsWrittenOnceASecondLater() throws {
    var counting = Counting(spool, Log(), at: .now)
    let begin = Clock.boot.milliseconds
    let start = try started()
    counting.count([start], begun: .now)
    let due = try #require(counting.writeAt)
    #expect((begin + 1000...begin + 60_000).contains(due))
    counting.count([start], begun: .now)
    #expect(counting.writeAt == due, "what comes next does not put it off")
    if Clock.boot.milliseconds < due {
      counting.writeIfDue(spool)
      #expect(try spool.metrics() == nil || Clock.boot.milliseconds >= due)
    }
    counting.write(spool)
    #expect(counting.writeAt == nil)
    #expect(try spool.metrics()?.queueWait.count == 2)
  }

  @Test func goesOnWithWhatIsThere() throws {
    let since = Instant(milliseconds: 1_790_000_000_000)
    var before = Counting(spool, Log(), at: since)
    before.count([try started()], begun: .now)
    before.write(spool)
    var after = Counting(spool, Log(), at: .now)
    after.countTurn(nanoseconds: 1)
    after.write(spool)
    let metrics = try #require(try spool.metrics())
    #expect(metrics.since == since)
    #expect(metrics.queueWait.count == 1 && metrics.turns.count == 1)
  }

  @Test func beginsAtZeroWhereNothingCanBeRead() throws {
    try folder.put("metrics.json", #"{"retries":-1}"#)
    var counting = Counting(spool, Log(), at: .now)
    #expect(folder.names("corrupt") == ["metrics.json", "metrics.json.why"])
    #expect(folder.text("corrupt/metrics.json.why")?.hasPrefix("retries: -1 is out") == true)
    counting.write(spool)
    #expect(try spool.metrics()?.retries == 0)
  }

  @Test func triesAgainLaterWhatCannotBeWritten() throws {
    var counting = Counting(spool, Log(), at: .now)
    try folder.make("metrics.json")
    counting.write(spool)
    #expect(try #require(counting.writeAt) > Clock.boot.milliseconds + 30_000)
    #expect(folder.names("tmp").isEmpty)
    try folder.remove("metrics.json")
    counting.write(spool)
    #expect(counting.writeAt == nil)
    #expect(try spool.metrics() != nil)
  }
}
