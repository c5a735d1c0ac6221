// What goes, what stays, and what nobody may be harmed by.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct RetentionTests {
  let fixture: SpoolFixture
  var spool: Spool { fixture.spool }
  init() throws { fixture = try SpoolFixture() }

  private let days = TimeSpan.seconds(86_400)
  private func later(_ days: Int64) -> Instant { .now + TimeSpan.seconds(days * 86_400) }

  private func log(_ id: String, _ attempt: String) throws {
    let runs = try Directory(path: "\(fixture.path)/runs")
    try runs.makeDirectory(id)
    try Directory(id, in: runs).makeDirectory(attempt)
    try fixture.put("output", as: "stdout", in: "runs/\(id)/\(attempt)")
  }

  private func purge(_ id: String, at now: Instant) throws -> Bool {
    guard let job = try spool.expiredJob(id, at: now) else { return false }
    return try spool.purge([job], because: "test", at: now) == [.removed]
  }

  @Test func `what an owner has prepared stays, though no state names it yet`() throws {
    try fixture.submit("{\"id\":\"a\",\"command\":[\"true\"]}")
    guard let owner = try spool.own("a") else { throw SpoolError.exists(id: "a") }
    try log("a", "1.1")
    try fixture.put("{}", as: "run.json", in: "runs/a/1.1")
    #expect(try spool.sweepRuns("a").isEmpty)
    #expect(try fixture.names("runs/a/1.1").contains("run.json"))
    // Nobody else takes it for left behind.
    #expect(try !spool.removeOwner(of: "a"))
    owner.end()
    #expect(try spool.removeOwner(of: "a"))
  }

  @Test func `a finished job goes when its days are over, with its logs`() throws {
    try fixture.submit("{\"id\":\"a\",\"command\":[\"true\"],\"hold\":true,\"purgeDays\":3}")
    try fixture.cancel("a")
    try log("a", "1.1")
    #expect(try !purge("a", at: later(2)))
    #expect(try fixture.state("a") != nil)
    #expect(try purge("a", at: later(4)))
    #expect(try fixture.state("a") == nil)
    #expect(try fixture.names("runs").isEmpty)
    #expect(try !purge("a", at: later(4)))
  }

  @Test func `a live job and one that was rerun stay`() throws {
    try fixture.submit(id: "live")
    #expect(try !purge("live", at: later(1000)))
    try fixture.submit(id: "again")
    try fixture.cancel("again")
    try fixture.apply(.rerun, to: "again")
    #expect(try !purge("again", at: later(1000)))
    #expect(try spool.allIdentifiers() == ["live", "again"])
  }

  @Test func `history goes after ninety days, or when it is too much`() throws {
    let today = Instant.now
    func day(_ ago: Int64) -> String {
      "\((today - .seconds(ago * 86_400)).rfc3339.prefix(10)).ndjson"
    }
    for ago in [0, 1, 2, 89, 92] { try fixture.put("{}", as: day(Int64(ago)), in: "events") }
    try fixture.put("x", as: "notes", in: "events", age: 200 * 86_400)
    #expect(try spool.trimHistory(at: today) == [day(92)])
    // Sparse: the days that are kept are more than 1 GiB together.
    truncate("\(fixture.path)/events/\(day(0))", 900 << 20)
    truncate("\(fixture.path)/events/\(day(1))", 100 << 20)
    truncate("\(fixture.path)/events/\(day(2))", 100 << 20)
    #expect(try spool.trimHistory(at: today) == [day(2), day(89)])
    truncate("\(fixture.path)/events/\(day(0))", 2 << 30)
    #expect(try spool.trimHistory(at: today) == [day(1)])
    #expect(try fixture.names("events") == [day(0), "notes"])
  }

  @Test func `what is in corrupt goes ninety days after it was put there, however old it is`()
    throws
  {
    try fixture.put("x", as: "old.json", in: "jobs", age: 200 * 86_400)
    try spool.quarantine("old.json", from: .jobs, because: "old")
    try fixture.put("x", as: "a person's note", in: "corrupt", age: 200 * 86_400)
    let names = try fixture.names("corrupt")
    #expect(names == ["a person's note", "old.json", "old.json.why"])
    #expect(try names.compactMap { try spool.trimQuarantine($0, at: later(89)) } == [])
    #expect(try names.compactMap { try spool.trimQuarantine($0, at: later(91)) } == ["old.json"])
    #expect(try fixture.names("corrupt") == ["a person's note"])
  }

  @Test func `logs of the last runs stay, older ones go`() throws {
    try fixture.submit(id: "a")
    for run in 1...25 { try log("a", "\(run).1") }
    try log("a", "3.2")
    try spool.trimRuns("a", latest: 25)
    #expect(try spool.runNames("a") == (6...25).map { "\($0).1" })
    try spool.trimRuns("a", latest: 5)
    #expect(try spool.runNames("a").count == 20)
  }

  @Test func `trimming away the last records of a job is no failure`() throws {
    let run = try fixture.launched("a")
    #expect(try run.plan() != nil)
    try spool.trimRuns("a", latest: 30)
    #expect(try fixture.names("runs").isEmpty)
  }

  @Test func `runs are listed in the order they took place`() throws {
    for name in ["10.1", "2.1", "2.10", "2.9"] { try log("a", name) }
    try Directory(path: "\(fixture.path)/runs/a").makeDirectory("strange")
    #expect(try spool.runNames("a") == ["2.1", "2.9", "2.10", "10.1"])
    #expect(try spool.runNames("none") == [])
  }

  @Test func `old unfinished writes go, young ones stay, published ones go at once`() throws {
    try fixture.put("old", as: "old", in: "tmp", age: 37 * 3600)
    try fixture.put("young", as: "young", in: "tmp", age: 3600)
    try fixture.submit(id: "a")
    try spool.jobs.link("a.json", to: "published", in: spool.tmp)
    try spool.tmp.makeDirectory("strange")
    try spool.tmp.makeDirectory("purged-1")
    try fixture.put("log", as: "stdout", in: "tmp/purged-1")
    try spool.sweepTemporary(at: .now)
    #expect(try fixture.names("tmp") == ["strange", "young"])
    #expect(try fixture.state("a") != nil)
  }

  @Test func `records that no state names go, those of the live attempt stay`() throws {
    let run = try fixture.launched("a")
    try log("a", "7.1")
    _ = try Directory(path: "\(fixture.path)/runs/a/7.1").open("lock", .createNew)
    #expect(try spool.sweepRuns("a").isEmpty)
    #expect(try run.plan() != nil)
    #expect(try fixture.names("runs/a/7.1") == ["stdout"])
  }

  @Test func `while a process has a job nothing of it goes`() throws {
    _ = try fixture.launched("a")
    try log("a", "7.1")
    _ = try Directory(path: "\(fixture.path)/runs/a/7.1").open("lock", .createNew)
    guard let owner = try spool.own("a") else { throw Unexpected("somebody has it") }
    #expect(try spool.sweepRuns("a").isEmpty)
    #expect(try fixture.names("runs/a/7.1") == ["lock", "stdout"])
    owner.leave()
    #expect(try spool.sweepRuns("a").isEmpty)
    #expect(try fixture.names("runs/a/7.1") == ["stdout"])
    #expect(try fixture.names("runs/a").contains("owner"))
  }

  @Test func `what belongs to no job goes, unless a supervisor runs it`() throws {
    _ = try fixture.launched("a")
    let holder = try Helper(["hold", fixture.path, "a"])
    #expect(try holder.line() == "holding")
    try spool.jobs.remove("a.json")
    #expect(try spool.sweepRuns("a") == ["1.1"])
    #expect(try fixture.names("runs/a/1.1").contains("run.json"))
    try holder.kill()
    #expect(try spool.sweepRuns("a").isEmpty)
    #expect(try fixture.names("runs").isEmpty)
  }

  @Test func `a job that cannot be read keeps what it has`() throws {
    _ = try fixture.launched("a")
    try fixture.put("{", as: "a.json", in: "jobs")
    #expect(try spool.sweepRuns("a").isEmpty)
    #expect(try fixture.names("runs/a/1.1").contains("run.json"))
  }
}
