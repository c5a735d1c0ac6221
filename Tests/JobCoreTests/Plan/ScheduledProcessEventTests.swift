// The events of runs in the form of another scheduler's agent, against that form.

import Testing

@testable import JobCore

@Suite struct ScheduledProcessEventTests {
  /// The members in the order of the contract.
  private static let keys = [
    "id", "agentName", "agentHostname", "jobName", "contextName", "contextInstanceId",
    "childContextNames", "jobGroup", "jobDescription", "commandLine", "user", "returnCode",
    "successful", "outcome", "resultOutput", "resultError", "pid", "fireTime", "nextFireTime",
    "completionTime", "dryRun", "skipped", "jobStarting", "dryRunParameters",
    "internalEventDrivenJob", "raisedDueToFailureResubmission", "executionDetails",
    "catalystEvent", "harvested", "harvestedDateTime",
  ]

  private static let initiation = #"""
    "plan":{"name":"-1436172641","job":"TEST","kind":"command","agent":"agentName",
      "children":["unused"],
      "event":{"agentName":"agentName","jobName":"TEST","contextName":"-1436172641",
        "contextInstanceId":"ci-1","childContextNames":["C1","C2"],"contextParameters":null,
        "internalEventDrivenJob":{"commandLine":"pwd","identifier":"agentName-TEST"},
        "dryRun":EXTRA,"dryRunParameters":{"error":false},"skipped":EXTRA,
        "catalystEvent":{"jobName":"before","catalystEvent":{"jobName":"long ago"}}}}
    """#

  private static func initiation(dryRunAndSkipped flag: Bool) -> String {
    initiation.split(separator: "EXTRA", omittingEmptySubsequences: false).joined(
      separator: "\(flag)")
  }

  /// The events of what happens to a job.
  private func events(
    _ members: String, hasJob: Bool = true, at time: String = "10:30",
    _ body: (inout Life) throws -> Void = { _ in }
  ) throws -> [JSON] {
    var life = try Life(members, at: time)
    var states: [JobState?] = [nil, life.state]
    let first = life.state
    try body(&life)
    if life.state != first { states.append(life.state) }
    return zip(states, states.dropFirst()).flatMap { before, after in
      HistoryEntry.entries(from: before, to: after ?? first).compactMap {
        ScheduledProcessEvent($0, job: hasJob ? life.state : nil)?.json
      }
    }
  }

  private func lines(_ title: String, _ events: [JSON]) -> String {
    for event in events { #expect(event.object?.keys == ScheduledProcessEventTests.keys) }
    return "\(title)\n"
      + events.map { String(decoding: $0.serialized(keepingOrder: true), as: UTF8.self) + "\n" }
      .joined()
  }

  /// One life each; those that are launched and end do so in one step, as decisions are told.
  @Test func hasTheFormOfTheContract() throws {
    let plain = ScheduledProcessEventTests.initiation(dryRunAndSkipped: false)
    let flagged = ScheduledProcessEventTests.initiation(dryRunAndSkipped: true)
    let schedule =
      #""quartzDef":"0 0 11 * * ?","description":"D","labels":{"jobGroup":"G"},"#
      + #""plan":{"name":"P","job":"S","kind":"schedule","agent":"A","children":["c"]}"#
    let file = #""plan":{"name":"P","job":"F","kind":"file","agent":"A"}"#
    var text = ""
    text += lines("# started", try events(plain) { try $0.start() })
    text += lines("# exit 0", try ended(plain) { .exited(code: 0) })
    text += lines("# exit 3, the job is gone", try ended(plain, hasJob: false) { .exited(code: 3) })
    text += lines("# signal", try ended(plain) { .signalled(signal: 9) })
    text += lines("# time limit", try ended(plain) { .timedOut(reason: "stopped after 1s") })
    text += lines("# lost, dry run, skipped", try ended(flagged) { .lost(reason: "reboot") })
    text += lines("# in no plan", try ended("") { .exited(code: 0) })
    text += lines("# given up", try events(plain) { try $0.apply($0.cancel()) })
    text += lines(
      "# schedule",
      try events(schedule) { life in
        try life.apply(.due, at: "11:00")
        try life.start()
      })
    text += lines("# file", try events(file) { try $0.start() })
    text += lines(
      "# day", try events(#""startDate":"2026-03-02 10:30:00","daysOfWeekToRun":[1],"# + plain))
    text += lines(
      "# blackout",
      try events(#""startDate":"2026-03-02 10:30:00","blackout":["* * 10 * * ?"],"# + plain))
    try expectGolden(text, "scheduled-process.txt")
  }

  private func ended(
    _ members: String, hasJob: Bool = true, _ kind: () -> Outcome.Kind
  ) throws -> [JSON] {
    var life = try Life(members, at: "10:30")
    try life.start()
    let before = life.state
    let attempt = try #require(before.phase.liveAttempt)
    var outcome = Outcome(
      kind(), of: attempt, startedAt: life.now, endedAt: life.now + .seconds(5))
    outcome.pid = 4711
    life.now = life.now + .seconds(6)
    try life.apply(.ended(ExitRecord(outcome)))
    return HistoryEntry.entries(from: before, to: life.state).compactMap {
      ScheduledProcessEvent($0, job: hasJob ? life.state : nil)?.json
    }
  }

  @Test func isNotMadeOfDetails() throws {
    // A start that is repeated, a failure that is retried, the retry's start.
    var life = try Life(#""retryCount":1"#, at: "10:30")
    var told: [Bool] = []
    func step(_ event: JobEvent) throws {
      let before = life.state
      try life.apply(event)
      told += HistoryEntry.entries(from: before, to: life.state).map {
        ScheduledProcessEvent($0, job: nil) != nil
      }
    }
    try step(.launch)
    #expect(told == [true])
    try step(.launch)
    #expect(told == [true, false])
    try step(life.ending(.exited(code: 1)))
    #expect(told == [true, false, false, false])
    try life.apply(.due, at: "10:31")
    try step(.launch)
    try step(life.ending())
    #expect(told == [true, false, false, false, false, true, false])
  }

  @Test(arguments: [
    ("skipped", true, false, "EXECUTION_INVOKED"), ("dryRun", false, true, "EXECUTION_INVOKED"),
    ("otherDay", false, false, "EXECUTION_INVOKED_IGNORED_DAY_OF_WEEK"),
  ])
  func tellsWhatRanInstead(word: String, skipped: Bool, dryRun: Bool, outcome: String) throws {
    let reference = #""plan":{"name":"p","job":"j","kind":"command","instead":"\#(word)"}"#
    let events = try ended(reference) { .exited(code: 0) }
    let event = try #require(events.last)
    #expect(event["skipped"] == .bool(skipped) && event["dryRun"] == .bool(dryRun))
    #expect(event["outcome"] == .string(outcome))
    #expect(event["commandLine"] == .null && event["successful"] == true)
  }

  @Test func takesNoOtherJobOfTheIdForItsOwn() throws {
    var life = try Life(ScheduledProcessEventTests.initiation(dryRunAndSkipped: false), at: "10:30")
    try life.start()
    let entry = try #require(HistoryEntry.entries(from: nil, to: life.state).last)
    var other = life.state.json.object ?? [:]
    other["number"] = 2
    let event = try #require(ScheduledProcessEvent(entry, job: JobState(.object(other))))
    #expect(event.json["contextInstanceId"] == .null && event.json["agentName"] == "agentName")
    #expect(event.logged == nil)
    #expect(try #require(ScheduledProcessEvent(entry, job: life.state)).logged ?? (0, 0) == (1, 1))
  }

  @Test func showsWhatItIsGiven() throws {
    var life = try Life(
      #""quartzDef":"0 0 11 * * ?","plan":{"name":"P","job":"S","kind":"schedule"}"#, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.apply(.launch)
    let entry = try #require(HistoryEntry.entries(from: nil, to: life.state).last)
    var event = try #require(ScheduledProcessEvent(entry, job: life.state))
    #expect(try event.scheduled?.after == Life.instant("11:00"))
    event.nextFireTime = Instant(milliseconds: 7)
    event.resultOutput = "/o"
    event.resultError = "/e"
    #expect(event.json["nextFireTime"] == 7)
    #expect(event.json["resultOutput"] == "/o" && event.json["resultError"] == "/e")
    #expect(ScheduledProcessEvent(entry, job: nil)?.scheduled == nil)
  }
}
