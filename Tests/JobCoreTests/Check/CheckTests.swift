// What a check finds, and the lines it comes to.

import Testing

@testable import JobCore

@Suite struct CheckTests {
  private func check(_ lives: [Life], at time: String, byName: Bool = false) throws -> Check {
    var check = Check(at: try Life.instant(time))
    for life in lives { check.add(life.state, byName: byName) }
    return check
  }

  private func lines(_ lives: Life..., at time: String) throws -> [String] {
    let verdict = try check(lives, at: time).verdict
    return [verdict.line] + verdict.details
  }

  @Test func isContentWithWhatGoesWell() throws {
    var life = try Life(#""quartzDef":"0 0 * * * ?","expect":{"every":"2h"}"#, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.run()
    #expect(
      try lines(life, at: "11:30") == ["JOBRUN OK - 1 job|'jobs'=1 'warning'=0 'critical'=0"])
    #expect(try check([], at: "10:00").verdict.level == .ok)
  }

  @Test func findsALastRunThatFailed() throws {
    var life = try Life(#""name":"a|b c","quartzDef":"0 0 * * * ?","retryCount":1"#, at: "10:30")
    try life.apply(.due, at: "11:00")
    try life.run(.exited(code: 3))
    // Another attempt may still do it.
    #expect(try check([life], at: "11:00").verdict.level == .ok)
    try life.apply(.due, at: "11:01")
    try life.run(.exited(code: 3))
    #expect(
      try lines(life, at: "11:30") == [
        "JOBRUN CRITICAL - 1 of 1 job: a/b c failed (exit 3) at 2026-03-02T11:01:00.000Z"
          + "|'jobs'=1 'warning'=0 'critical'=1",
        "CRITICAL: a/b c (1) failed (exit 3) at 2026-03-02T11:01:00.000Z",
      ])
    // A run that is under way changes nothing about the one before.
    try life.apply(.due, at: "12:00")
    try life.start()
    #expect(try check([life], at: "12:00").verdict.level == .critical)
    try life.apply(life.cancel(onlyRun: true))
    try life.end(.cancelled(reason: "enough"))
    #expect(try check([life], at: "12:00").verdict.level == .ok)
  }

