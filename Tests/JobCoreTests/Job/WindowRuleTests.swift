// When a job runs: window, runOnce, runImmediately, firings that were missed, clocks that jump.
// Hourly jobs here fire on the hour.

import Testing

@testable import JobCore

private let hourly = #""quartzDef":"0 0 * * * ?""#
private let nothingRan = "expired: no firing is left in its window, and none ever ran"

@Suite struct WindowRuleTests {
  @Test(arguments: [
    ("", "queued 1.1 for 10:30"),
    (#""startDate":"2026-03-02T12:00:00Z""#, "waiting 12:00"),
    (#""startDate":"2026-03-02T09:00:00Z""#, "queued 1.1 for 09:00"),
    (#""endDate":"2026-03-02T10:00:00Z""#, nothingRan),
    (#""endDate":"2026-03-02T10:29:59Z""#, nothingRan),
    (hourly, "waiting 11:00"),
    (hourly + #","startDate":"2026-03-02T12:00:00Z""#, "waiting 12:00"),
    (hourly + #","startDate":"2026-03-02T09:00:00Z""#, "waiting 11:00"),
    (hourly + #","endDate":"2026-03-02T11:00:00Z""#, "waiting 11:00"),
    (hourly + #","endDate":"2026-03-02T10:59:59Z""#, nothingRan),
    (hourly + #","startDate":"2026-03-02T12:00:01Z","endDate":"2026-03-02T12:30:00Z""#, nothingRan),
  ])
  func beginsWhereItsWindowSays(members: String, phase: String) throws {
    #expect(try Life(members, at: "10:30").phase == phase)
  }

  @Test(arguments: [
    // One run in all: now, whenever its own would have been.
    ("", "succeeded"), (#""startDate":"2026-03-02T12:00:00Z""#, "succeeded"),
    (#""runOnce":true"#, "succeeded"),
    // The schedule follows, unless it is to run once.
    (hourly, "waiting 11:00"),
    (hourly + #","startDate":"2026-03-02T12:00:00Z""#, "waiting 12:00"),
    (hourly + #","runOnce":true"#, "succeeded"),
    (hourly + #","endDate":"2026-03-02T10:45:00Z""#, "succeeded"),
    (hourly + #","runOnce":true,"startDate":"2026-03-02T12:00:00Z""#, "succeeded"),
  ])
  func runsImmediatelyAndThenAsScheduled(members: String, after: String) throws {
    let separator = members.isEmpty ? "" : ","
    var life = try Life(#""runImmediately":true"# + separator + members, at: "10:30")
    #expect(life.phase == "queued 1.1 for 10:30, immediate")
    try life.run()
    #expect(life.phase == after)
  }

  @Test(arguments: ["", "," + hourly, #","runOnce":true,"# + hourly])
  func doesNotRunImmediatelyAfterItsWindow(members: String) throws {
    let life = try Life(
      #""runImmediately":true,"endDate":"2026-03-02T10:00:00Z""# + members, at: "10:30")
    #expect(life.phase == nothingRan && life.state.finishedAt == life.now)
  }

  @Test func runsAOneShotLateIfNobodyWasThere() throws {
    var life = try Life(#""startDate":"2026-03-02T12:00:00Z""#, at: "10:30")
    try life.apply(.due, at: "15:00")
    #expect(life.phase == "queued 1.1 for 12:00")
    #expect(life.lastDecision == "late: due at 2026-03-02T12:00:00.000Z; it runs late")
    try life.run()
    #expect(life.phase == "succeeded")
  }

  @Test func runsAOneShotWhoseWindowIsOneInstant() throws {
    var life = try Life(
      #""startDate":"2026-03-02T12:00:00Z","endDate":"2026-03-02T12:00:00Z""#, at: "10:30")
    // A timer is never exact.
    try life.apply(.due, at: "2026-03-02T12:00:00.004Z")
    #expect(life.phase == "queued 1.1 for 12:00")
  }

  @Test func expiresAOneShotMissedUntilItsWindowIsOver() throws {
    var life = try Life(
      #""startDate":"2026-03-02T12:00:00Z","endDate":"2026-03-02T13:00:00Z""#, at: "10:30")
    try life.apply(.due, at: "15:00")
    #expect(life.phase == nothingRan)
  }

  @Test func runsTheFirstFiringOnlyWithItsRetries() throws {
    var life = try Life(#""runOnce":true,"retryCount":1,"# + hourly, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.run(.exited(code: 1))
    #expect(life.phase == "backoff 1.2 for 11:00 until 11:00:10")
    try life.apply(.due, at: "11:00:10")
    try life.run(.exited(code: 1))
    #expect(life.phase == "failed: exit 1")
  }

  @Test func retriesAfterItsWindow() throws {
    var life = try Life(
      hourly + #","retryCount":1,"endDate":"2026-03-02T11:00:00Z""#, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.run(.exited(code: 1))
    try life.apply(.due, at: "11:00:10")
    try life.run()
    #expect(life.phase == "succeeded" && life.state.attempts == 2)
  }

  @Test func startsAfterItsWindowWhatWasQueuedBefore() throws {
    var life = try Life(hourly + #","endDate":"2026-03-02T11:00:00Z""#, at: "10:30")
    try life.apply(.due, at: "2026-03-02T11:00:00.020Z")
    #expect(life.phase == "queued 1.1 for 11:00")
    try life.run(at: "14:00")
    #expect(life.phase == "succeeded")
  }

  @Test func runsOnceForAllFiringsOfALongRun() throws {
    var life = try Life(hourly, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.start()
    try life.end(at: "14:20")
    #expect(life.phase == "queued 2.1 for 14:00")
    #expect(
      life.lastDecision == "late: 3 firings came due up to 2026-03-02T14:00:00.000Z, but the run "
        + "before was busy; one run stands for them")
    try life.run()
    #expect(life.phase == "waiting 15:00")
  }

  @Test func runsAfterItsWindowForAFiringThatCameDueDuringARun() throws {
    var life = try Life(hourly + #","endDate":"2026-03-02T12:00:00Z""#, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.start()
    try life.end(at: "14:20")
    #expect(life.phase == "queued 2.1 for 12:00")
    try life.run()
    #expect(life.phase == "succeeded")
  }

  @Test func runsOnceForAllFiringsThatWereMissed() throws {
    var life = try Life(hourly, at: "10:30")
    try life.apply(.due, at: "14:20")
    #expect(life.phase == "queued 1.1 for 14:00")
    try life.run()
    #expect(life.phase == "waiting 15:00")
  }

  @Test func takesAFiringUpToAMinuteLateAsOnTime() throws {
    var life = try Life(hourly, at: "10:30")
    try life.apply(.due, at: "11:01")
    #expect(life.phase == "queued 1.1 for 11:00")
    #expect(life.lastDecision == "due: firing of 2026-03-02T11:00:00.000Z")
    var late = try Life(hourly, at: "10:30")
    try late.apply(.due, at: "2026-03-02T11:01:00.001Z")
    #expect(late.state.decisions.last?.kind == .late)
  }

  @Test func makesUpNothingAfterItsWindow() throws {
    var life = try Life(hourly + #","endDate":"2026-03-02T13:00:00Z""#, at: "10:30")
    try life.apply(.due, at: "14:20")
    #expect(life.phase == nothingRan)
    #expect(life.state.decisions.contains { $0.kind == .skipped })
  }

  /// The run ended at 11:10 while the daemon was down from 11:05 to 14:20.
  @Test func makesUpAfterItsWindowOnlyWhatCameDueDuringTheRun() throws {
    var life = try Life(
      #""quartzDef":"0 0/5 * * * ?","endDate":"2026-03-02T13:00:00Z""#, at: "10:58")
    try life.apply(.due, at: "11:00")
    try life.start()
    life.now = try Life.instant("11:10")
    let ended = life.ending()
    try life.apply(ended, at: "14:20")
    #expect(life.phase == "queued 2.1 for 11:10")
    #expect(life.state.decisions.last?.kind == .skipped)
    try life.run(at: "14:21")
    #expect(life.phase == "succeeded")
  }

  @Test func firesNothingTwiceWhenTheClockIsSetBack() throws {
    var life = try Life(hourly, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.run()
    try life.apply(.due, at: "12:00")
    try life.run(at: "08:15")
    #expect(life.phase == "waiting 13:00")
    #expect(life.refusal(.due) == "it is not due yet")
  }

  @Test func recordsTheDaylightSavingRuleWithTheRun() throws {
    var life = try Life(
      #""quartzDef":"0 30 1 * * ?""#, at: "2026-03-28T12:00:00Z", zone: "Europe/London")
    try life.apply(.due, at: "2026-03-29T01:00:00Z")
    #expect(
      life.lastDecision == "due: firing of 2026-03-29T01:00:00.000Z, shifted by daylight saving")
    try life.run()
    #expect(life.state.lastOutcome?.rule == "shifted")
  }
}
