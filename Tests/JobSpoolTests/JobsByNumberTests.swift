// Jobs one after the other, by their numbers.

import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct JobsByNumberTests {
  let fixture: SpoolFixture
  var spool: Spool { fixture.spool }
  init() throws { fixture = try SpoolFixture() }

  private func ids(newestFirst: Bool = false, includingFinished: Bool = true) throws -> [String] {
    let jobs = try JobsByNumber(
      spool, newestFirst: newestFirst, includingFinished: includingFinished)
    var ids: [String] = []
    while let job = try jobs.next() { ids.append(job.state.id) }
    return ids
  }

  @Test func theyComeInTheOrderOfTheirNumbersFromEitherEnd() throws {
    // More than are tried before the directories are listed.
    let all = (0..<150).map { "job-\(($0 * 77) % 150)" }
    for id in all { try fixture.submit(id: id) }
    for id in all[..<70] { try fixture.cancel(id) }
    #expect(try ids() == all)
    #expect(try ids(newestFirst: true) == all.reversed())
    #expect(try ids(includingFinished: false) == Array(all[70...]))
    #expect(try ids(newestFirst: true, includingFinished: false) == all[70...].reversed())
  }

  @Test func anEmptySpoolHasNone() throws {
    #expect(try ids() == [])
    #expect(try ids(newestFirst: true) == [])
  }

  @Test(arguments: ["missing", "wrong", "short"])
  func noneIsMissingAlthoughItsHintIs(hint: String) throws {
    for id in ["c", "b", "a"] { try fixture.submit(id: id) }
    try spool.root.remove("numbers")
    func entry(_ id: String) -> String { id + String(repeating: "\0", count: 64 - id.utf8.count) }
    switch hint {
    // Number 1 is given to another job, and 3 to one that is not there.
    case "wrong":
      try fixture.put(entry("") + entry("b") + entry("b") + entry("x"), as: "numbers", in: "")
    case "short": try fixture.put("x", as: "numbers", in: "")
    default: break
    }
    #expect(try ids() == (hint == "wrong" ? ["b", "a", "c"] : ["a", "b", "c"]))
    #expect(try Set(ids(newestFirst: true)) == ["a", "b", "c"])
  }

  @Test func whatCannotBeReadIsNamedAndPassedOver() throws {
    for id in ["a", "b", "c"] { try fixture.submit(id: id) }
    try fixture.put("{", as: "b.json", in: "jobs")
    let jobs = try JobsByNumber(spool)
    var ids: [String] = []
    while let job = try jobs.next() { ids.append(job.state.id) }
    #expect(ids == ["a", "c"])
    #expect(jobs.damaged.map(\.id) == ["b"])
  }
}
