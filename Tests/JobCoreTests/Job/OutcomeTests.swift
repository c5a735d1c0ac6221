// What counts as success, and what follows a failure.

import Testing

@testable import JobCore

@Suite struct OutcomeTests {
  @Test(
    arguments: [
      (Outcome.Kind.exited(code: 1), "exit 1", 1), (.signalled(signal: 9), "signal 9", 137),
      (.notStarted(reason: "n"), "not started: n", 1), (.lost(reason: "reboot"), "lost: reboot", 1),
      (.timedOut(reason: "5s"), "timed out: 5s", 124),
    ] as [(Outcome.Kind, String, Int32)])
  func isAFailureUnlessTheCommandSaysOtherwise(
    kind: Outcome.Kind, summary: String, code: Int32
  ) throws {
    var once = try Life("", at: "10:30")
    try once.run(kind)
    #expect(once.phase == "failed: \(summary)" && once.state.lastOutcome?.exitCode == code)
    var retried = try Life(#""retryCount":1"#, at: "10:30")
    try retried.run(kind)
    #expect(retried.phase == "backoff 1.2 for 10:30 until 10:30:10")
  }

  @Test func isASuccessWithOneOfTheCodesNamed() throws {
    for (code, phase) in [(3, "succeeded"), (4, "succeeded"), (0, "failed: exit 0")] {
      var life = try Life(#""successfulReturnCodes":[3,4]"#, at: "10:30")
      try life.run(.exited(code: code))
      #expect(life.phase == phase)
      #expect((life.state.lastOutcome?.exitCode == 0) == (code != 0))
    }
  }

  @Test(
    arguments: [(5_000, "succeeded"), (4_999, "failed: exit 0, too short")] as [(Int64, String)])
  func isAFailureIfItWasTooShort(milliseconds: Int64, phase: String) throws {
    var life = try Life(#""minExecutionTime":"5s""#, at: "10:30")
    try life.start()
    let startedAt = life.now
    life.now = life.now + TimeSpan(milliseconds: milliseconds)
    try life.apply(life.ending(startedAt: startedAt))
    #expect(life.phase == phase)
  }

  @Test func isOfNoConcernForAnotherAttempt() throws {
    var life = try Life(#""retryCount":3"#, at: "10:30")
    try life.start()
    let first = life.ending(.exited(code: 1))
    try life.apply(first)
    try life.apply(.due, at: "10:31")
    try life.start()
    #expect(life.refusal(first) == "that attempt is not live")
  }

  @Test func leavesOutputsAndProgressWithTheJob() throws {
    var life = try Life("", at: "10:30")
    try life.start()
    let attempt = try #require(life.state.phase.liveAttempt)
    let outcome = Outcome(.exited(code: 0), of: attempt, startedAt: nil, endedAt: life.now)
    try life.apply(
      .ended(ExitRecord(outcome, outputs: ["x": "1"], percentCompleted: 99, progressText: "t")))
    #expect(life.state.outputs == ["x": "1"] && life.state.percentCompleted == 99)
    #expect(life.state.message == "t")
  }

  @Test func isLaunchedAgainUnderTheSameName() throws {
    var life = try Life("", at: "10:30")
    try life.apply(.launch)
    try life.apply(.launch)
    #expect(life.phase == "starting 1.1 for 10:30, launch 2" && life.state.runs == 1)
  }

  @Test func keepsTheLastTwenty() throws {
    var life = try Life("", at: "10:30")
    for _ in 0..<30 {
      try life.run()
      try life.apply(.rerun)
    }
    #expect(life.state.history.map(\.run) == Array(11...30))
    #expect(life.state.decisions.count == 20 && life.state.revision == 121)
  }
}
