// Removing finished jobs: all of it goes, and nothing else does, whoever is at it meanwhile.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct PurgeTests {
  let fixture: SpoolFixture
  var spool: Spool { fixture.spool }
  init() throws { fixture = try SpoolFixture() }

  private func finished(_ id: String) throws -> StoredJob {
    try fixture.submit(id: id)
    try fixture.cancel(id)
    return try #require(try spool.job(id, in: .done))
  }

  private func purge(_ jobs: StoredJob...) throws -> [PurgeResult] {
    try spool.purge(jobs, because: "test", at: .now)
  }

  @Test func `a job goes with its logs, and the history says so`() throws {
    let job = try finished("a")
    let runs = try Directory(path: "\(fixture.path)/runs")
    try runs.makeDirectory("a")
    try Directory("a", in: runs).makeDirectory("1.1")
    try fixture.put("output", as: "stdout", in: "runs/a/1.1")
    #expect(try purge(job) == [.removed])
    for place in ["done", "runs", "tmp", "corrupt"] { #expect(try fixture.names(place).isEmpty) }
    let day = try #require(try fixture.names("events").last)
    let history = try fixture.text(day, in: "events")
    #expect(history?.contains(#""reason":"test","what":"purged""#) == true)
  }

  @Test func `what was run again, or is gone, is left alone`() throws {
    let (again, twice, gone) = (try finished("again"), try finished("twice"), try finished("gone"))
    try fixture.apply(.rerun, to: "again")
    try fixture.apply(.rerun, to: "twice")
    try fixture.cancel("twice")
    #expect(try purge(gone) == [.removed])
    #expect(try purge(again, twice, gone) == [.stale, .stale, .stale])
    #expect(try spool.allIdentifiers() == ["again", "twice"])
    let live = try #require(try spool.job("again"))
    #expect(try purge(live) == [.stale])
  }

  @Test func `a job whose supervisor is at work stays`() throws {
    _ = try fixture.launched("a")
    let holder = try Helper(["hold", fixture.path, "a"])
    #expect(try holder.line() == "holding")
    // Its end has been decided by somebody who did not look.
    let attempt = try #require(try fixture.state("a")?.phase.liveAttempt)
    let outcome = Outcome(.exited(code: 0), of: attempt, startedAt: nil, endedAt: .now)
    try fixture.apply(.ended(ExitRecord(outcome)), to: "a")
    let job = try #require(try spool.job("a", in: .done))
    #expect(try purge(job) == [.busy(attempt: "1.1")])
    #expect(try fixture.names("runs/a/1.1").contains("run.json"))
    try holder.kill()
    #expect(try purge(job) == [.removed])
    #expect(try fixture.names("runs").isEmpty)
  }

  @Test func `many purges, reruns and new jobs of the same ids at a time lose nothing`() throws {
    let ids = (0..<8).map { "job-\($0)" }
    for id in ids { _ = try finished(id) }
    let helpers = try (0..<4).map { number in
      try Helper(["churn", fixture.path, "\(number)"] + ids)
    }
    for helper in helpers { #expect(try helper.end().code == 0) }
    // Each id is nowhere, or in one place, readable.
    let (jobs, done) = (Set(try fixture.names("jobs")), Set(try fixture.names("done")))
    #expect(jobs.isDisjoint(with: done))
    #expect(try spool.forEachJob { _ in true }.isEmpty)
    #expect(try fixture.names("tmp").isEmpty && fixture.names("corrupt").isEmpty)
  }
}
