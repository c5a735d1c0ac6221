// Cancel: of the job, and of its current run only.

import Testing

@testable import JobCore

private let hourly = #""quartzDef":"0 0 * * * ?""#

@Suite struct CancelTests {
  @Test func endsAJobThatHasNothingUnderWay() throws {
    for hold in [false, true] {
      var life = try Life(hourly, at: "10:30")
      if hold { try life.apply(.hold) }
      try life.apply(life.cancel())
      #expect(life.phase == "cancelled: enough" && life.state.scheduleEnded)
      #expect(life.state.finishedAt == life.now && life.state.history.isEmpty)
    }
  }

  @Test func endsAQueuedRunAndItsSchedule() throws {
    var life = try Life(hourly, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.apply(life.cancel())
    #expect(life.phase == "cancelled: enough")
  }

  @Test func endsAJobInBackoff() throws {
    var life = try Life(hourly + #","retryCount":5"#, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.run(.exited(code: 1))
    try life.apply(life.cancel())
    #expect(life.phase == "cancelled: enough")
    #expect(life.refusal(.due) == "it waits for no instant")
  }

  @Test(arguments: [
    (Outcome.Kind.cancelled(reason: "enough"), "cancelled: enough"),
    (.exited(code: 1), "cancelled: enough"), (.signalled(signal: 15), "cancelled: enough"),
    (.exited(code: 0), "cancelled: enough"),
  ])
  func stopsTheRunAndEndsTheSchedule(kind: Outcome.Kind, phase: String) throws {
    var life = try Life(hourly + #","retryCount":5"#, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.start()
    try life.apply(life.cancel())
    #expect(life.phase == "running 1.1 for 11:00" && life.state.cancelRequest != nil)
    try life.end(kind)
    #expect(life.phase == phase && life.state.cancelRequest == nil)
  }

  /// The wish itself may be lost with the state file of a crash; what happened is known.
  @Test func isNotRetriedEvenIfNobodyRemembersTheWish() throws {
    var life = try Life(#""retryCount":5"#, at: "10:30")
    try life.run(.cancelled(reason: "enough"))
    #expect(life.phase == "cancelled: enough")
    #expect(life.lastDecision == "finished: cancelled: enough")
  }

  @Test func comesTooLateForAOneShotThatSucceeded() throws {
    var life = try Life("", at: "10:30")
    try life.start()
    try life.apply(life.cancel())
    try life.end()
    #expect(life.phase == "succeeded")
    #expect(life.refusal(life.cancel()) == "it has already ended: succeeded")
  }

  @Test func stopsOnlyTheRun() throws {
    var life = try Life(hourly + #","retryCount":5"#, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.start()
    try life.apply(life.cancel(onlyRun: true))
    try life.end(.cancelled(reason: "enough"))
    #expect(life.phase == "waiting 12:00" && life.state.cancelRequest == nil)
  }

  @Test func stopsOnlyAQueuedRunOrItsRetry() throws {
    var life = try Life(hourly + #","retryCount":5"#, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.apply(life.cancel(onlyRun: true))
    #expect(life.phase == "waiting 12:00" && life.state.runs == 1)
    try life.apply(.due, at: "12:00")
    try life.run(.exited(code: 1))
    try life.apply(life.cancel(onlyRun: true))
    #expect(life.phase == "waiting 13:00")
    #expect(life.state.lastOutcome?.kind == .cancelled(reason: "enough"))
  }

  @Test func endsAOneShotWithItsOnlyRun() throws {
    var life = try Life("", at: "10:30")
    try life.start()
    try life.apply(life.cancel(onlyRun: true))
    try life.end(.cancelled(reason: "enough"))
    #expect(life.phase == "cancelled: enough")
  }

  @Test func isNeverWeakenedToOneRun() throws {
    var life = try Life(hourly, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.start()
    try life.apply(life.cancel())
    try life.apply(life.cancel(onlyRun: true))
    #expect(life.state.cancelRequest?.onlyRun == false)
  }

  @Test func isStrengthenedToTheWholeJob() throws {
    var life = try Life(hourly, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.start()
    try life.apply(life.cancel(onlyRun: true))
    try life.apply(life.cancel())
    try life.end(.cancelled(reason: "enough"))
    #expect(life.phase == "cancelled: enough")
  }

  @Test func winsOverAHoldThatStands() throws {
    var life = try Life(hourly, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.start()
    try life.apply(.hold)
    try life.apply(life.cancel())
    try life.end(.cancelled(reason: "enough"))
    #expect(life.phase == "cancelled: enough" && !life.state.holdRequested)
  }

  @Test func keepsTheStateFileReadableWhateverTheReason() throws {
    var life = try Life(hourly, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.start()
    let reason = String(repeating: "\u{1}", count: 1 << 20)
    for _ in 0..<20 { try life.apply(.cancel(CancelRequest(at: life.now, reason: reason))) }
    let read = try JobState(parsing: life.state.json.serialized())
    #expect(read == life.state)
  }

  @Test(
    arguments: [
      ("stop", nil, "stop"), ("", nil, "cancelled by request"), ("stop", 7, "stop (reason 7)"),
    ] as [(String, Int?, String)])
  func tellsWhy(reason: String, reasonId: Int?, explanation: String) {
    let at = Instant(milliseconds: 0)
    #expect(
      CancelRequest(at: at, reason: reason, reasonId: reasonId).explanation == explanation)
  }
}
