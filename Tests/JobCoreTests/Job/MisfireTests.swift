// Missed firings: misfire, its grace, its bound, and what window and blackout say to it.

import Testing

@testable import JobCore

@Suite struct MisfireTests {
  private func life(_ members: String, every: String = "0 0 * * * ?") throws -> Life {
    let more = members.isEmpty ? "" : "," + members
    return try Life(#""quartzDef":"\#(every)""# + more, at: "10:30")
  }

  @Test func onceRunsOneForFiringsMissedWithinTheGraceToo() throws {
    var life = try life("", every: "0/10 * * * * ?")
    try life.apply(.due, at: "10:30:25")
    #expect(life.phase == "queued 1.1 for 10:30:20")
    #expect(
      life.lastDecision
        == "late: 2 firings came due up to 2026-03-02T10:30:20.000Z, but nobody was "
        + "there to start it; one run stands for them")
  }

  @Test func skipPassesOverWhatIsOlderThanTheGrace() throws {
    var life = try life(#""misfire":"skip""#)
    try life.apply(.due, at: "14:20")
    #expect(life.phase == "waiting 15:00")
    #expect(
      life.lastDecision
        == "skipped: 4 firings up to 2026-03-02T14:00:00.000Z skipped: nobody was "
        + "there to start it, and misfire is skip")
  }

