// Jobs of jobrun exec: who may do what to them, and their end when their process is gone.

import Testing

@testable import JobCore

@Suite struct ExecTests {
  private func life(_ members: String = "") throws -> Life {
    let plain = try Life(members, at: "10:30")
    var object = plain.state.json.object ?? [:]
    object["exec"] = true
    return try Life(reading: .object(object), like: plain)
  }

  @Test func aStateTellsThatExecHasIt() throws {
    let exec = try life()
    #expect(exec.state.isExec && exec.state.json.object?["exec"] == true)
    #expect(try !Life("", at: "10:30").state.isExec)
  }

  @Test func nobodyElseHoldsItOrRunsItAgain() throws {
    var exec = try life()
    for event in [JobEvent.hold, .release, .rerun] {
      #expect(exec.refusal(event)?.hasPrefix("it belongs to jobrun exec: ") == true)
    }
    try exec.run()
    #expect(exec.refusal(.rerun) == "it belongs to jobrun exec: run it there again")
  }

  @Test func anAttemptOfOneThatIsGoneIsLostAndNotTriedAgain() throws {
    var exec = try life(#""retryCount":3"#)
    try exec.start()
    try exec.apply(.abandoned(nil, reason: "exec ended"))
    #expect(exec.phase == "failed: lost: exec ended")
    #expect(exec.state.history.count == 1)
  }

  @Test func anEndThatWasRecordedCounts() throws {
    var exec = try life(#""retryCount":3"#)
    try exec.start()
    guard case .ended(let record) = exec.ending() else { return }
    try exec.apply(.abandoned(record, reason: "exec ended"))
    #expect(exec.phase == "succeeded")
  }

  @Test func aWaitForALockOrARetryEndsWithTheReason() throws {
    var exec = try life(#""retryCount":3,"locks":"db""#)
    #expect(exec.state.message == "run 1 is due since 2026-03-02T10:30:00.000Z")
    var other = exec
    try exec.apply(.abandoned(nil, reason: "lock \"db\": somebody has it"))
    #expect(exec.phase == "failed: lock \"db\": somebody has it")
    try other.run(.exited(code: 1))
    try other.apply(.abandoned(nil, reason: "lost: exec ended"))
    #expect(other.phase == "failed: lost: exec ended")
    #expect(other.refusal(.abandoned(nil, reason: "x")) == "no jobrun exec has it")
  }

  @Test func noOtherJobIsAbandoned() throws {
    #expect(
      try Life("", at: "10:30").refusal(.abandoned(nil, reason: "x")) == "no jobrun exec has it")
  }

  @Test func itIsInNobodysWayButForItsLocks() throws {
    var exec = try life(#""locks":"db""#)
    try exec.start()
    var surroundings = Surroundings(hasDaemon: false)
    surroundings.add(exec.state)
    #expect(surroundings.underWay == 0 && surroundings.holders["db"]?.run == 1)
  }

  @Test func waitsForNoDaemon() throws {
    let exec = try life(#""locks":"db""#)
    var surroundings = Surroundings(hasDaemon: false)
    func sentence() -> String {
      Explanation(exec.state, exec.schedule, in: surroundings, at: exec.now).sentence
    }
    #expect(sentence().hasSuffix("and about to be started"))
    surroundings.add(lock: "db", heldBy: nil)
    #expect(sentence().hasSuffix("and waits for lock \"db\": somebody has it"))
  }
}
