// Following what a run writes: what comes when, and when it ends.

import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct LogFollowTests {
  let fixture: SpoolFixture

  init() throws { fixture = try SpoolFixture() }

  private func follow(run: Int? = nil, lines: Int? = nil) -> LogFollow {
    LogFollow(
      fixture.spool, zones: fixture.zones, job: "a", run: run, stream: RunDirectory.Name.stdout,
      lines: lines)
  }

  /// All that is there now, and the answer behind it.
  private func rest(_ follow: LogFollow) throws -> (text: String, end: LogFollow.Step) {
    var all: [UInt8] = []
    while true {
      switch try follow.next(at: .now) {
      case .bytes(let bytes): all += bytes
      case .moved: continue
      case let step: return (String(decoding: all, as: UTF8.self), step)
      }
    }
  }

  private func expect(
    _ follow: LogFollow, _ text: String, _ end: LogFollow.Step,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try rest(follow)
    #expect(found.text == text && found.end == end, sourceLocation: sourceLocation)
  }

  private func write(_ text: String, _ run: RunDirectory) throws {
    try run.directory.open(RunDirectory.Name.stdout, .append).write(Array(text.utf8))
  }

  private func end(code: Int = 0) throws {
    let attempt = try #require(try fixture.state("a")?.phase.liveAttempt)
    let outcome = Outcome(.exited(code: code), of: attempt, startedAt: .now, endedAt: .now)
    try fixture.apply(.ended(ExitRecord(outcome)), to: "a")
  }

  private func submit(retries: Int = 0, hold: Bool = false) throws {
    try fixture.submit(
      id: "a",
      #"{"id":"a","command":["true"],"retryCount":\#(retries),"retryDelay":"1ms","hold":\#(hold)}"#)
  }

  /// Starts the next attempt.
  private func launch() throws -> RunDirectory {
    if case .backoff = try fixture.state("a")?.phase {
      try eventually("the retry is due") {
        if case .backoff = try fixture.apply(.due, to: "a").phase { false } else { true }
      }
    }
    return try fixture.prepare(fixture.apply(.launch, to: "a"))
  }

  @Test func `output comes as it is written, until the run has ended`() throws {
    try submit()
    let run = try launch()
    let follow = follow()
    try expect(follow, "", .waiting)
    try write("one\n", run)
    try expect(follow, "one\n", .waiting)
    try write("two", run)
    try end()
    try expect(follow, "two", .ended)
    try expect(follow, "", .ended)
  }

  @Test func `what is there can be cut to its last lines, and what comes cannot`() throws {
    try submit(retries: 1)
    let run = try launch()
    try write("1\n2\n3\n", run)
    let follow = follow(lines: 1)
    try expect(follow, "3\n", .waiting)
    try write("4\n5\n", run)
    try end(code: 1)
    try expect(follow, "4\n5\n", .waiting)
    try write("6\n7\n", launch())
    try expect(follow, "6\n7\n", .waiting)
  }

  @Test func `attempts that come and go while nobody asks are not left out`() throws {
    try submit(retries: 3)
    let first = try launch()
    try write("1\n", first)
    let follow = follow()
    try expect(follow, "1\n", .waiting)
    try end(code: 1)
    for text in ["2\n", "3\n"] {
      try write(text, launch())
      try end(code: 1)
    }
    try expect(follow, "2\n3\n", .waiting)
    try write("4\n", launch())
    try expect(follow, "4\n", .waiting)
    try end()
    try expect(follow, "", .ended)
  }

  @Test func `a job that has not run is waited for`() throws {
    try submit(hold: true)
    let follow = follow()
    try expect(follow, "", .waiting)
    try fixture.apply(.release, to: "a")
    try expect(follow, "", .waiting)
    let run = try launch()
    try expect(follow, "", .waiting)
    try write("x", run)
    try end()
    try expect(follow, "x", .ended)
  }

  @Test func `an attempt whose directory is there before it is started is not over`() throws {
    try submit()
    let queued = try #require(try fixture.state("a"))
    // The launcher makes the directory, and names the attempt live after that.
    guard case .queued(let attempt) = queued.phase else { throw Unexpected("\(queued.phase)") }
    try fixture.spool.prepareRun(
      RunPlan(queued, attempt, base: [:], token: "t", spool: fixture.path, descriptorLimit: 0))
    let follow = follow()
    try expect(follow, "", .waiting)
    try write("x", launch())
    try expect(follow, "x", .waiting)
  }

  @Test func `a run that is over ends, and so does a job that is gone`() throws {
    try submit()
    try write("x", launch())
    try end()
    try expect(follow(), "x", .ended)
    try expect(follow(run: 1), "x", .ended)
    try expect(follow(run: 7), "", .ended)
    let other = LogFollow(
      fixture.spool, zones: fixture.zones, job: "nobody", stream: RunDirectory.Name.stdout)
    try expect(other, "", .ended)
  }

  @Test func `an end that no daemon has taken note of is an end`() throws {
    try submit()
    let run = try launch()
    try write("x", run)
    let follow = follow()
    try expect(follow, "x", .waiting)
    let attempt = try #require(try fixture.state("a")?.phase.liveAttempt)
    let outcome = Outcome(.exited(code: 0), of: attempt, startedAt: .now, endedAt: .now)
    try run.directory.open(RunDirectory.Name.exit, .createNew)
      .write(ExitRecord(outcome).bytes, at: 0)
    try expect(follow, "", .ended)
  }

  @Test func `the places to watch are told before they are looked at`() throws {
    try submit()
    let follow = follow()
    #expect(follow.places.map(\.path) == ["jobs", "done"].map { "\(fixture.path)/\($0)" })
    #expect(follow.places.allSatisfy { $0.name == "a.json" })
    try write("x", launch())
    #expect(try follow.next(at: .now) == .moved)
    #expect(follow.places.last?.path == "\(fixture.path)/runs/a/1.1")
    #expect(try follow.next(at: .now) == .bytes([0x78]))
  }

  @Test func `a piece is never longer than a block`() throws {
    try submit()
    try write(String(repeating: "x", count: 200_000), launch())
    try end()
    let follow = follow()
    #expect(try follow.next(at: .now) == .moved)
    var counts: [Int] = []
    while case .bytes(let bytes) = try follow.next(at: .now) { counts.append(bytes.count) }
    #expect(counts == [65_536, 65_536, 65_536, 3392])
  }
}
