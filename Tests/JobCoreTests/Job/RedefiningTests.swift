// Jobs that get another document.

import Testing

@testable import JobCore

@Suite struct RedefiningTests {
  private let hourly = #""quartzDef":"0 0 * * * ?""#
  private let halfPast = #""quartzDef":"0 30 * * * ?""#

  @Test func aWaitingJobWaitsForItsNewFirings() throws {
    var life = try Life(hourly, at: "10:10")
    try life.apply(life.redefining(halfPast))
    #expect(life.phase == "waiting 10:30")
    #expect(life.lastDecision == "redefined: command, name, quartzDef")
    #expect(life.state.number == 1 && life.state.decisions.first?.kind == .submitted)
  }

  @Test func noFiringBeforeIsMadeUpAndNoneThatHasFiredFiresAgain() throws {
    var life = try Life(hourly, at: "10:10")
    try life.apply(.due, at: "11:00")
    try life.run()
    try life.apply(life.redefining(#""quartzDef":"0 0,30 * * * ?","misfire":"all""#), at: "11:45")
    #expect(life.phase == "waiting 12:00")
  }

  @Test func aFiringThatIsDueCountsIfTheScheduleStays() throws {
    var life = try Life(hourly, at: "10:10")
    try life.apply(life.redefining(hourly + #","description":"new""#), at: "11:20")
    #expect(life.phase == "waiting 11:00")
    try life.apply(.due)
    #expect(life.phase == "queued 1.1 for 11:00")
  }

  @Test func aRunGoesOnAndItsRetriesAreOfTheNewDocument() throws {
    var life = try Life(hourly, at: "10:10")
    try life.apply(.due, at: "11:00")
    try life.start()
    try life.apply(life.redefining(halfPast + #","retryCount":1"#), at: "11:05")
    #expect(life.phase == "running 1.1 for 11:00")
    try life.end(.exited(code: 1))
    #expect(life.phase == "backoff 1.2 for 11:00 until 11:05:10")
    try life.apply(.due, at: "11:05:10")
    try life.run()
    #expect(life.phase == "waiting 11:30")
  }

  @Test func aJobThatHasEndedStartsOver() throws {
    var life = try Life("", at: "10:00")
    try life.run(.exited(code: 1))
    try life.apply(life.redefining(""), at: "10:05")
    #expect(life.phase == "queued 2.1 for 10:05" && life.state.finishedAt == nil)
    #expect(life.state.decisions.contains { $0.reason == "command, name; it starts again" })
    try life.run()
    #expect(life.phase == "succeeded" && life.state.history.count == 2)
  }

  @Test func howItEndedBeforeSaysNothingOfAJobThatStartsOver() throws {
    var life = try Life("", at: "10:00")
    try life.run()
    try life.apply(life.redefining(#""endDate":"2020-01-01""#), at: "10:05")
    #expect(
      life.phase == "expired: no firing is left in its window, and none ran since it was redefined")
    #expect(try JobState(life.state.json) == life.state)
    try life.apply(.rerun)
    try life.run(.exited(code: 1))
    #expect(life.phase == "failed: exit 1")
  }

  @Test func aJobThatGoesOnEndsAsItsLatestRunDid() throws {
    var life = try Life(hourly, at: "10:10")
    try life.apply(.due, at: "11:00")
    try life.run()
    try life.apply(life.redefining(hourly + #","endDate":"2026-03-02T11:10:00Z""#), at: "11:20")
    #expect(life.phase == "succeeded")
  }

  @Test func theOneRunOfAJobIsNotRepeated() throws {
    var life = try Life("", at: "10:00")
    try life.start()
    try life.apply(life.redefining(#""description":"new""#))
    try life.end()
    #expect(life.phase == "succeeded")
  }

  @Test func holdCountsIfItIsNew() throws {
    var life = try Life(hourly, at: "10:10")
    try life.apply(life.redefining(hourly + #","hold":true"#))
    #expect(life.phase == "held")
    try life.apply(.release)
    try life.apply(life.redefining(halfPast + #","hold":true"#))
    #expect(life.phase == "waiting 10:30")
  }

  @Test func newParentsAreWaitedForAndOldOnesNot() throws {
    var life = try Life(hourly, at: "10:10")
    try life.apply(life.redefining(hourly + #","after":"a""#))
    #expect(life.phase == "awaiting")
    try life.apply(life.redefining(hourly), at: "10:20")
    #expect(life.phase == "waiting 11:00")
  }

  @Test func theSameDocumentIsNoChange() throws {
    let life = try Life(hourly, at: "10:10")
    #expect(life.refusal(.redefine(life.state.spec)) == "it has that document already")
  }
}
