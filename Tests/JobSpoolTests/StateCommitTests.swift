// Changing jobs: nobody's change is lost, whoever else changes the same job.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct StateCommitTests {
  let fixture: SpoolFixture
  var spool: Spool { fixture.spool }
  init() throws { fixture = try SpoolFixture() }

  private func next(_ stored: StoredJob, _ event: JobEvent) throws -> StateChange {
    let schedule = try fixture.zones.schedule(stored.state.spec)
    return StateChange(stored, try stored.state.applying(event, schedule: schedule, at: .now))
  }

  private func read(_ id: String) throws -> StoredJob { try #require(try spool.job(id)) }

  @Test func `of two who have read the same, the second is stale`() throws {
    try fixture.submit(id: "a")
    let one = try next(read("a"), .hold)
    let two = try next(fixture.again().job("a").map { $0 } ?? read("a"), .hold)
    guard case .committed = try spool.commit([one])[0] else { throw Unexpected("first") }
    guard case .stale = try fixture.again().commit([two])[0] else { throw Unexpected("second") }
    #expect(try fixture.state("a") == one.next)
    #expect(try fixture.names("tmp").isEmpty)
  }

  @Test func `one job twice in a batch is stale the second time`() throws {
    try fixture.submit(id: "a")
    let change = try next(read("a"), .hold)
    let results = try spool.commit([change, change])
    guard case .committed = results[0], case .stale = results[1] else {
      throw Unexpected("\(results)")
    }
  }

  @Test func `a job that was removed and made anew is not the one that was read`() throws {
    for round in 0..<50 {
      try fixture.submit(id: "a")
      let change = try next(read("a"), .hold)
      try spool.jobs.remove("a.json")
      try fixture.submit(id: "a")
      guard case .stale = try spool.commit([change])[0] else { throw Unexpected("\(round)") }
      try spool.jobs.remove("a.json")
    }
  }

  @Test func `a final phase moves to done, a rerun back to jobs`() throws {
    try fixture.submit(id: "a", "{\"id\":\"a\",\"command\":[\"true\"]}")
    try fixture.cancel("a")
    #expect(try fixture.names("jobs").isEmpty)
    #expect(try fixture.names("done") == ["a.json"])
    try fixture.apply(.rerun, to: "a")
    #expect(try fixture.names("jobs") == ["a.json"])
    #expect(try fixture.names("done").isEmpty)
    #expect(try fixture.state("a")?.revision == 3)
  }

  @Test func `a final phase that a crash left in jobs is moved by committing it as it is`() throws {
    try fixture.submit(id: "a")
    try fixture.cancel("a")
    try spool.done.rename("a.json", to: "a.json", in: spool.jobs)
    let stored = try #require(try spool.job("a", in: .jobs))
    guard case .committed = try spool.commit([StateChange(stored, stored.state)])[0] else {
      throw Unexpected("not moved")
    }
    #expect(try fixture.names("jobs").isEmpty && fixture.names("done") == ["a.json"])
  }

  @Test func `what cannot be moved to done is committed all the same`() throws {
    try fixture.submit(id: "a")
    // A directory in the way: renaming a file onto it fails.
    try spool.done.makeDirectory("a.json")
    let stored = try #require(try spool.job("a", in: .jobs))
    let cancel = JobEvent.cancel(CancelRequest(at: .now, reason: "x"))
    guard case .committed = try spool.commit([next(stored, cancel)])[0] else {
      throw Unexpected("the new state stands, and is called failed")
    }
    #expect(try spool.job("a", in: .jobs)?.state.phase.isFinal == true)
  }

  @Test func `a change that changes nothing writes nothing`() throws {
    let state = try fixture.submit(id: "a")
    let before = try spool.jobs.status(of: "a.json")
    #expect(try spool.change("a") { $0 } == state)
    #expect(try spool.jobs.status(of: "a.json")?.inode == before?.inode)
    #expect(try spool.change("none") { $0 } == nil)
  }

  @Test func `somebody who holds the lock for too long is named`() throws {
    try fixture.submit(id: "a")
    let change = try next(read("a"), .hold)
    let lock = try SpoolLock(.state, of: fixture.again())
    spool.lockPatience = 10
    do {
      _ = try spool.commit([change])
      Issue.record("not busy")
    } catch {
      guard case .busy(_, let holder) = error else { throw Unexpected("\(error)") }
      #expect(holder == .current)
    }
    _ = consume lock
    #expect(try fixture.names("tmp").isEmpty)
  }

  @Test func `the holder is known although a longer name was written before`() throws {
    try fixture.put("1234567 123456789012\n", as: "state.lock", in: "")
    let lock = try SpoolLock(.state, of: spool)
    #expect(spool.lockHolder("state.lock") == .current)
    _ = consume lock
  }

  @Test func `of a job in jobs and in done, the higher revision stays`() throws {
    for id in ["rerun", "done"] {
      try fixture.submit(id: id)
      try spool.jobs.link("\(id).json", to: "\(id)-1", in: spool.tmp)
      try fixture.cancel(id)
    }
    // A power cut between the syncs of the two directories.
    try spool.tmp.rename("done-1", to: "done.json", in: spool.jobs)
    try spool.done.link("rerun.json", to: "rerun-2", in: spool.tmp)
    try fixture.apply(.rerun, to: "rerun")
    try spool.tmp.rename("rerun-2", to: "rerun.json", in: spool.done)
    #expect(try spool.settleDoubles() == ["done", "rerun"])
    #expect(try fixture.names("jobs") == ["rerun.json"])
    #expect(try fixture.names("done") == ["done.json"])
    #expect(try fixture.state("rerun")?.revision == 3)
    #expect(try fixture.state("done")?.revision == 2)
    #expect(try spool.settleDoubles().isEmpty)
  }

  @Test func `eight at once lose no change, moves between jobs and done included`() throws {
    let ids = ["a", "b", "c"]
    for id in ids { try fixture.submit(id: id) }
    let path = fixture.path
    let rounds = 20
    try inThreads(8) { number in
      let spool = try Spool(path: path)
      let zones = ZoneFiles()
      for round in 0..<rounds {
        _ = try spool.change(ids[(number + round) % ids.count]) { state in
          let event: JobEvent
          switch state.phase {
          case .waiting: event = .hold
          case .held: event = .cancel(CancelRequest(at: .now, reason: "x"))
          default: event = state.phase.isFinal ? .rerun : .hold
          }
          return try state.applying(event, schedule: zones.schedule(state.spec), at: .now)
        }
      }
    }
    let revisions = try ids.map { try #require(try fixture.state($0)).revision }
    #expect(revisions.reduce(0, +) == 8 * rounds + ids.count)
    #expect(try fixture.names("jobs").count + fixture.names("done").count == ids.count)
    #expect(try fixture.names("tmp").isEmpty)
  }

  @Test func `a reader never misses a job that moves`() throws {
    try fixture.submit(id: "mover")
    let path = fixture.path
    try inThreads(3) { number in
      let spool = try Spool(path: path)
      let zones = ZoneFiles()
      for _ in 0..<(number == 0 ? 60 : 1500) {
        if number > 0 {
          if try spool.job("mover") == nil { throw SpoolError.exists(id: "missed") }
          continue
        }
        _ = try spool.change("mover") { state in
          let event =
            state.phase.isFinal
            ? JobEvent.rerun : .cancel(CancelRequest(at: .now, reason: "x"))
          return try state.applying(event, schedule: zones.schedule(state.spec), at: .now)
        }
      }
    }
  }
}
