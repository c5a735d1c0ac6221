// Submitting: ids, numbers, --if-absent.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct SubmissionTests {
  let fixture: SpoolFixture
  var spool: Spool { fixture.spool }
  init() throws { fixture = try SpoolFixture() }

  @Test func `a submitted job is in jobs, readable by its owner alone`() throws {
    let state = try fixture.submit()
    let file = try #require(try spool.jobs.status(of: "\(state.id).json"))
    #expect(file.permissions == 0o600 && file.links == 1)
    #expect(try fixture.state(state.id) == state)
    #expect(try fixture.names("tmp").isEmpty)
    #expect(state.number == 1 && state.revision == 1)
  }

  @Test func `a large batch has consecutive numbers, in order`() throws {
    try fixture.submit()
    let job = try fixture.job("{\"command\":[\"true\"]}")
    let results = try spool.submit([NewJob](repeating: job, count: 450), at: .now)
    let states = results.compactMap { result -> JobState? in
      guard case .submitted(let state) = result else { return nil }
      return state
    }
    #expect(states.map(\.number) == Array(2...451))
    #expect(Set(states.map(\.id)).count == 450)
    #expect(try spool.liveIdentifiers().count == 451)
    #expect(try fixture.names("tmp").isEmpty)
  }

  @Test func `an id that is taken is refused, wherever its job is`() throws {
    try fixture.submit(id: "mine")
    let job = try fixture.job("{\"id\":\"mine\",\"command\":[\"true\"]}")
    guard case .failed(.exists("mine")) = try spool.submit([job], at: .now)[0] else {
      throw Unexpected("taken twice")
    }
    try fixture.cancel("mine")
    guard case .failed(.exists("mine")) = try spool.submit([job], at: .now)[0] else {
      throw Unexpected("taken twice")
    }
    #expect(try fixture.names("jobs").isEmpty)
  }

  @Test func `if-absent takes the same document for submitted and refuses another`() throws {
    let text = "{\"id\":\"mine\",\"command\":[\"true\"],\"hold\":true}"
    let first = try fixture.submit(text)
    guard
      case .present(let state) = try spool.submit([fixture.job(text)], at: .now, ifAbsent: true)[0]
    else { throw Unexpected("the same document") }
    #expect(state.number == first.number)
    let other = try fixture.job("{\"id\":\"mine\",\"command\":[\"false\"],\"hold\":true}")
    guard case .failed(.differs("mine")) = try spool.submit([other], at: .now, ifAbsent: true)[0]
    else { throw Unexpected("another document") }
  }

  @Test func `one id twice in a batch is one job`() throws {
    let job = try fixture.job("{\"id\":\"mine\",\"command\":[\"true\"]}")
    let results = try spool.submit([job, job], at: .now)
    guard case .submitted = results[0], case .failed(.exists) = results[1] else {
      throw Unexpected("doubled")
    }
  }

  @Test func `one damaged job file costs the rest of a batch nothing`() throws {
    try fixture.put("{", as: "bad.json", in: "done")
    let results = try spool.submit(
      [
        fixture.job("{\"id\":\"bad\",\"command\":[\"true\"]}"),
        fixture.job("{\"id\":\"good\",\"command\":[\"true\"]}"),
      ], at: .now)
    guard case .failed(.damaged) = results[0], case .submitted = results[1] else {
      throw Unexpected("\(results)")
    }
  }

  @Test func `numbers go on above a partly written entry`() throws {
    try fixture.submit()
    try fixture.put(String(repeating: "x", count: 130), as: "numbers", in: "")
    #expect(try fixture.submit().number == 3)
  }

  @Test func `what is durable is told, though a later batch fails`() throws {
    let document = "{\"command\":[\"true\"],\"hold\":true}"
    // The first 2,000 take some 6,000 calls; one of the next batch fails.
    for call in 6010...6013 {
      let fixture = try SpoolFixture()
      let documents = [String](repeating: document, count: 2002)
      let end = try Helper(["submit", fixture.path] + documents, fault: "28:\(call)").end()
      let told = end.lines.filter { !$0.hasPrefix("error") }
      #expect(told.count >= 2000)
      #expect(try fixture.spool.allIdentifiers().isSuperset(of: told))
      #expect(try fixture.names("tmp").isEmpty)
    }
  }

  @Test func `a lost number file starts above all numbers in use`() throws {
    for _ in 0..<3 { try fixture.submit() }
    try spool.root.remove("numbers")
    try spool.prepareNumbers()
    #expect(try spool.root.status(of: "numbers")?.size == 256)
    #expect(try fixture.submit().number == 4)
  }

  @Test func `a number file that a power cut has shortened gives no number twice`() throws {
    for _ in 0..<3 { try fixture.submit() }
    // As it was before this boot: it is never synced.
    try fixture.put(String(repeating: "x", count: 128), as: "numbers", in: "", age: 1 << 30)
    #expect(try fixture.submit().number == 4)
    #expect(try fixture.submit().number == 5)
  }

  @Test func `threads that submit at once get numbers of their own`() throws {
    let path = fixture.path
    let job = try fixture.job("{\"command\":[\"true\"]}")
    let specs = job.spec
    try inThreads(4) { _ in
      let fixture = try SpoolThread(path)
      for _ in 0..<25 { try fixture.submit(specs.name) }
    }
    var numbers: Set<Int> = []
    try spool.forEachJob { job in
      numbers.insert(job.state.number)
      return true
    }
    #expect(numbers.count == 100)
  }
}

/// A spool opened in a thread of its own.
struct SpoolThread {
  let spool: Spool
  let zones = ZoneFiles()
  init(_ path: String) throws { spool = try Spool(path: path) }

  func submit(_ name: String) throws {
    let context = spool.documentContext(
      zones: zones, timeZone: "UTC", workingDirectory: "/", umask: 0o077)
    let text = "{\"command\":[\"true\"],\"name\":\"\(name)\"}"
    let job = NewJob(try JobDocument(JSON(parsing: Array(text.utf8)), in: context))
    guard case .submitted = try spool.submit([job], at: .now)[0] else {
      throw SpoolError.exists(id: name)
    }
  }
}

/// Runs a body in several threads at once and waits for all; the first error is thrown.
func inThreads(
  _ count: Int, _ body: @escaping @Sendable (Int) throws -> Void,
  meanwhile: () throws -> Void = {}
) throws {
  let work = Work(count, body)
  var threads: [pthread_t] = []
  for _ in 0..<count {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(work).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { raw in
        if let raw { Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().run() }
        return nil
      }, box)
    if code != 0 { throw SystemError("pthread_create", "", code: code) }
    threads.append(thread)
  }
  defer { for thread in threads { pthread_join(thread, nil) } }
  try meanwhile()
  for thread in threads { pthread_join(thread, nil) }
  threads = []
  if let failure = work.failure { throw failure }
}

private final class Work: @unchecked Sendable {
  private let body: @Sendable (Int) throws -> Void
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var next: Int
  var failure: (any Error)?

  init(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) {
    next = count
    self.body = body
    pthread_mutex_init(mutex, nil)
  }

  deinit { mutex.deallocate() }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  func run() {
    let number = locked {
      next -= 1
      return next
    }
    do { try body(number) } catch { locked { failure = failure ?? error } }
  }
}
