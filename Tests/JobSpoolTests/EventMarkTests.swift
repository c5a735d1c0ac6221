// Going on in the history from a mark, or from its end.

import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct EventMarkTests {
  let fixture: SpoolFixture
  init() throws { fixture = try SpoolFixture() }

  private func line(_ name: String, at day: String) -> String {
    #"{"at":"\#(day)T10:00:00Z","id":"a","name":"\#(name)","number":1,"reason":"r","what":"held"}"#
      + "\n"
  }

  private func append(_ text: String, _ day: String) throws {
    try Directory(path: "\(fixture.path)/events").open("\(day).ndjson", .append)
      .write(Array(text.utf8))
  }

  /// Names of the jobs in the lines that come, each with the mark behind it; damage as "!".
  private func read(_ history: EventHistory) -> [(name: String, mark: String)] {
    var found: [(name: String, mark: String)] = []
    while let element = history.next() {
      let mark = history.mark.map(\.description) ?? "-"
      switch element {
      case .entry(let entry, _): found.append((entry.name, mark))
      case .damage: found.append(("!", mark))
      }
    }
    return found
  }

  private func names(from mark: String) throws -> [String] {
    let mark = try #require(EventMark(parsing: mark))
    return read(try EventHistory(following: fixture.spool, from: mark)).map(\.name)
  }

  private let first = "2026-03-01"
  private let second = "2026-03-02"
  private let third = "2026-03-03"

  @Test func `a mark is text and comes back`() throws {
    let mark = try #require(EventMark(parsing: "2026-11-27:1234"))
    #expect(mark == EventMark(places: [.init(day: "2026-11-27", offset: 1234)]))
    #expect(mark.description == "2026-11-27:1234")
    #expect(
      EventMark(parsing: "2026-11-26:5,2026-11-27:6")?.description == "2026-11-26:5,2026-11-27:6")
  }

  @Test(arguments: [
    "", ":", "1234", "2026-11-27", "2026-11-27:", "2026-11-27:-1", "2026-11-27:+1", "2026-11-27:01",
    "2026-11-27:1:1", "2026-11-31:1", "2026-1-27:1", "2026-11-27:9223372036854775808",
    "../../../x:1", "2026-11-27 :1", "2026-11-27:1\n", "2026-11-27:1,", ",2026-11-27:1",
    "2026-11-27:1,2026-11-27:2", "2026-11-27:1,2026-11-26:2",
    "2026-11-25:1,2026-11-26:1,2026-11-27:1",
  ])
  func `what is no mark is told`(text: String) {
    #expect(EventMark(parsing: text) == nil)
  }

  @Test func `behind each line is a mark from which the rest comes`() throws {
    try append(line("a", at: first) + "\n" + line("b", at: first), first)
    try append(line("c", at: third) + line("d", at: third), third)
    let history = try EventHistory(fixture.spool, isFollowed: true)
    #expect(history.mark == nil)
    let all = read(history)
    #expect(all.map(\.name) == ["a", "b", "c", "d"])
    for (index, found) in all.enumerated() {
      let rest = all[(index + 1)...].map(\.name)
      #expect(try names(from: found.mark) == rest, "from \(found.mark)")
    }
  }

  @Test func `only what comes after the end comes from there`() throws {
    try append(line("a", at: first), first)
    try append(line("b", at: second), second)
    let history = try EventHistory(following: fixture.spool)
    let ends = [line("a", at: first), line("b", at: second)].map(\.utf8.count)
    #expect(history.mark?.description == "2026-03-01:\(ends[0]),2026-03-02:\(ends[1])")
    #expect(read(history).isEmpty)
    try append(line("c", at: second), second)
    try append(line("late", at: first), first)
    try append(line("d", at: third), third)
    try history.look()
    #expect(read(history).map(\.name) == ["late", "c", "d"])
  }

  @Test func `an unfinished line at the end comes whole, and only once`() throws {
    let (a, b) = (line("a", at: first), line("b", at: first))
    for cut in [1, 20, b.utf8.count - 1] {
      let fixture = try SpoolFixture()
      let file = try Directory(path: "\(fixture.path)/events").open("\(first).ndjson", .append)
      try file.write(Array((a + b.prefix(cut)).utf8))
      let history = try EventHistory(following: fixture.spool)
      #expect(read(history).isEmpty)
      try file.write(Array(b.dropFirst(cut).utf8))
      try history.look()
      #expect(read(history).map(\.name) == ["b"])
    }
  }

  @Test func `a late line of the day before is found by the next reading, too`() throws {
    try append(line("a", at: first), first)
    try append(line("b", at: second), second)
    let history = try EventHistory(following: fixture.spool)
    let end = try #require(history.mark)
    try append(line("late", at: first), first)
    #expect(try names(from: end.description) == ["late"])
    try history.look()
    let found = read(history)
    #expect(found.map(\.name) == ["late"])
    // Behind it nothing comes twice.
    #expect(try names(from: try #require(found.last).mark) == [])
  }

  @Test func `a day that is still to come hides no line of today`() throws {
    try append(line("a", at: first), first)
    try append(line("ahead", at: "2030-01-01"), "2030-01-01")
    let mark = try #require(try EventHistory(following: fixture.spool).mark).description
    try append(line("b", at: first), first)
    try append(line("c", at: second), second)
    #expect(try names(from: mark) == ["b", "c"])
    let behind = try EventHistory(following: fixture.spool, from: EventMark(parsing: mark))
    let last = try #require(read(behind).last).mark
    try append(line("d", at: second), second)
    #expect(try names(from: last) == ["d"])
  }

  @Test func `where a day is gone the next one is the beginning`() throws {
    try append(line("b", at: second), second)
    try append(line("c", at: third), third)
    #expect(try names(from: "2026-03-01:500") == ["b", "c"])
    #expect(try names(from: "1970-01-01:0") == ["b", "c"])
    #expect(try names(from: "2026-03-04:0") == [])
  }

  @Test func `the mark of an empty history is before all that comes`() throws {
    let history = try EventHistory(following: fixture.spool)
    #expect(read(history).isEmpty)
    let mark = try #require(history.mark)
    try append(line("a", at: first), first)
    #expect(try names(from: mark.description) == ["a"])
  }

  @Test func `a mark inside a line or behind the end costs no line`() throws {
    let a = line("a", at: first)
    try append(a + line("b", at: first), first)
    #expect(try names(from: "\(first):\(a.utf8.count + 5)") == ["b"])
    #expect(try names(from: "\(first):999999") == [])
    let history = try EventHistory(
      following: fixture.spool, from: EventMark(parsing: "\(first):999999"))
    try append(line("c", at: first), first)
    try history.look()
    #expect(read(history).map(\.name) == ["c"])
  }

  @Test func `damage before the mark is not told, and behind it without a number`() throws {
    try append("garbage\n" + line("a", at: first), first)
    try Directory(path: "\(fixture.path)/events").makeDirectory("2026-02-01.ndjson")
    let history = try EventHistory(following: fixture.spool)
    #expect(read(history).isEmpty)
    try append("garbage\n" + line("b", at: first), first)
    try history.look()
    guard case .damage(_, let number, _) = history.next() else { throw Unexpected("no damage") }
    #expect(number == nil)
    #expect(read(history).map(\.name) == ["b"])
  }

  @Test func `a hint about one day finds its lines, and what it makes of the day before`() throws {
    try append(line("a", at: first), first)
    let history = try EventHistory(following: fixture.spool)
    try append(line("b", at: first) + #"{"at""#, first)
    history.look(at: "\(first).ndjson")
    history.look(at: "notes")
    #expect(read(history).map(\.name) == ["b"])
    try append(line("c", at: second), second)
    history.look(at: "\(second).ndjson")
    history.look(at: "\(second).ndjson")
    #expect(read(history).map(\.name) == ["!", "c"])
  }

  @Test func `many lines that are passed over are read a few at a time`() throws {
    for _ in 0..<100 { try append(line("old", at: first), first) }
    try append(line("new", at: first).replacing("T10", with: "T11"), first)
    let history = try EventHistory(
      fixture.spool, since: Instant(rfc3339: "\(first)T11:00:00Z"), isFollowed: true)
    var rounds = 0
    while !history.isAtEnd {
      rounds += 1
      if let element = history.next(reading: 10) {
        guard case .entry(let entry, _) = element else { throw Unexpected("damage") }
        #expect(entry.name == "new" && rounds == 11)
      }
    }
    #expect(rounds >= 11)
  }
}