  @Test func skipStillRunsTheLatestIfThatIsOnTime() throws {
    var life = try life(#""misfire":"skip","misfireGrace":"20m""#)
    try life.apply(.due, at: "14:20")
    #expect(life.phase == "queued 1.1 for 14:00")
    #expect(life.state.decisions.contains { $0.reason.hasPrefix("3 firings up to") })
    var late = try self.life(#""misfire":"skip","misfireGrace":"20m""#)
    try late.apply(.due, at: "14:20:01")
    #expect(late.phase == "waiting 15:00")
  }

  @Test func skipRunsWhatCameDueDuringARunWhoseEndWasSeen() throws {
    var life = try life(#""misfire":"skip""#)
    try life.apply(.due, at: "11:00")
    try life.start()
    try life.end(at: "14:20")
    #expect(life.phase == "queued 2.1 for 14:00")
  }

  @Test func skipPassesOverWhatCameDueDuringARunWhoseEndNobodySaw() throws {
    var life = try life(#""misfire":"skip""#)
    try life.apply(.due, at: "11:00")
    try life.start()
    life.now = try Life.instant("12:10")
    let ended = life.ending()
    try life.apply(ended, at: "14:20")
    #expect(life.phase == "waiting 15:00")
  }

  @Test func skipExpiresAOneShotThatWasMissed() throws {
    var life = try Life(#""misfire":"skip","startDate":"2026-03-02T12:00:00Z""#, at: "10:30")
    try life.apply(.due, at: "12:01:01")
    #expect(
      life.phase
        == "expired: its only firing, 2026-03-02T12:00:00.000Z, was missed: misfire is skip")
    var inTime = try Life(#""misfire":"skip","startDate":"2026-03-02T12:00:00Z""#, at: "10:30")
    try inTime.apply(.due, at: "12:01")
    #expect(inTime.phase == "queued 1.1 for 12:00")
  }

  @Test func allRunsEachOfThemInOrder() throws {
    var life = try life(#""misfire":"all""#)
    try life.apply(.due, at: "14:20")
    #expect(life.phase == "queued 1.1 for 11:00")
    #expect(
      life.lastDecision
        == "late: due at 2026-03-02T11:00:00.000Z; it is made up now; 3 more after it")
    for (run, hour) in ["12:00", "13:00", "14:00"].enumerated() {
      try life.run()
      #expect(life.phase == "queued \(run + 2).1 for \(hour)")
    }
    try life.run()
    #expect(life.phase == "waiting 15:00")
  }

  @Test func allRunsTheLatestTwentyAtMost() throws {
    var life = try life(#""misfire":"all""#, every: "0 0/5 * * * ?")
    try life.apply(.due, at: "14:20")
    #expect(
      life.state.decisions.map(\.reason).suffix(2) == [
        "26 firings up to 2026-03-02T12:40:00.000Z skipped: only the latest 20 are made up",
        "due at 2026-03-02T12:45:00.000Z; it is made up now; 19 more after it",
      ])
    var runs: [String] = []
    while case .queued(let attempt) = life.state.phase {
      runs.append(attempt.scheduledAt.brief)
      try life.run()
    }
    #expect(runs.count == 20 && runs.first == "12:45" && runs.last == "14:20")
    #expect(life.phase == "waiting 14:25")
  }

  @Test func allRunsWhatCameDueDuringItsOwnRuns() throws {
    var life = try life(#""misfire":"all""#)
    try life.apply(.due, at: "11:00")
    try life.start()
    try life.end(at: "13:20")
    #expect(life.phase == "queued 2.1 for 12:00")
    try life.run(at: "14:10")
    #expect(life.phase == "queued 3.1 for 13:00")
  }

  @Test func allRunsAfterItsWindowToo() throws {
    var life = try life(#""misfire":"all","endDate":"2026-03-02T12:00:00Z""#)
    try life.apply(.due, at: "14:20")
    try life.run()
    #expect(life.phase == "queued 2.1 for 12:00")
    try life.run()
    #expect(life.phase == "succeeded")
  }

  @Test func countsAFiringAtTheEndOfTheWindowAsOnTimeWithinTheGrace() throws {
    var life = try life(#""endDate":"2026-03-02T11:00:20Z""#, every: "0/10 * * * * ?")
    try life.apply(.due, at: "10:30:10")
    try life.run()
    try life.apply(.due, at: "11:00:40")
    #expect(life.phase == "queued 2.1 for 11:00:20")
  }

  @Test func makesNothingUpInABlackout() throws {
    var life = try life(#""blackout":"* * 14 * * ?""#)
    try life.apply(.due, at: "14:20")
    #expect(life.phase == "waiting 15:00")
    #expect(
      life.lastDecision
        == "skipped: 3 firings up to 2026-03-02T13:00:00.000Z skipped: nobody was "
        + "there to start it, and now is a time that blackout * * 14 * * ? takes away")
  }

  @Test func saysWhichFiringsTheRunBeforeHadNothingToDoWith() throws {
    // It ended at 11:30 while nobody looked until 14:20.
    var life = try life("")
    try life.apply(.due, at: "11:00")
    try life.start()
    life.now = try Life.instant("11:30")
    let ended = life.ending()
    try life.apply(ended, at: "14:20")
    #expect(
      life.lastDecision
        == "late: 3 firings came due up to 2026-03-02T14:00:00.000Z, but nobody was "
        + "there to start it; one run stands for them")
  }

  @Test func takesAFiringInTheMomentARunEndsAsOnTime() throws {
    var life = try life("")
    try life.apply(.due, at: "11:00")
    try life.start()
    try life.end(at: "12:00")
    #expect(life.phase == "queued 2.1 for 12:00")
    #expect(life.lastDecision == "due: firing of 2026-03-02T12:00:00.000Z")
  }

  @Test(arguments: ["once", "all"])
  func runsTheFirstFiringOfAJobThatRunsOnceLate(rule: String) throws {
    var life = try life(#""misfire":"\#(rule)","runOnce":true"#)
    try life.apply(.due, at: "14:20")
    #expect(life.phase == "queued 1.1 for 11:00")
    try life.run()
    #expect(life.phase == "succeeded" && life.state.runs == 1)
  }

  @Test func runsAMissedOneShotAfterItsWindowOnlyUnderAll() throws {
    let window = #""startDate":"2026-03-02T12:00:00Z","endDate":"2026-03-02T12:30:00Z""#
    var once = try Life(window, at: "10:30")
    try once.apply(.due, at: "14:00")
    #expect(once.phase.hasPrefix("expired"))
    var all = try Life(window + #","misfire":"all""#, at: "10:30")
    try all.apply(.due, at: "14:00")
    #expect(all.phase == "queued 1.1 for 12:00")
  }

  /// It has no instant that a rule could take away or that could be missed.
  @Test(arguments: [
    #""misfire":"skip""#, #""blackout":"* * 10-12 * * ?""#, #""daysOfWeekToRun":["SUN"]"#,
  ])
  func runsAJobThatIsToRunNowWheneverItIsReleased(members: String) throws {
    #expect(try Life(members, at: "10:30").phase == "queued 1.1 for 10:30")
    var held = try Life(#""hold":true,"# + members, at: "10:30")
    try held.apply(.release, at: "12:02")
    #expect(held.phase == "queued 1.1 for 10:30")
  }

  @Test func expiresAOneShotWhoseInstantIsTakenAway() throws {
    let life = try Life(
      #""startDate":"2026-03-01T12:00:00Z","daysOfWeekToRun":["MON"]"#, at: "10:30")
    #expect(
      life.phase == "expired: its only firing, 2026-03-01T12:00:00.000Z, is one that "
        + "daysOfWeekToRun takes away")
  }

  @Test func leavesAnImmediateRunAndARerunToWhoeverAskedForThem() throws {
    var life = try life(#""blackout":"* * 10 * * ?","runImmediately":true"#)
    #expect(life.phase == "queued 1.1 for 10:30, immediate")
    try life.run()
    try life.apply(.rerun)
    #expect(life.phase == "queued 2.1 for 10:30, rerun")
  }
}
