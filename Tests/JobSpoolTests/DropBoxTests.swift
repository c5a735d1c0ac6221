// new/: every state a drop can be found in.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct DropBoxTests {
  let fixture: SpoolFixture
  var spool: Spool { fixture.spool }
  init() throws { fixture = try SpoolFixture() }

  private let job = "{\"command\":[\"true\"],\"hold\":true}"
  private let uuid = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000"

  private func takeIn(_ name: String) throws -> DropResult? {
    try spool.takeIn(name, context: fixture.context, at: .now)
  }

  private func taken(_ name: String) throws -> [JobState] {
    guard case .taken(let states)? = try takeIn(name) else {
      throw Unexpected("not taken: \(name)")
    }
    return states
  }

  private func quarantined(_ name: String) throws -> (name: String, reason: String, jobs: Int) {
    guard case .quarantined(let kept, let reason, let states)? = try takeIn(name) else {
      throw Unexpected("not quarantined: \(name)")
    }
    #expect(try fixture.text("\(kept).why", in: "corrupt") == "\(reason)\n")
    #expect(try spool.corrupt.status(of: kept) != nil)
    #expect(try fixture.names("new").isEmpty)
    return (kept, reason, states.count)
  }

  @Test func `a file of documents becomes jobs and goes`() throws {
    try fixture.put("\(job)\n{\"id\":\"own\",\"command\":[\"true\"]}\n", as: "x.ndjson", in: "new")
    let states = try taken("x.ndjson")
    #expect(states.count == 2 && states[1].id == "own")
    #expect(try fixture.names("new").isEmpty && fixture.names("tmp").isEmpty)
    #expect(try takeIn("x.ndjson") == nil ? true : false)
  }

  @Test func `an array is as good as lines`() throws {
    try fixture.put("[\(job),\(job)]", as: "x.json", in: "new")
    #expect(try taken("x.json").count == 2)
  }

  @Test func `only names of documents are looked at`() throws {
    for name in ["a.json", "b.ndjson", "c.txt", ".d.json", ".e.ndjson", ".\(uuid)-f.json"] {
      try fixture.put(job, as: name, in: "new")
    }
    #expect(try spool.drops() == [".\(uuid)-f.json", "a.json", "b.ndjson"])
  }

  @Test func `a claimed file is resumed, and what is in counts as taken`() throws {
    try fixture.put("\(job)\n\(job)\n", as: ".\(uuid)-x.ndjson", in: "new")
    let first = JobIdentifier.derived(from: uuid, line: 1)
    try fixture.submit("{\"id\":\"\(first)\",\"command\":[\"true\"],\"hold\":true}")
    try fixture.cancel(first)
    let states = try taken(".\(uuid)-x.ndjson")
    #expect(Set(states.map(\.id)) == [first, JobIdentifier.derived(from: uuid, line: 2)])
    #expect(try spool.allIdentifiers().count == 2)
  }

  @Test(arguments: ["", "{\"command\":", "  \n"])
  func `a young file that is not complete is left to its writer`(text: String) throws {
    try fixture.put(text, as: "x.json", in: "new", age: 0)
    guard case .unfinished? = try takeIn("x.json") else { throw Unexpected("taken") }
    #expect(try fixture.text("x.json", in: "new") == text)
  }

  @Test func `an old file that is not complete is quarantined`() throws {
    try fixture.put("\(job)\n{\"command\":", as: "x.ndjson", in: "new")
    let kept = try quarantined("x.ndjson")
    #expect(kept.jobs == 1 && kept.name.hasSuffix("-x.ndjson"))
    #expect(kept.reason.contains("line 2"))
  }

  @Test func `bad lines are named, and the good ones are jobs`() throws {
    try fixture.put(
      "\(job)\n{\"comand\":[\"x\"]}\n7\n\(job)\n", as: "x.ndjson", in: "new")
    let kept = try quarantined("x.ndjson")
    #expect(kept.jobs == 2)
    #expect(kept.reason.contains("line 2: comand") && kept.reason.contains("line 3"))
  }

  @Test func `the same id and document twice is one job`() throws {
    try fixture.submit("{\"id\":\"own\",\"command\":[\"true\"],\"hold\":true}")
    try fixture.put(
      "{\"id\":\"own\",\"command\":[\"true\"],\"hold\":true}", as: "x.json", in: "new")
    #expect(try taken("x.json").map(\.id) == ["own"])
  }

  @Test func `a document whose id another job has is not dropped without a word`() throws {
    try fixture.submit("{\"id\":\"own\",\"command\":[\"true\"],\"hold\":true}")
    try fixture.put("{\"id\":\"own\",\"command\":[\"false\"]}", as: "x.json", in: "new")
    #expect(try quarantined("x.json").reason == "document 1: another job has the id own")
  }

  @Test func `what is no file of ours is quarantined unread`() throws {
    let new = "\(fixture.path)/new"
    #expect(symlink("/etc/passwd", "\(new)/link.json") == 0)
    #expect(try quarantined("link.json").reason == "it is a symbolic link")
    #expect(mkfifo("\(new)/fifo.json", 0o600) == 0)
    #expect(try quarantined("fifo.json").jobs == 0)
    #expect(mkdir("\(new)/folder.json", 0o700) == 0)
    #expect(try quarantined("folder.json").jobs == 0)
    #expect(mknod("\(new)/socket.json", S_IFSOCK | 0o600, 0) == 0)
    #expect(try quarantined("socket.json").jobs == 0)
    guard CurrentProcess.user == 0 else { return }
    try fixture.put(job, as: "foreign.json", in: "new")
    #expect(chown("\(new)/foreign.json", 12345, 12345) == 0)
    #expect(
      try quarantined("foreign.json").reason.hasPrefix("it belongs to user 12345; if it is to be"))
    #expect(try spool.allIdentifiers().isEmpty)
  }

  @Test func `the longest name a file can have is taken in, or quarantined`() throws {
    let name = String(repeating: "x", count: 250) + ".json"
    try fixture.put(job, as: name, in: "new")
    #expect(try taken(name).count == 1)
    try fixture.put("bad", as: name, in: "new")
    #expect(try quarantined(name).name.hasSuffix("x.json"))
  }

  /// A context that does something whenever a document is read.
  private func context(_ meanwhile: @escaping () -> Void) -> DocumentContext {
    var context = fixture.context
    context.zone = { _ in
      meanwhile()
      return .utc
    }
    return context
  }

  @Test func `a file that is replaced before it is claimed is not removed unread`() throws {
    let second = "{\"command\":[\"true\"],\"name\":\"second\",\"hold\":true}"
    try fixture.put(job, as: "x.json", in: "new")
    try fixture.put(second, as: "part", in: "new")
    let context = context { [spool] in
      _ = try? spool.new.rename("part", to: "x.json", in: spool.new)
    }
    guard case .taken(let states)? = try spool.takeIn("x.json", context: context, at: .now) else {
      throw Unexpected("not taken")
    }
    #expect(states.map(\.spec.name) == ["second"])
  }

  @Test func `a file that grows while it is taken in is not removed before it is read`() throws {
    try fixture.put("\(job)\n", as: ".\(uuid)-x.ndjson", in: "new")
    let context = context { [fixture, uuid, job] in
      _ = try? fixture.put("\(job)\n\(job)\n", as: ".\(uuid)-x.ndjson", in: "new")
    }
    let result = try spool.takeIn(".\(uuid)-x.ndjson", context: context, at: .now)
    guard case .unfinished? = result else { throw Unexpected("removed") }
    #expect(try taken(".\(uuid)-x.ndjson").count == 2)
    #expect(try spool.allIdentifiers().count == 2)
  }
}

@Suite struct QuarantineTests {
  let fixture: SpoolFixture
  var spool: Spool { fixture.spool }
  init() throws { fixture = try SpoolFixture() }

  @Test func `equal names are kept apart, each with its reason`() throws {
    for round in 1...3 {
      try fixture.put("\(round)", as: "x", in: "jobs")
      try spool.quarantine("x", from: .jobs, because: "reason \(round)")
    }
    #expect(
      try fixture.names("corrupt") == ["2-x", "2-x.why", "3-x", "3-x.why", "x", "x.why"])
    #expect(try fixture.text("3-x", in: "corrupt") == "3")
    #expect(try fixture.text("3-x.why", in: "corrupt") == "reason 3\n")
  }

  @Test func `a quarantined file is never overwritten by a reason`() throws {
    try fixture.put("data", as: "x.why", in: "jobs")
    let kept = try spool.quarantine("x.why", from: .jobs, because: "strange")
    try fixture.put("more", as: "x", in: "jobs")
    try spool.quarantine("x", from: .jobs, because: "strange")
    #expect(try fixture.text(kept, in: "corrupt") == "data")
    #expect(try fixture.text("x", in: "corrupt") == "more")
  }
}
