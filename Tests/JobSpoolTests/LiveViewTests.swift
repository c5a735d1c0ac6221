// A job as it really stands, read while others record what has happened to it.

import JobCore
import Testing

@testable import JobSpool

@Suite struct LiveViewTests {
  @Test func anEndThatWasRecordedAndClearedMeanwhileIsSeen() throws {
    let fixture = try SpoolFixture()
    _ = try fixture.launched("a")
    try fixture.apply(.supervised, to: "a")
    // Read before the end was recorded, looked at after its records are gone.
    let before = try #require(try fixture.spool.job("a")).state
    let attempt = try #require(before.phase.liveAttempt)
    let outcome = Outcome(.exited(code: 0), of: attempt, startedAt: .now, endedAt: .now)
    try fixture.apply(.ended(ExitRecord(outcome)), to: "a")
    _ = try fixture.spool.clearRun("a", directoryName: attempt.directoryName, keepLogs: false)
    let now = fixture.spool.current(before, zones: fixture.zones, at: .now)
    #expect(now.phase == .succeeded)
  }

  @Test func aRunWhoseSupervisorIsGoneStaysAsItWasRead() throws {
    let fixture = try SpoolFixture()
    _ = try fixture.launched("a")
    let before = try #require(try fixture.spool.job("a")).state
    #expect(fixture.spool.current(before, zones: fixture.zones, at: .now) == before)
  }
}
