// What is remembered of jobs is never older than the spool.

import JobCore
import Testing

@testable import JobSpool

@Suite struct JobCacheTests {
  @Test func `a job that nobody has changed is read once`() throws {
    let fixture = try SpoolFixture()
    try fixture.submit(id: "a")
    let cache = JobCache(fixture.spool)
    let first = try #require(try cache.job("a"))
    #expect(try cache.job("a") === first)
    try fixture.cancel("a")
    let second = try #require(try cache.job("a"))
    #expect(second !== first && second.place == .done)
    #expect(try cache.job("a") === second)
    #expect(try cache.job("b") == nil)
  }

  @Test func `an edit in place is seen`() throws {
    let fixture = try SpoolFixture()
    let state = try fixture.submit(id: "a")
    let cache = JobCache(fixture.spool)
    _ = try cache.job("a")
    let text = try #require(try fixture.text("a.json", in: "jobs"))
    try fixture.put(text.replacing("\"true\"", with: "\"false\""), as: "a.json", in: "jobs")
    #expect(try cache.job("a")?.state.spec != state.spec)
    try fixture.put("{", as: "a.json", in: "jobs")
    #expect(throws: SpoolError.self) { try cache.job("a") }
    try fixture.put(text, as: "a.json", in: "jobs")
    #expect(try cache.job("a")?.state == state)
  }

  @Test func `of two files of a job the live one counts`() throws {
    let fixture = try SpoolFixture()
    let before = try fixture.submit(id: "a")
    let text = try #require(try fixture.text("a.json", in: "jobs"))
    try fixture.cancel("a")
    let cache = JobCache(fixture.spool)
    #expect(try cache.job("a")?.state.phase.isFinal == true)
    try fixture.put(text, as: "a.json", in: "jobs")
    #expect(try cache.job("a")?.state == before)
  }

  @Test func `whatever happens, it says what the spool says`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("seed of the job cache: \(seed)")
    var random = seed
    func next(_ bound: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % bound
    }
    let fixture = try SpoolFixture()
    // Another opening, as of another process; and more jobs than are remembered.
    let cache = JobCache(try fixture.again())
    let ids = (0..<80).map { "job-\($0)" }
    for _ in 0..<1500 {
      let id = ids[next(ids.count)]
      let isThere = try fixture.state(id) != nil
      switch next(6) {
      case _ where !isThere: try fixture.submit(id: id)
      case 0, 1: try? fixture.cancel(id)
      case 2: _ = try? fixture.apply(.rerun, to: id)
      case 3: _ = try? fixture.apply(.hold, to: id)
      case 4:
        if let job = try fixture.spool.job(id, in: .done) {
          _ = try fixture.spool.purge([job], because: "test", at: .now)
        }
      default: break
      }
      for asked in [id, ids[next(ids.count)]] {
        #expect(try cache.job(asked)?.state == fixture.state(asked), "seed \(seed)")
      }
    }
  }
}
