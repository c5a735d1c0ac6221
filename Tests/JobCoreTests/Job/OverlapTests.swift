// Firings that come due while the job is busy.

import Testing

@testable import JobCore

@Suite struct OverlapTests {
  private func life(_ overlap: String, _ more: String = "", at time: String = "10:30") throws
    -> Life
  {
    try Life(#""quartzDef":"0 0 * * * ?","overlap":"\#(overlap)""# + more, at: time)
  }

  @Test func skipPassesOverWhatCameDueDuringARun() throws {
    var life = try life("skip")
    try life.apply(.due, at: "11:00")
    try life.run(at: "11:00:01")
    #expect(life.phase == "waiting 12:00")
    try life.apply(.due, at: "12:00")
    try life.start()
    try life.end(at: "14:20")
    #expect(life.phase == "waiting 15:00")
    #expect(
      life.lastDecision
        == "skipped: 2 firings up to 2026-03-02T14:00:00.000Z skipped: run 2 was under way")
  }

  @Test func skipLeavesTheFiringOfTheMomentOfTheEnd() throws {
    var life = try life("skip")
    try life.apply(.due, at: "11:00")
    try life.start()
    try life.end(at: "12:00")
    #expect(life.phase == "queued 2.1 for 12:00")
  }

  @Test func skipCountsTheWaitForARetryAsPartOfTheRun() throws {
    var life = try life("skip", #","retryCount":1,"retryDelay":"90m""#)
    try life.apply(.due, at: "11:00")
    try life.run(.exited(code: 1), at: "11:00:01")
    #expect(life.phase == "backoff 1.2 for 11:00 until 12:30:01")
    #expect(life.refusal(.due) == "it is not due yet")
    try life.apply(.due, at: "12:30:01")
    try life.run()
    #expect(life.phase == "waiting 13:00")
  }

  @Test func skipLeavesWhatWasMissedAfterTheRunToTheMisfireRule() throws {
    var life = try life("skip")
    try life.apply(.due, at: "11:00")
    try life.start()
    // The run ended at 12:10, and the daemon is back at 14:30.
    let attempt = try #require(life.state.phase.liveAttempt)
    let end = Outcome(
      .exited(code: 0), of: attempt, startedAt: life.now, endedAt: try Life.instant("12:10"))
    try life.apply(.ended(ExitRecord(end)), at: "14:30")
    #expect(life.phase == "queued 2.1 for 14:00")
  }

  @Test func replaceStopsTheRunAndIsFollowedByItsOwn() throws {
    var life = try life("replace", #","retryCount":3"#)
    try life.apply(.due, at: "11:00")
    try life.start()
    #expect(life.state.replacement(life.schedule) == (try Life.instant("12:00")))
    life.now = try Life.instant("11:59:59")
    #expect(life.refusal(.due) == "it waits for no instant")
    try life.apply(.due, at: "12:00")
    #expect(
      life.lastDecision
        == "cancelled: run asked to stop: replaced by the firing of 2026-03-02T12:00:00.000Z")
    #expect(life.state.replacement(life.schedule) == nil)
    try life.end(.cancelled(reason: "replaced"), at: "12:00:02")
    #expect(life.phase == "queued 2.1 for 12:00")
    #expect(life.lastDecision.hasSuffix("but the run before was stopped for it; it runs now"))
  }

  @Test func replaceEndsTheWaitForARetry() throws {
    var life = try life("replace", #","retryCount":3,"retryDelay":"2h""#)
    try life.apply(.due, at: "11:00")
    try life.run(.exited(code: 1), at: "11:00:01")
    try life.apply(.due, at: "12:00")
    #expect(life.phase == "queued 2.1 for 12:00")
  }

  @Test func replaceGivesAQueuedRunToTheLatestFiring() throws {
    var life = try life("replace")
    try life.apply(.due, at: "11:00")
    try life.start(at: "13:10")
    #expect(life.phase == "running 1.1 for 13:00")
    #expect(life.state.replacement(life.schedule) == (try Life.instant("14:00")))
  }

  @Test func theOneFiringOfAJobThatGoesToARerunIsItsLast() throws {
    var life = try life("replace", #","runOnce":true"#)
    try life.apply(.rerun, at: "10:50")
    try life.run(at: "11:10")
    #expect(life.state.lastOutcome?.scheduledAt.brief == "11:00")
    #expect(life.phase == "succeeded")
  }

  @Test func nothingReplacesARunThatIsBeingStoppedOrToBeHeld() throws {
    var held = try life("replace")
    try held.apply(.due, at: "11:00")
    try held.start()
    var stopped = held
    try held.apply(.hold)
    try stopped.apply(stopped.cancel())
    for var life in [held, stopped] {
      life.now = try Life.instant("12:00")
      #expect(life.state.replacement(life.schedule) == nil && life.refusal(.due) != nil)
    }
  }

  @Test func aRuleThatCannotBeMeantIsRefused() {
    #expect(
      Documents.jobFault(#""overlap":"skip","misfire":"all""#)?.hasPrefix("overlap: misfire")
        == true)
    #expect(
      Documents.jobFault(#""overlap":"replace","fileTrigger":{"directory":"/in","pattern":"a"}"#)?
        .hasPrefix("overlap: files are run for") == true)
    #expect(Documents.jobFault(#""overlap":"queue","misfire":"all""#) == nil)
  }
}
