// What a hook is told: the object on its standard input, and its variables.

import Testing

@testable import JobCore

@Suite struct PendingHookTests {
  private func life() throws -> Life {
    var life = try Life(
      #""name":"nightly","hooks":{"onStart":"a","onFailure":"a"},"labels":{"team":"ops"}"#,
      at: "10:00")
    try life.start(at: "10:01")
    var record = ExitRecord(
      Outcome(
        .exited(code: 3), of: try #require(life.state.phase.liveAttempt), startedAt: life.now,
        endedAt: life.now))
    record.outputs = ["rows": "12"]
    record.percentCompleted = 40
    try life.apply(.ended(record), at: "10:02")
    return life
  }

  @Test func tellsWhatHasHappenedToWhichJob() throws {
    let life = try life()
    let hook = try #require(life.state.pendingHooks.last)
    let message = hook.message(of: life.state, spool: "/s", logs: ("/s/out", nil))
    #expect(
      message == [
        "id": "job:2", "event": "onFailure", "at": "2026-03-02T10:02:00.000Z", "message": "exit 3",
        "spool": "/s", "run": 1, "attempt": 1, "stdout": "/s/out", "percentCompleted": 40,
        "outputs": ["rows": "12"],
        "job": [
          "id": "job", "number": 1, "name": "nightly", "phase": "failed", "command": ["/bin/true"],
          "labels": ["team": "ops"],
        ],
        "outcome": [
          "kind": "exited", "code": 3, "run": 1, "attempt": 1, "succeeded": false,
          "scheduledAt": "2026-03-02T10:00:00.000Z", "startedAt": "2026-03-02T10:01:00.000Z",
          "endedAt": "2026-03-02T10:01:00.000Z",
        ],
      ])
    #expect(
      hook.environment(of: life.state, spool: "/s") == [
        "JOBRUN_EVENT": "onFailure", "JOBRUN_EVENT_ID": "job:2", "JOBRUN_JOB_ID": "job",
        "JOBRUN_NUMBER": "1", "JOBRUN_NAME": "nightly", "JOBRUN_MESSAGE": "exit 3",
        "JOBRUN_SPOOL": "/s", "JOBRUN_RUN": "1", "JOBRUN_ATTEMPT": "1",
      ])
  }

  @Test func outputsOfALaterRunAreNotThoseOfAnEarlierOne() throws {
    var life = try life()
    let first = try #require(life.state.pendingHooks.last)
    try life.apply(.rerun, at: "11:00")
    try life.run(.exited(code: 3))
    let message = first.message(of: life.state, spool: "/s", logs: (nil, nil))
    #expect(message.object?["outputs"] == nil && message.object?["stdout"] == nil)
    #expect(message.object?["run"] == 1)
  }

  @Test func standsInTheStateFile() throws {
    let life = try life()
    #expect(try JobState(life.state.json) == life.state)
    #expect(life.state.json.object?["hookSerial"] == 2)
  }
}