  @Test func findsThatNothingHasSucceededForTooLong() throws {
    var life = try Life(#""quartzDef":"0 0 * * * ?","expect":{"every":"90m"}"#, at: "10:30")
    #expect(try check([life], at: "12:00").findings.isEmpty == false)
    #expect(
      try check([life], at: "12:30").findings.first?.message == "late by 30m, no success yet")
    try life.apply(.due, at: "11:00")
    try life.run()
    #expect(try check([life], at: "12:00").findings.isEmpty)
    try life.apply(.due, at: "12:00")
    try life.run(.signalled(signal: 9))
    #expect(
      try check([life], at: "12:31").findings.map(\.message) == [
        "late by 1m, last success 2026-03-02T11:00:00.000Z",
        "failed (signal 9) at 2026-03-02T12:00:00.000Z",
      ])
  }

  @Test func findsWhatIsDueAndHasNotBegun() throws {
    let waiting = try Life(#""quartzDef":"0 0 * * * ?","misfireGrace":"5m""#, at: "10:30")
    #expect(try check([waiting], at: "11:05").findings.isEmpty)
    #expect(
      try check([waiting], at: "11:06").findings == [
        CheckFinding(
          .warning, .late, "due since 2026-03-02T11:00:00.000Z and not begun",
          of: CheckFinding.Subject(waiting.state))
      ])
    let queued = try Life("", at: "10:30")
    #expect(try check([queued], at: "10:32").findings.map(\.kind) == [.late])
    var held = try Life(#""hold":true"#, at: "10:30")
    #expect(try check([held], at: "12:00").findings.isEmpty)
    try held.apply(.release)
    #expect(try check([held], at: "12:00").findings.map(\.kind) == [.late])
  }

  @Test func findsRunsThatTakeTooLongOrSayTooLittle() throws {
    var life = try Life(#""expect":{"maxDuration":"1h","minBytes":100}"#, at: "10:00")
    try life.start(at: "10:00")
    #expect(try check([life], at: "11:00").findings.isEmpty)
    #expect(
      try check([life], at: "11:30").findings.map(\.message) == ["running for 1h30m, expected 1h"])
    let attempt = try #require(life.state.phase.liveAttempt)
    var outcome = Outcome(
      .exited(code: 0), of: attempt, startedAt: life.now, endedAt: try Life.instant("11:40"))
    outcome.stdoutBytes = 99
    try life.apply(.ended(ExitRecord(outcome)), at: "11:40")
    #expect(
      try lines(life, at: "12:00") == [
        "JOBRUN WARNING - 1 of 1 job: true took 1h40m, expected 1h, 1 more"
          + "|'jobs'=1 'warning'=1 'critical'=0",
        "WARNING: true (1) took 1h40m, expected 1h",
        "WARNING: true (1) wrote 99 bytes, expected 100",
      ])
    #expect(try JobState(life.state.json) == life.state)
  }

  @Test func findsHooksThatAreNotTold() throws {
    var life = try Life(#""hooks":{"onStart":"a","onSuccess":"a"}"#, at: "10:00")
    try life.run()
    #expect(
      try check([life], at: "11:00").findings.isEmpty && check([life], at: "11:00").needsDaemon)
    #expect(
      try check([life], at: "11:01").findings.map(\.message) == [
        "onStart of 2026-03-02T10:00:00.000Z has not been told"
      ])
    try life.apply(.hooked(HookEnd(serial: 1)))
    try life.apply(.hooked(HookEnd(serial: 2, failures: ["exit 7 (a)"])), at: "10:10")
    #expect(
      try check([life], at: "11:01").findings.map(\.message) == ["onSuccess given up: exit 7 (a)"])
    #expect(try check([life], at: "2026-03-03T10:11:00Z").findings.isEmpty)
  }

  @Test func jobsThatRunOnceCountTogetherByName() throws {
    let members = #""name":"nightly","expect":{"every":"25h"}"#
    var first = try Life(members, at: "2026-03-01T02:00:00Z")
    try first.run()
    var second = try Life(members, at: "2026-03-02T02:00:00Z")
    try second.run(.exited(code: 1))
    let bad = try check([first, second], at: "2026-03-02T02:30:00Z")
    #expect(bad.count == 1)
    // The last one counts, and the success of the one before.
    #expect(bad.findings.map(\.kind) == [.failed])
    #expect(
      try check([second, first], at: "2026-03-02T04:00:00Z").findings.map(\.message) == [
        "late by 1h, last success 2026-03-01T02:00:00.000Z",
        "failed (exit 1) at 2026-03-02T02:00:00.000Z",
      ])
    var third = try Life(members, at: "2026-03-02T05:00:00Z")
    try third.run()
    #expect(try check([third, second, first], at: "06:00").findings.isEmpty)
    // Without anything expected each is for itself, unless it is asked for by name.
    let plain = try ["10:00", "11:00"].map { try Life(#""name":"x""#, at: $0) }
    #expect(try check(plain, at: "12:00").count == 2)
    #expect(try check(plain, at: "12:00", byName: true).count == 1)
    let recurring = try (1...2).map { _ in
      try Life(members + #","quartzDef":"0 0 * * * ?""#, at: "10:00")
    }
    #expect(try check(recurring, at: "10:00", byName: true).count == 2)
  }

  @Test func aFailureStaysUntilTheNextRunOfThatNameHasEnded() throws {
    let members = #""name":"nightly","expect":{"every":"25h","maxDuration":"5m"}"#
    var first = try Life(members, at: "01:00")
    try first.run(.exited(code: 1))
    var second = try Life(members, at: "02:00", id: "second", number: 2)
    #expect(try check([first, second], at: "02:00").verdict.level == .critical)
    try second.start()
    #expect(
      try check([second, first], at: "02:06").findings.map(\.message) == [
        "failed (exit 1) at 2026-03-02T01:00:00.000Z, as job 1", "running for 6m, expected 5m",
      ])
    let begun = second.now
    second.now = try Life.instant("02:07")
    try second.apply(second.ending(startedAt: begun))
    // One that is to start later has no say yet, and one that nobody lets run has none.
    let later = try Life(members + #","startDate":"2026-03-03T00:00:00Z""#, at: "03:00")
    var given = try Life(members + #","startDate":"2026-03-03T00:00:00Z""#, at: "03:00")
    try given.apply(given.cancel())
    for other in [later, given] {
      #expect(
        try check([first, second, other], at: "04:00").findings.map(\.message) == [
          "took 7m, expected 5m"
        ])
    }
  }

  @Test func remembersASuccessForEver() throws {
    var life = try Life(#""quartzDef":"0 0 * * * ?","expect":{"every":"10h"}"#, at: "00:30")
    try life.apply(.due, at: "01:00")
    try life.run()
    let success = life.now
    for run in 1...JobState.historyLimit + 1 {
      try life.apply(.due, at: (success + .seconds(Int64(run) * 3600)).rfc3339)
      try life.run(.exited(code: 1))
    }
    let read = try Life(reading: life.state.json, like: life)
    #expect(read.state == life.state)
    for life in [life, read] {
      #expect(
        try check([life], at: "2026-03-02T22:00:00Z").findings.first?.message
          == "late by 11h, last success 2026-03-02T01:00:00.000Z")
    }
  }

  @Test func nothingIsExpectedBeforeAJobIsToStartOrAfterItsEnd() throws {
    let members = #""quartzDef":"0 0 * * * ?","expect":{"every":"2h"}"#
    let later = try Life(members + #","startDate":"2026-03-03T00:00:00Z""#, at: "10:00")
    #expect(try check([later], at: "23:00").findings.isEmpty)
    #expect(
      try check([later], at: "2026-03-03T02:30:00Z").findings.map(\.kind) == [.missed, .late])
    var over = try Life(members, at: "10:00")
    try over.apply(over.cancel())
    #expect(try check([over], at: "23:00").findings.isEmpty)
    var held = try Life(members, at: "10:00")
    try held.apply(.hold)
    #expect(
      try check([held], at: "13:00").findings.map(\.message)
        == ["late by 1h, held, no success yet"])
  }

  @Test func aHeldJobNeedsNoDaemon() throws {
    var life = try Life(#""hold":true,"hooks":{"onMissed":"a","onFailure":"a"}"#, at: "10:00")
    #expect(try !check([life], at: "10:00").needsDaemon)
    try life.apply(.release)
    #expect(try check([life], at: "10:00").needsDaemon)
    // Its hooks are told all the same.
    var recurring = try Life(
      #""quartzDef":"0 0 * * * ?","hooks":{"onFailure":"a"}"#, at: "10:00")
    try recurring.apply(.due, at: "11:00")
    try recurring.start()
    try recurring.apply(.hold)
    try recurring.end(.exited(code: 1))
    #expect(try check([recurring], at: "11:00").needsDaemon)
    #expect(recurring.phase == "held")
  }

  @Test func linesHaveNothingButTextInThem() throws {
    var check = Check(at: try Life.instant("12:00"))
    check.add(CheckFinding(.unknown, .missing, "a\u{9B}31m\u{1B}]0;b\u{7}|c\nd"))
    let verdict = check.verdict
    #expect(verdict.line.hasPrefix("JOBRUN UNKNOWN - a 31m ]0;b /c d|'jobs'"))
    #expect(verdict.details == ["UNKNOWN: a 31m ]0;b /c d"])
  }

  @Test func theGravestIsFirst() throws {
    var check = Check(at: try Life.instant("12:00"))
    check.add(CheckFinding(.unknown, .missing, "there is no job \"x\""))
    #expect(check.verdict.level == .unknown)
    check.add(CheckFinding(.warning, .damaged, "1 file(s)"))
    check.add(CheckFinding(.critical, .daemon, "no daemon is running"))
    check.add(CheckFinding(.warning, .damaged, "2 file(s)"))
    #expect(
      check.verdict.line
        == "JOBRUN CRITICAL - no daemon is running, 1 file(s), 2 file(s), 1 more"
        + "|'jobs'=0 'warning'=2 'critical'=1")
    #expect(
      check.verdict.json.object?["findings"]?.array?.first == [
        "level": "critical", "kind": "daemon", "message": "no daemon is running",
      ])
    #expect(check.verdict.json.object?["level"] == "critical")
  }
}
