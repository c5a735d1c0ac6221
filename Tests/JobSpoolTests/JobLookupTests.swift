// From what somebody typed to a job.

import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct JobLookupTests {
  let fixture: SpoolFixture
  var spool: Spool { fixture.spool }
  init() throws { fixture = try SpoolFixture() }

  private func found(_ word: String) throws -> String? {
    guard case .found(let job) = try spool.find(word) else { return nil }
    return job.state.id
  }

  @Test func `a job is found by id, number, beginning of its id, and name`() throws {
    let state = try fixture.submit(
      "{\"id\":\"abc-1\",\"name\":\"nightly\",\"command\":[\"true\"],\"hold\":true}")
    #expect(try found("abc-1") == "abc-1")
    #expect(try found("\(state.number)") == "abc-1")
    #expect(try found("abc") == "abc-1")
    #expect(try found("nightly") == "abc-1")
    #expect(try found("none") == nil && found("99") == nil && found("") == nil)
    #expect(try found("../jobs/abc-1") == nil)
  }

  @Test func `finished jobs are found too, though not by name`() throws {
    let state = try fixture.submit(
      "{\"id\":\"abc-1\",\"name\":\"nightly\",\"command\":[\"true\"],\"hold\":true}")
    try fixture.cancel("abc-1")
    #expect(try found("abc-1") == "abc-1")
    #expect(try found("abc") == "abc-1")
    #expect(try found("\(state.number)") == "abc-1")
    #expect(try found("nightly") == nil)
  }

  @Test(arguments: ["e\u{301} \"x\" \\", "a/b", "nightly", "\u{1F600}"])
  func `a name is found whatever is in it, live and ended, and no part of it is`(
    name: String
  ) throws {
    let document: JSON = ["name": .string(name), "command": ["a", "b"], "hold": true]
    let state = try fixture.submit(String(decoding: document.serialized(), as: UTF8.self))
    #expect(try found(name) == state.id)
    // As a person may type it.
    #expect(try found(name.replacing("e\u{301}", with: "\u{e9}")) == state.id)
    #expect(try found(String(name.dropLast())) == nil && found("\(name)s") == nil)
    #expect(try found("a") == nil && found("command") == nil)
    #expect(try spool.newestEnded(name: name) == nil)
    try fixture.cancel(state.id)
    #expect(try spool.newestEnded(name: name)?.state.id == state.id)
    #expect(try spool.newestEnded(name: "a") == nil)
  }

  @Test func `an exact id comes before longer ones, and more than one is ambiguous`() throws {
    for id in ["job", "job-1", "job-2"] { try fixture.submit(id: id) }
    #expect(try found("job") == "job")
    guard case .ambiguous(["job-1", "job-2"]) = try spool.find("job-") else {
      throw Unexpected("not ambiguous")
    }
    guard case .ambiguous(["job", "job-1", "job-2"]) = try spool.find("true") else {
      throw Unexpected("not ambiguous by name")
    }
  }

  @Test(arguments: ["missing", "wrong", "short"])
  func `a number is found although its hint is`(hint: String) throws {
    try fixture.submit(id: "one")
    let state = try fixture.submit(id: "two")
    try spool.root.remove("numbers")
    switch hint {
    case "wrong":
      let entry = "one" + String(repeating: "\0", count: 61)
      try fixture.put(entry + entry + entry, as: "numbers", in: "")
    case "short": try fixture.put("x", as: "numbers", in: "")
    default: break
    }
    #expect(try found("\(state.number)") == "two")
  }

  @Test func `digits that are no number may begin an id`() throws {
    try fixture.submit(id: "0199aaaa")
    #expect(try found("0199") == "0199aaaa")
  }

  @Test func `a name that many jobs have is ambiguous, and not a shortage of descriptors`() throws {
    let job = try fixture.job("{\"command\":[\"true\"],\"hold\":true}")
    _ = try spool.submit([NewJob](repeating: job, count: 70), at: .now)
    let end = try Helper(["few", fixture.path, "true"]).end()
    #expect(end.lines == ["ambiguous 70"])
  }

  @Test func `a damaged file is reported and hides nothing else`() throws {
    try fixture.submit(id: "good")
    try fixture.put("{}", as: "bad.json", in: "jobs")
    try fixture.put("", as: "README", in: "jobs")
    var seen: [String] = []
    let damaged = try spool.forEachJob { job in
      seen.append(job.state.id)
      return true
    }
    #expect(seen == ["good"] && damaged.map(\.id) == ["bad"])
    #expect(try spool.strangeNames(.jobs).map(\.name.legible) == ["README"])
    #expect(throws: SpoolError.self) { try spool.job("bad") }
  }

  @Test func `a file that holds another job is damaged`() throws {
    try fixture.submit(id: "a")
    try spool.jobs.rename("a.json", to: "b.json", in: spool.jobs)
    #expect(throws: SpoolError.self) { try spool.job("b") }
  }

  @Test func `a live job whose supervisor has ended is shown as it stands`() throws {
    let run = try fixture.launched("a")
    let state = try #require(try fixture.state("a"))
    #expect(spool.current(state, zones: fixture.zones, at: .now) == state)
    let attempt = try #require(state.phase.liveAttempt)
    let outcome = Outcome(.exited(code: 0), of: attempt, startedAt: .now, endedAt: .now)
    let file = try run.directory.open("exit.json", .createNew)
    try file.write(ExitRecord(outcome).bytes)
    #expect(spool.current(state, zones: fixture.zones, at: .now).phase == .succeeded)
    #expect(try fixture.state("a") == state)
    try file.truncate(to: 5)
    #expect(spool.current(state, zones: fixture.zones, at: .now) == state)
  }
}
