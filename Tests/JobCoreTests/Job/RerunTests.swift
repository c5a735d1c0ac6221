// Rerun: one extra run, and nothing else changes.

import Testing

@testable import JobCore

private let hourly = #""quartzDef":"0 0 * * * ?""#

@Suite struct RerunTests {
  @Test(arguments: [
    (Outcome.Kind.exited(code: 0), "succeeded"), (.exited(code: 3), "failed: exit 3"),
    (.cancelled(reason: "c"), "cancelled: c"), (.lost(reason: "reboot"), "failed: lost: reboot"),
  ])
  func runsAnEndedJobOnceMoreAndTheNewOutcomeDecides(kind: Outcome.Kind, phase: String) throws {
    var life = try Life("", at: "10:30")
    try life.run(.exited(code: 1))
    #expect(life.phase == "failed: exit 1")
    try life.apply(.rerun, at: "11:00")
    #expect(life.phase == "queued 2.1 for 11:00, rerun" && life.state.finishedAt == nil)
    try life.run(kind)
    #expect(life.phase == phase && life.state.runs == 2)
  }

  @Test func hasFreshRetries() throws {
    var life = try Life(#""retryCount":1"#, at: "10:30")
    try life.run(.exited(code: 1))
    try life.apply(.due, at: "10:31")
    try life.run(.exited(code: 1))
    try life.apply(.rerun)
    try life.run(.exited(code: 1))
    #expect(life.phase == "backoff 2.2 for 10:31, rerun until 10:31:10")
  }

  @Test func runsAWaitingJobNowAndItsScheduleGoesOn() throws {
    var life = try Life(hourly, at: "10:30")
    try life.apply(.rerun)
    #expect(life.phase == "queued 1.1 for 10:30, rerun")
    try life.run()
    #expect(life.phase == "waiting 11:00")
  }

  @Test func revivesNoScheduleThatIsOver() throws {
    var life = try Life(hourly, at: "10:30")
    try life.apply(life.cancel())
    try life.apply(.rerun)
    try life.run()
    #expect(life.phase == "succeeded" && life.state.scheduleEnded)
  }

  @Test func runsAnExpiredJobOutsideItsWindow() throws {
    var life = try Life(hourly + #","endDate":"2026-03-02T10:00:00Z""#, at: "10:30")
    try life.apply(.rerun)
    try life.run(.exited(code: 2))
    #expect(life.phase == "failed: exit 2")
  }

  @Test func isRefusedWhereItIsNotAllowed() throws {
    var life = try Life(#""canReRun":"No""#, at: "10:30")
    try life.run()
    #expect(life.refusal(.rerun) == "its canReRun is false")
  }

  @Test func isRefusedAfterItsLastDate() throws {
    var life = try Life(#""maximumDateTimeToExecuteJob":"2026-03-02T11:00:00Z""#, at: "10:30")
    try life.run(at: "11:00")
    #expect(life.refusal(.rerun) == nil)
    life.now = life.now + TimeSpan(milliseconds: 1)
    #expect(
      life.refusal(.rerun) == "its maximumDateTimeToExecuteJob 2026-03-02T11:00:00.000Z is past")
  }
}
