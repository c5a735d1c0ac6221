// What a look through the whole spool finds, and what is left of it after a repair.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct SpoolCheckTests {
  let fixture: SpoolFixture
  init() throws { fixture = try SpoolFixture() }

  private func findings() throws -> [Finding] { try fixture.again().check(at: .now) }

  private func repair() throws {
    let spool = try fixture.again()
    for finding in try spool.check(at: .now) where finding.isRepairable {
      try spool.repair(finding, zones: fixture.zones, at: .now)
    }
  }

  /// Finds one thing, repairs it, and finds nothing more.
  private func expect(_ finding: Finding, _ sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    #expect(try findings() == [finding], sourceLocation: sourceLocation)
    try repair()
    #expect(try findings() == [], sourceLocation: sourceLocation)
  }

  @Test func `a spool at work is clean`() throws {
    #expect(try findings() == [])
    try fixture.submit(id: "waits")
    _ = try fixture.launched("runs")
    try fixture.submit(id: "done")
    try fixture.cancel("done")
    try fixture.put("{}", as: "drop.json", in: "new")
    try fixture.put("...", as: "unfinished", in: "tmp", age: 60)
    try fixture.put("{\"command\":[\"true\"]}", as: "m.json", in: "models")
    try fixture.put("kept", as: "x", in: "corrupt")
    #expect(try findings() == [])
  }

  @Test func `a missing directory is made, and that is told`() throws {
    try Directory(path: fixture.path).removeTree("events")
    #expect(try findings() == [.missing(path: "events/")])
    #expect(try findings() == [])
  }

  @Test func `files that others may write to`() throws {
    try fixture.submit(id: "a")
    chmod("\(fixture.path)/jobs/a.json", 0o666)
    try expect(.writable(path: "jobs/a.json", permissions: 0o666))
    chmod("\(fixture.path)/format", 0o620)
    try expect(.writable(path: "format", permissions: 0o620))
    #expect(try fixture.state("a") != nil)
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
  func `files of somebody else are left to people, but for jobs`() throws {
    try fixture.put("{\"command\":[\"true\"]}", as: "m.json", in: "models")
    chown("\(fixture.path)/models/m.json", 12345, 0)
    let finding = Finding.foreign(path: "models/m.json", owner: 12345)
    #expect(try findings() == [finding])
    try repair()
    #expect(try findings() == [finding])
    chown("\(fixture.path)/models/m.json", 0, 0)
    try fixture.submit(id: "a")
    chown("\(fixture.path)/jobs/a.json", 12345, 0)
    guard case .unreadable(let strange)? = try findings().first else { throw Unexpected("nothing") }
    #expect(strange.path == "jobs/a.json" && strange.reason.hasPrefix("it belongs to user 12345"))
    try repair()
    #expect(try fixture.names("corrupt") == ["a.json", "a.json.why"])
  }

  @Test func `what cannot be read, and names no job has`() throws {
    try fixture.put("{", as: "bad.json", in: "jobs")
    try fixture.put("x", as: "README", in: "done")
    try fixture.submit(id: "good")
    #expect(try findings().count == 2)
    try repair()
    #expect(try findings() == [])
    #expect(try fixture.names("corrupt") == ["README", "README.why", "bad.json", "bad.json.why"])
    #expect(try fixture.state("good") != nil)
  }

  @Test func `what a crash has left`() throws {
    try fixture.submit(id: "a")
    try fixture.put("old", as: "old", in: "tmp", age: 40 * 3600)
    try expect(.leftover(name: "old"))
    let claimed = ".00000000-0000-7000-8000-000000000000-x.json"
    try fixture.put("{\"command\":[\"true\"],\"hold\":true}", as: claimed, in: "new")
    try expect(.halfTaken(name: claimed))
    #expect(try fixture.names("jobs").count == 2)
    try fixture.submit(id: "b")
    try fixture.cancel("b")
    try Directory(path: "\(fixture.path)/done").rename(
      "b.json", to: "b.json", in: Directory(path: "\(fixture.path)/jobs"))
    try expect(.ended(id: "b"))
    #expect(try fixture.names("done") == ["b.json"])
    try Directory(path: "\(fixture.path)/runs").makeDirectory("gone")
    try expect(.ownerless(id: "gone"))
  }

  @Test func `a job in two places`() throws {
    try fixture.submit(id: "a")
    try Directory(path: "\(fixture.path)/jobs").link(
      "a.json", to: "a.json", in: Directory(path: "\(fixture.path)/done"))
    try fixture.apply(.hold, to: "a")
    try expect(.double(id: "a"))
    #expect(try fixture.state("a")?.phase.word == .held)
    #expect(try fixture.names("done").isEmpty)
  }

  @Test func `numbers that would be given out again`() throws {
    for _ in 0..<3 { try fixture.submit() }
    truncate("\(fixture.path)/numbers", 128)
    try expect(.numbers(next: 2, highest: 3))
    #expect(try fixture.submit().number == 4)
  }

  @Test func `what only people can put right stays a finding`() throws {
    try fixture.put("{\"comand\":1}", as: "m.json", in: "models")
    try fixture.put("x", as: "not an id", in: "runs")
    mkfifo("\(fixture.path)/tmp/fifo", 0o600)
    let found = try findings()
    #expect(found.count == 3 && found.allSatisfy { !$0.isRepairable })
    #expect(found.contains(.strangeRun(name: "not an id")))
    #expect(found.contains(.notRegular(path: "tmp/fifo")))
    try repair()
    #expect(try findings() == found)
  }
}
