// Hold and release.

import Testing

@testable import JobCore

private let hourly = #""quartzDef":"0 0 * * * ?""#

@Suite struct HoldTests {
  @Test func skipsTheFiringsOfARecurringJobOnRecord() throws {
    var life = try Life(hourly, at: "10:30")
    try life.apply(.hold)
    try life.apply(.release, at: "13:00")
    #expect(life.phase == "waiting 14:00")
    #expect(
      life.lastDecision
        == "skipped: 3 firings up to 2026-03-02T13:00:00.000Z skipped: the job was held")
  }

  @Test func runsAHeldOneShotOnRelease() throws {
    var life = try Life("", at: "10:30")
    try life.apply(.hold)
    #expect(life.phase == "held 1.1 for 10:30")
    try life.apply(.release, at: "13:00")
    #expect(life.phase == "queued 1.1 for 10:30")
  }

  @Test func runsAOneShotHeldSinceSubmitOnRelease() throws {
    var life = try Life(#""hold":true"#, at: "10:30")
    #expect(life.phase == "held")
    try life.apply(.release, at: "13:00")
    #expect(life.phase == "queued 1.1 for 10:30")
    #expect(life.lastDecision == "released: released")
  }

  @Test func letsAOneShotReleasedInTimeWaitForItsStart() throws {
    var life = try Life(#""startDate":"2026-03-02T12:00:00Z""#, at: "10:30")
    try life.apply(.hold)
    try life.apply(.release, at: "11:00")
    #expect(life.phase == "waiting 12:00")
  }

  @Test func keepsAnImmediateRunUntilRelease() throws {
    var life = try Life(#""hold":true,"runImmediately":true,"# + hourly, at: "10:30")
    #expect(life.phase == "held 1.1 for 10:30, immediate")
    try life.apply(.release, at: "10:40")
    #expect(life.phase == "queued 1.1 for 10:30, immediate")
  }

  @Test func expiresWhenItsWindowEndedMeanwhile() throws {
    var life = try Life(hourly + #","endDate":"2026-03-02T12:00:00Z""#, at: "10:30")
    try life.apply(.hold)
    try life.apply(.release, at: "13:00")
    #expect(life.phase == "expired: no firing is left in its window, and none ever ran")
  }

  @Test func actsAfterARunThatIsUnderWay() throws {
    var life = try Life(hourly, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.start()
    try life.apply(.hold)
    #expect(life.phase == "running 1.1 for 11:00" && life.state.holdRequested)
    try life.end()
    #expect(life.phase == "held" && !life.state.holdRequested)
    try life.apply(.release, at: "13:30")
    #expect(life.phase == "waiting 14:00")
  }

  @Test func keepsNothingBackWhereNothingFollows() throws {
    var life = try Life("", at: "10:30")
    try life.start()
    try life.apply(.hold)
    try life.end()
    #expect(life.phase == "succeeded" && !life.state.holdRequested)
  }

  @Test func canBeTakenBackDuringARun() throws {
    var life = try Life(hourly, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.start()
    try life.apply(.hold)
    try life.apply(.release)
    try life.end()
    #expect(life.phase == "waiting 12:00")
  }

  @Test func keepsARetryBack() throws {
    var life = try Life(hourly + #","retryCount":2"#, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.run(.exited(code: 1))
    try life.apply(.hold)
    #expect(life.phase == "held 1.2 for 11:00")
    try life.apply(.release, at: "13:30")
    #expect(life.phase == "queued 1.2 for 11:00")
    #expect(life.state.decisions.last?.kind == .skipped)
    try life.run()
    #expect(life.phase == "waiting 14:00")
  }

  @Test func keepsBackTheRetryOfARunHeldWhileItWasUnderWay() throws {
    var life = try Life(#""retryCount":1"#, at: "10:30")
    try life.start()
    try life.apply(.hold)
    try life.end(.exited(code: 1))
    #expect(life.phase == "held 1.2 for 10:30")
  }
}
