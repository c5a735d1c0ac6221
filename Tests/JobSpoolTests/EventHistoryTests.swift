// Reading events/: days, damage, and lines that come while it is read.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct EventHistoryTests {
  let fixture: SpoolFixture
  init() throws { fixture = try SpoolFixture() }

  /// A line whose job is named after what is expected of it.
  private func line(_ name: String, at time: String) -> String {
    #"{"at":"\#(time)","id":"a","name":"\#(name)","number":1,"reason":"r","what":"held"}"# + "\n"
  }

  private func write(_ text: String, day: String) throws {
    try fixture.put(text, as: "\(day).ndjson", in: "events")
  }

  private func append(_ text: String, day: String) throws {
    try Directory(path: "\(fixture.path)/events").open("\(day).ndjson", .append)
      .write(Array(text.utf8))
  }

  private func read(_ history: EventHistory) -> [String] {
    var found: [String] = []
    while let element = history.next() {
      switch element {
      case .entry(let entry, let line):
        #expect((try? HistoryEntry(parsing: line)) == entry)
        found.append(entry.name)
      case .damage(let path, let line, let reason):
        let name = path.split(separator: "/").last ?? ""
        found.append("\(name.prefix(10)) \(line.map { "\($0)" } ?? "-"): \(reason)")
      }
    }
    return found
  }

  private func read(since: String? = nil) throws -> [String] {
    read(try EventHistory(fixture.spool, since: since.flatMap { Instant(rfc3339: $0) }))
  }

  @Test func `an empty line is nothing`() throws {
    let day = "2026-11-21"
    let (one, two) = (
      line("one", at: "\(day)T10:00:00.000Z"), line("two", at: "\(day)T10:00:01.000Z")
    )
    try write("\(one)\n\n\(two)", day: day)
    #expect(try read() == ["one", "two"])
  }

  @Test func `what is written is read back in order`() throws {
    let submitted = try fixture.submit(id: "a")
    let held = try fixture.apply(.hold, to: "a")
    let entries = HistoryEntry.entries(from: submitted, to: held)
    fixture.spool.append(entries)
    let history = try EventHistory(fixture.spool)
    var found: [HistoryEntry] = []
    while case .entry(let entry, _)? = history.next() { found.append(entry) }
    #expect(found == HistoryEntry.entries(from: nil, to: submitted) + entries)
  }

  @Test func `days are read in order and only days`() throws {
    try write(line("c", at: "2026-03-03T00:00:00.000Z"), day: "2026-03-03")
    try write(
      line("a", at: "2026-03-01T10:00:00.000Z") + line("b", at: "2026-03-01T23:59:59.999Z"),
      day: "2026-03-01")
    try write("", day: "2026-03-02")
    for name in ["2026-03-32.ndjson", "x.ndjson", "2026-03-01.ndjson~", "2026-3-1.ndjson", "notes"]
    {
      try fixture.put("no history\n", as: name, in: "events")
    }
    #expect(try read() == ["a", "b", "c"])
    #expect(try read(since: "2026-03-01T10:00:00.000Z") == ["a", "b", "c"])
    #expect(try read(since: "2026-03-01T10:00:00.001Z") == ["b", "c"])
    #expect(try read(since: "2026-03-02T00:00:00Z") == ["c"])
    #expect(try read(since: "2026-03-03T00:00:00.001Z") == [])
  }

  @Test func `days before the one asked for are not even opened`() throws {
    mkfifo("\(fixture.path)/events/2026-03-01.ndjson", 0o600)
    try write(line("a", at: "2026-03-02T10:00:00.000Z"), day: "2026-03-02")
    #expect(try read(since: "2026-03-02T00:00:00Z") == ["a"])
    #expect(try read() == ["2026-03-01 -: it is not a regular file", "a"])
  }

  @Test func `damage is told once a file and costs no other line`() throws {
    let (a, b) = (line("a", at: "2026-03-01T10:00:00Z"), line("b", at: "2026-03-01T11:00:00Z"))
    try write(a + "garbage\n{}\n\n" + b + #"{"at":"20"#, day: "2026-03-01")
    try write(a.dropLast(9) + b + a, day: "2026-03-02")
    try write(a + b.dropLast(), day: "2026-03-03")
    let found = try read()
    try #require(found.count == 8)
    #expect(found[0] == "a" && found[2] == "b")
    #expect(found[1].hasPrefix("2026-03-01 2: column 1: "), "\(found[1])")
    // The line behind the one that was cut short is a line all the same.
    #expect(found[3].hasPrefix("2026-03-02 1: column "), "\(found[3])")
    #expect(found[4...6] == ["b", "a", "a"])
    #expect(found[7] == "2026-03-03 2: it has no end")
  }

  @Test func `a line longer than any costs bounded memory, and what is behind it nothing`() throws {
    let good = line("a", at: "2026-03-01T10:00:00Z")
    for zeros in [999, 1000, 1001, 65_530, 65_536, 200_000, 131_072 - good.utf8.count / 2] {
      let gap = String(repeating: "\0", count: zeros)
      try write(good + gap + good + gap + "\n" + good + gap, day: "2026-03-01")
      let history = try EventHistory(
        fixture.spool, since: nil, isFollowed: false, longestLine: 1000)
      let found = read(history)
      #expect(found.filter { $0 == "a" }.count >= 2, "\(zeros): \(found)")
      #expect(found.count { $0 != "a" } == 1, "\(zeros): \(found)")
      try write(good + gap + good + good, day: "2026-03-01")
      let behind = read(
        try EventHistory(fixture.spool, since: nil, isFollowed: false, longestLine: 1000))
      #expect(behind.filter { $0 == "a" }.count == 3, "\(zeros): \(behind)")
    }
  }

  @Test func `only whole lines are handed out, wherever they are cut`() throws {
    let text = line("a", at: "2026-03-01T10:00:00Z") + line("ü", at: "2026-03-01T11:00:00Z")
    let bytes = Array(text.utf8)
    for cut in 0...bytes.count {
      let file = try Directory(path: "\(fixture.path)/events").open(
        "2026-03-01.ndjson", .updateOrCreate)
      try file.truncate(to: 0)
      try file.write(Array(bytes[..<cut]), at: 0)
      let history = try EventHistory(fixture.spool, isFollowed: true)
      var found = read(history)
      try file.write(Array(bytes[cut...]), at: Int64(cut))
      try history.look()
      found += read(history)
      #expect(found == ["a", "ü"], "cut at \(cut)")
      try history.look()
      #expect(read(history) == [])
    }
  }

  @Test func `what comes later is found, over midnight and late for the day before`() throws {
    let history = try EventHistory(fixture.spool, isFollowed: true)
    #expect(read(history) == [])
    try append(line("a", at: "2026-03-01T23:59:59Z"), day: "2026-03-01")
    try history.look()
    #expect(read(history) == ["a"])
    try append(line("c", at: "2026-03-02T00:00:00Z"), day: "2026-03-02")
    try append(line("b", at: "2026-03-01T23:59:59.999Z"), day: "2026-03-01")
    try history.look()
    #expect(read(history) == ["b", "c"])
    // Of the day that is over, half a line is damage; of the last one it is not a line yet.
    try append(#"{"at""#, day: "2026-03-01")
    try append(#"{"at""#, day: "2026-03-02")
    try history.look()
    #expect(read(history) == ["2026-03-01 3: it has no end"])
    try append("\n", day: "2026-03-01")
    try append(line("d", at: "2026-03-01T23:59:59.999Z"), day: "2026-03-01")
    try history.look()
    #expect(read(history) == ["d"])
    _ = try Directory(path: "\(fixture.path)/events").remove("2026-03-01.ndjson")
    try append("\n" + line("e", at: "2026-03-02T00:00:01Z"), day: "2026-03-02")
    try history.look()
    #expect(read(history).last == "e")
  }

  @Test func `lines that several write at once come whole and each once`() throws {
    let writers = 4
    let lines = 200
    let day = "2026-03-01"
    let history = try EventHistory(fixture.spool, isFollowed: true)
    var children: [pid_t] = []
    let path = fixture.path
    // A shell opens for appending and writes a line at a time, as the commands do.
    for writer in 0..<writers {
      let start = #"{"at":"2026-03-01T10:00:00Z","id":"a","name":"\#(writer)-"#
      let end = #"","number":1,"reason":"r","what":"held"}"#
      let script =
        "i=0; while [ $i -lt \(lines) ]; do echo '\(start)'$i'\(end)' >> \(path)/events/\(day).ndjson; "
        + "i=$((i+1)); done"
      let null = try Directory(path: "/dev").open("null", .update)
      let output = try null.duplicate()
      let error = try null.duplicate()
      children.append(
        try Child.spawnDetached(
          path: "/bin/sh", arguments: ["sh", "-c", script], environment: [], input: null,
          output: output, error: error))
    }
    var found: [String] = []
    try eventually("all lines are there") {
      try history.look()
      found += read(history)
      return found.count >= writers * lines
    }
    #expect(Set(found).count == writers * lines && found.count == writers * lines)
    for child in children {
      try eventually("the writer ends") { try Child.peek(child) != nil }
      try Child.reap(child)
    }
  }

  @Test func `many lines are read in blocks`() throws {
    var text = ""
    for number in 0..<5000 { text += line("\(number)", at: "2026-03-01T10:00:00Z") }
    try write(text, day: "2026-03-01")
    #expect(try read() == (0..<5000).map { "\($0)" })
  }
}
