// Whatever stands where a file of the spool should, or is in it: it is damage to be told and
// put aside, never a trap, a wait, or anybody else's trouble.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct BadFilesTests {
  let fixture: SpoolFixture
  var spool: Spool { fixture.spool }
  init() throws { fixture = try SpoolFixture() }

  @Test(arguments: OddFile.possible) func `nothing odd is taken for a job`(kind: OddFile) throws {
    kind.make("\(fixture.path)/jobs/odd.json")
    kind.make("\(fixture.path)/done/done.json")
    try fixture.submit(id: "good")
    for (id, place) in [("odd", StoredJob.Place.jobs), ("done", .done)] {
      #expect(damage { _ = try spool.job(id, in: place) }?.isEmpty == false)
    }
    #expect(try spool.forEachJob { _ in true }.map(\.id) == ["done", "odd"])
    try spool.quarantine("odd.json", from: .jobs, because: "odd")
    #expect(try fixture.names("corrupt") == ["odd.json", "odd.json.why"])
    #expect(try fixture.state("good") != nil)
  }

  @Test(arguments: OddFile.possible) func `nothing odd is taken in`(kind: OddFile) throws {
    kind.make("\(fixture.path)/new/odd.json")
    try fixture.put("{\"command\":[\"true\"]}", as: "good.json", in: "new")
    for name in try spool.drops() { _ = try spool.takeIn(name, context: fixture.context, at: .now) }
    #expect(try fixture.names("new").isEmpty)
    #expect(try fixture.names("jobs").count == 1)
    // A file without a document is nothing to be kept.
    #expect(try fixture.names("corrupt").count == (kind == .empty ? 0 : 2))
  }

  @Test func `names that no text can hold are put aside, hidden ones are left`() throws {
    for name in [".writing\u{1}.json", "a\u{1}.txt", "b\u{1}.json", "\u{1}c.ndjson"] {
      var raw = "\(fixture.path)/new/\(name)".utf8CString.map { $0 == 1 ? CChar(-1) : $0 }
      close(creat(&raw, 0o600))
    }
    var raw = "\(fixture.path)/jobs/\u{1}.json".utf8CString.map { $0 == 1 ? CChar(-1) : $0 }
    close(creat(&raw, 0o600))
    #expect(try spool.drops().isEmpty)
    for strange in try spool.strangeNames(.new) + spool.strangeNames(.jobs) {
      #expect(strange.reason == "its name is not UTF-8")
      try spool.quarantine(strange)
    }
    #expect(try spool.strangeNames(.new).isEmpty && spool.strangeNames(.jobs).isEmpty)
    #expect(try fixture.names("corrupt").count { !$0.hasSuffix(".why") } == 3)
    var left = 0
    try Directory(path: "\(fixture.path)/new").forEachName { _ in left += 1 }
    let names = try DirectoryStream(Directory(path: "\(fixture.path)/new"))
    var all = 0
    while try names.next() != nil { all += 1 }
    #expect(left == 0 && all == 2)
  }

  @Test func `a state file cut or changed anywhere is refused or whole`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("state file damage, seed \(seed)")
    var random = SeededBytes(seed)
    try fixture.submit("{\"id\":\"a\",\"command\":[\"true\"],\"quartzDef\":\"0 0 3 * * ?\"}")
    let file = try Directory(path: "\(fixture.path)/jobs").open("a.json", .update)
    let bytes = try #require(try file.contents(limit: 1 << 20))
    for length in 0..<bytes.count {
      try file.truncate(to: Int64(length))
      #expect(throws: SpoolError.self, "cut to \(length)") { try spool.job("a") }
    }
    var read = 0
    for _ in 0..<3000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        changed[Int.random(in: 0..<bytes.count, using: &random)] ^=
          1 << UInt8.random(in: 0..<8, using: &random)
      }
      try file.truncate(to: 0)
      try file.write(changed, at: 0)
      var state: JobState?
      let reason = damage { state = try spool.job("a")?.state }
      #expect(reason?.isEmpty != true)
      if let state {
        #expect(try JobState(parsing: state.json.serialized()) == state, "seed \(seed)")
        read += 1
      }
    }
    // Most flips in a reason or a name cannot be seen; most others must be.
    #expect(read < 2000, "seed \(seed)")
  }

  @Test func `a model cut or changed anywhere is refused by its path or whole`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("model damage, seed \(seed)")
    var random = SeededBytes(seed)
    try fixture.put(
      #"{"command":["echo","{{who}}"],"parameters":{"who":{"default":"you"}},"retryCount":2}"#,
      as: "m.json", in: "models")
    let file = try Directory(path: "\(fixture.path)/models").open("m.json", .update)
    let bytes = try #require(try file.contents(limit: 1 << 20))
    for round in 0..<(bytes.count + 1000) {
      var changed = Array(bytes.prefix(round))
      if round >= bytes.count {
        changed[Int.random(in: 0..<bytes.count, using: &random)] ^=
          1 << UInt8.random(in: 0..<8, using: &random)
      }
      try file.truncate(to: 0)
      try file.write(changed, at: 0)
      do throws(DocumentError) {
        let model = try spool.model("m")
        #expect(model?.name == "m" && round >= bytes.count, "seed \(seed), round \(round)")
      } catch {
        #expect(error.reason.contains("models/m.json"), "seed \(seed): \(error.message)")
      }
    }
  }

  @Test func `a damaged history takes what comes next`() throws {
    let today = String(Instant.now.rfc3339.prefix(10))
    let path = "\(fixture.path)/events"
    try fixture.submit(id: "a")
    let file = try Directory(path: path).open("\(today).ndjson", .update)
    let bytes = try #require(try file.contents(limit: 1 << 20))
    for length in 0...bytes.count {
      var changed = Array(bytes.prefix(length))
      if let last = changed.indices.last { changed[last] ^= 0xff }
      try file.truncate(to: 0)
      try file.write(changed + [UInt8(ascii: "\n")], at: 0)
      try fixture.submit(id: "b\(length)")
      let lines = try #require(try file.contents(limit: 1 << 20)).split(
        separator: UInt8(ascii: "\n"))
      let last = try JSON(parsing: Array(try #require(lines.last)))
      #expect(last["id"]?.string == "b\(length)")
    }
  }

  @Test func `a history cut or changed anywhere loses nothing but what was changed`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("history damage, seed \(seed)")
    var random = SeededBytes(seed)
    for id in ["a", "b", "c"] { try fixture.submit(id: id) }
    let today = String(Instant.now.rfc3339.prefix(10))
    let file = try Directory(path: "\(fixture.path)/events").open("\(today).ndjson", .update)
    let bytes = try #require(try file.contents(limit: 1 << 20))
    let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
    try #require(ends.count == 3)
    for round in 0..<(bytes.count + 2000) {
      var changed = bytes
      var hit: Int?
      if round < bytes.count {
        // What a full disk leaves of the second write: the third line comes right behind it.
        let cut = min(max(round, ends[0] + 1), ends[1])
        changed = Array(bytes[..<cut] + bytes[(ends[1] + 1)...])
        hit = 1
      } else {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        // A changed line end joins two lines; which of them is found is another matter.
        if !ends.contains(place) { hit = ends.firstIndex { place < $0 } }
      }
      try file.truncate(to: 0)
      try file.write(changed, at: 0)
      let history = try EventHistory(spool)
      var found: [String] = []
      var told = 0
      while let element = history.next() {
        switch element {
        case .entry(let entry, let line):
          #expect((try? HistoryEntry(parsing: line)) == entry)
          found.append(entry.id)
        case .damage(_, let line, let reason):
          #expect(line != nil && !reason.isEmpty)
          told += 1
        }
      }
      #expect(told <= 1 && found.count <= 3, "seed \(seed), round \(round)")
      for (index, id) in ["a", "b", "c"].enumerated() where hit != nil && index != hit {
        #expect(found.contains(id), "seed \(seed), round \(round): \(found)")
      }
    }
  }

  @Test(arguments: OddFile.possible) func `nothing odd stops the reader of history`(kind: OddFile)
    throws
  {
    try fixture.submit(id: "a")
    kind.make("\(fixture.path)/events/2020-01-01.ndjson")
    let history = try EventHistory(spool)
    var elements: [EventHistory.Element] = []
    // A tebibyte takes hours; twice what a line can have is as good.
    if kind == .huge { truncate("\(fixture.path)/events/2020-01-01.ndjson", 8 << 20) }
    while let element = history.next() { elements.append(element) }
    guard case .entry(let entry, _)? = elements.last else {
      Issue.record("the other day was lost")
      return
    }
    #expect(entry.id == "a")
    #expect(elements.count == (kind == .empty ? 1 : 2))
  }

  @Test func `records of a run cut or changed anywhere stop nobody`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("record damage, seed \(seed)")
    var random = SeededBytes(seed)
    let run = try fixture.launched("a")
    _ = try Helper(["supervise", fixture.path, "a"]).end()
    try run.request(CancelRequest(at: .now, reason: "r"))
    for name in ["run.json", "started.json", "exit.json", "cancel.json", "lock"] {
      let file = try run.directory.open(name, .update)
      let bytes = try #require(try file.contents(limit: 1 << 20))
      for round in 0..<(bytes.count + 200) {
        var changed = Array(bytes.prefix(round))
        if round >= bytes.count {
          changed[Int.random(in: 0..<bytes.count, using: &random)] ^=
            1 << UInt8.random(in: 0..<8, using: &random)
        }
        try file.truncate(to: 0)
        try file.write(changed, at: 0)
        let seen = try run.observe(boot: "boot")
        #expect(seen.isPresent && seen.isStarted && seen.exit != .missing)
        _ = (try run.startRecord(), try run.cancelRequest(), try run.supervisor(), try? run.plan())
      }
      try file.write(bytes, at: 0)
    }
  }

  @Test(arguments: OddFile.possible) func `nothing odd in a run directory stops it`(kind: OddFile)
    throws
  {
    let run = try fixture.launched("a")
    let path = "\(fixture.path)/runs/a/1.1"
    for name in ["run.json", "started.json", "exit.json", "cancel.json", "lock", "outputs"] {
      try run.directory.removeTree(name)
      kind.make("\(path)/\(name)")
    }
    let seen = try run.observe(boot: "boot")
    #expect(seen.isStarted && seen.exit != .missing && !seen.isLocked)
    _ = (try run.startRecord(), try run.cancelRequest(), try run.supervisor(), try? run.plan())
    _ = (run.outputs(), run.progress())
    #expect(try spool.clearRun("a", directoryName: "1.1", keepLogs: false))
    #expect(try fixture.names("runs").isEmpty || fixture.names("runs/a/1.1") == ["outputs"])
  }

  @Test(arguments: [OddFile.link, .fifo, .noJSON])
  func `what stands where a run directory belongs is put aside`(kind: OddFile) throws {
    let state = try fixture.submit("{\"id\":\"a\",\"command\":[\"true\"]}")
    kind.make("\(fixture.path)/runs/a")
    #expect(try spool.run("a", directoryName: "1.1") == nil)
    #expect(try spool.runNames("a").isEmpty)
    let next = try fixture.apply(.launch, to: state.id)
    #expect(try fixture.prepare(next).plan()?.job == "a")
    kind.make("\(fixture.path)/runs/b")
    #expect(try spool.sweepRuns("b").isEmpty)
    #expect(try fixture.names("runs") == ["a"])
    #expect(try fixture.names("corrupt") == ["a", "a.why", "b", "b.why"])
  }

  @Test(arguments: [OddFile.link, .fifo, .directory])
  func `history that cannot be written stops nothing`(kind: OddFile) throws {
    let today = Instant.now.rfc3339.prefix(10)
    kind.make("\(fixture.path)/events/\(today).ndjson")
    try fixture.submit(id: "a")
    try fixture.cancel("a")
    #expect(try fixture.names("done") == ["a.json"])
  }

  @Test func `a directory that others may write to is refused, or mended`() throws {
    chmod("\(fixture.path)/new", 0o770)
    #expect(
      try fixture.again().notes == [
        "\(fixture.path)/new was writable by its group; it no longer is"
      ])
    chmod("\(fixture.path)/jobs", 0o777)
    #expect(refusal { _ = try fixture.again() }?.hasPrefix("everybody may write into it") == true)
    chmod("\(fixture.path)/jobs", 0o700)
    if geteuid() == 0 {
      chown("\(fixture.path)/runs", 12345, 0)
      #expect(refusal { _ = try fixture.again() }?.hasPrefix("it belongs to user 12345") == true)
    }
  }

  @Test(arguments: [OddFile.fifo, .directory, .link])
  func `odd things in place of numbers are told`(kind: OddFile) throws {
    _ = try Directory(path: fixture.path).removeTree("numbers")
    kind.make("\(fixture.path)/numbers")
    #expect(throws: SpoolError.self) { try fixture.submit(id: "a") }
    #expect(try fixture.names("jobs").isEmpty)
  }
}

/// The reason for which a file counts as damaged; nil if it does not.
private func damage(_ body: () throws -> Void) -> String? {
  do { try body() } catch SpoolError.damaged(_, let reason) { return reason } catch {}
  return nil
}

/// Random numbers from a seed (splitmix64).
struct SeededBytes: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
