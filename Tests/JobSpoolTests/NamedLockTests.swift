// Files of named locks: one holder, who it is, and what becomes of those that nobody uses.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct NamedLockTests {
  private let fixture: SpoolFixture
  private let holder = LockRecord.Holder.command(["sleep", "1"])

  init() throws { fixture = try SpoolFixture() }

  private func taken(_ names: [String]) throws -> [NamedLock] {
    guard case .taken(let locks) = try fixture.spool.tryLocks(names) else { return [] }
    return locks
  }

  @Test func allAreTakenOrNone() throws {
    let other = try fixture.again()
    let held = try #require(try other.tryLock("b"))
    guard case .held(let name) = try fixture.spool.tryLocks(["a", "b"]) else {
      Issue.record("b was held")
      return
    }
    #expect(name == "b")
    #expect(try !other.isLocked("a"))
    held.release()
    let locks = try taken(["a", "b"])
    #expect(locks.count == 2)
    #expect(try other.tryLock("a") == nil)
    for lock in locks { lock.release() }
    #expect(try other.tryLock("a") != nil)
  }

  @Test func tellsWhoHasIt() throws {
    let lock = try #require(try fixture.spool.tryLock("a/b"))
    #expect(fixture.spool.holder(ofLock: "a/b") == nil)
    lock.tell(holder, at: .now)
    #expect(try fixture.again().holder(ofLock: "a/b")?.holder == holder)
    lock.release()
    #expect(fixture.spool.holder(ofLock: "a/b") == nil)
  }

  @Test func whatAHolderOfBeforeHasWrittenIsNotBelieved() throws {
    let first = try #require(try fixture.spool.tryLock("a"))
    // The number of a process that is not there.
    first.tell(holder, pid: Int32.max, at: .now)
    #expect(try fixture.spool.isLocked("a") && fixture.spool.holder(ofLock: "a") == nil)
    first.release()
  }

  @Test func oneThatWasGivenAwayStaysHeldByACopy() throws {
    let lock = try #require(try fixture.spool.tryLock("a"))
    let copy = dup(lock.number)
    lock.giveAway()
    lock.release()
    #expect(try fixture.again().isLocked("a"))
    close(copy)
    #expect(try !fixture.again().isLocked("a"))
  }

  @Test func theFileOfOneThatNobodyUsesGoes() throws {
    let now = Instant.now
    let later = now + .seconds(31 * 86_400)
    let lock = try #require(try fixture.spool.tryLock("a"))
    lock.tell(holder, at: now)
    #expect(try !fixture.spool.trimLock("a", at: later))
    lock.release()
    #expect(try !fixture.spool.trimLock("a", at: now))
    #expect(try fixture.spool.trimLock("a", at: later))
    #expect(try Directory(path: "\(fixture.path)/locks").names() == [])
    #expect(try fixture.spool.tryLock("a") != nil)
  }

  @Test func whoeverWaitsGoesOnAtTheEndOfTheHolder() throws {
    let other = try fixture.again()
    let held = try #require(try other.tryLock("b"))
    let wait = try LockWait(["b", "a"], for: holder, in: fixture.spool)
    #expect(try !wait.advance())
    #expect(wait.missing == "b" && wait.obstacle == "lock \"b\": somebody has it")
    #expect(try other.isLocked("a"))
    held.release()
    #expect(try wait.advance())
    #expect(other.holder(ofLock: "b")?.holder == holder)
    wait.release()
    #expect(try !other.isLocked("a") && !other.isLocked("b"))
  }
}
