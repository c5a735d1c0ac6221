// Jobs that run for files: which file gets a run, what is remembered, and when is looked.

import Testing

@testable import JobCore

@Suite struct FilesTests {
  private static let plain = #""fileTrigger":{"directory":"/in","pattern":".*"}"#
  private static let moving =
    #""fileTrigger":{"directory":"/in","pattern":".*","moveTo":"/done"}"#

  private func file(_ name: String, modified: Int64 = 1) -> TriggerFile {
    TriggerFile(path: "/in/\(name)", inode: 7, modified: modified)
  }

  private func seen(_ name: String, modified: Int64 = 1) -> JobEvent {
    .files(FilesSeen(next: file(name, modified: modified)))
  }

  @Test func waitsAndRunsOnceForEachFile() throws {
    var life = try Life(FilesTests.plain, at: "10:30")
    #expect(life.phase == "waiting 10:30" && life.state.nextRun == nil)
    #expect(life.state.message == "it waits for files matching .* in /in")
    #expect(life.refusal(.due) == "it waits for files")
    #expect(life.refusal(.files(FilesSeen())) == "no file has come")
    try life.apply(seen("a"), at: "11:00")
    #expect(life.phase == "queued 1.1 for 11:00, file" && life.lastDecision == "due: file /in/a")
    try life.run(at: "11:01")
    #expect(life.phase == "waiting 11:01")
    #expect(life.state.message == "it waits for files matching .* in /in; last: exit 0")
    #expect(life.refusal(seen("a")) == "no file has come")
    try life.apply(seen("b"), at: "11:02")
    try life.run(.exited(code: 1), at: "11:03")
    #expect(life.phase == "waiting 11:03" && life.state.runs == 2)
  }

  @Test func takesAFileWrittenAnewForANewOne() throws {
    var life = try Life(FilesTests.plain, at: "10:30")
    try life.apply(seen("a"))
    try life.run()
    try life.apply(seen("a", modified: 2))
    try life.run()
    let replaced = TriggerFile(path: "/in/a", inode: 8, modified: 2)
    try life.apply(.files(FilesSeen(next: replaced)))
    #expect(life.phase == "queued 3.1 for 10:30, file")
    #expect(life.state.knownFiles.count == 3)
  }

  @Test func forgetsWhatIsGone() throws {
    var life = try Life(FilesTests.plain, at: "10:30")
    try life.apply(seen("a"))
    try life.run()
    try life.apply(.files(FilesSeen(gone: [file("a").digest])))
    #expect(life.phase == "waiting 10:30" && life.state.knownFiles.isEmpty)
    #expect(life.refusal(.files(FilesSeen(gone: [file("a").digest]))) == "no file has come")
    try life.apply(seen("a"))
    #expect(life.phase == "queued 2.1 for 10:30, file")
  }

  @Test func namesTheFileInItsStateBeforeItStarts() throws {
    var life = try Life(FilesTests.moving, at: "10:30")
    try life.apply(seen("a"))
    try life.apply(.fetched(.moved(to: "/done/a.1")))
    try life.apply(.launch)
    #expect(life.lastDecision == "started: run 1, attempt 1 for /done/a.1")
    let again = try Life(reading: life.state.json, like: life)
    #expect(again.state == life.state)
    let attempt = try #require(again.state.phase.liveAttempt)
    #expect(attempt.file?.path == "/in/a" && attempt.file?.place == "/done/a.1")
    let plan = RunPlan(
      again.state, attempt, base: [:], token: "t", spool: "/spool", descriptorLimit: 0)
    #expect(plan.environment["JOBRUN_FILE"] == "/done/a.1")
    #expect(plan.environment["JOBRUN_FILE_NAME"] == "a")
    #expect(try RunPlan(parsing: plan.bytes).attempt.file == attempt.file)
  }

  @Test func retriesForTheSameFile() throws {
    var life = try Life(FilesTests.moving + #","retryCount":1"#, at: "10:30")
    try life.apply(seen("a"))
    try life.apply(.fetched(.moved(to: "/done/a")))
    try life.run(.exited(code: 1))
    try life.apply(.due, at: "10:31")
    #expect(life.phase == "queued 1.2 for 10:30, file")
    try life.start()
    #expect(life.state.phase.liveAttempt?.file?.place == "/done/a")
  }

  @Test func aFileThatIsGoneGetsNoRunAndCostsNone() throws {
    var life = try Life(FilesTests.plain + #","runOnce":true,"retryCount":3"#, at: "10:30")
    try life.apply(seen("a"))
    try life.apply(.fetched(.gone(reason: "it is gone")))
    #expect(life.lastDecision == "skipped: /in/a: it is gone; it gets no run")
    #expect(life.phase == "waiting 10:30" && life.state.runs == 0)
    try life.apply(seen("b"))
    #expect(life.phase == "queued 1.1 for 10:30, file")
    try life.run()
    #expect(life.phase == "succeeded")
  }

  @Test func aFileThatCannotBeMovedFailsItsRun() throws {
    var life = try Life(FilesTests.moving, at: "10:30")
    try life.apply(seen("a"))
    try life.apply(.fetched(.failed(reason: "full")))
    #expect(life.state.lastOutcome?.summary == "not started: full")
    #expect(life.phase == "waiting 10:30" && life.state.runs == 1)
    #expect(life.refusal(seen("a")) == "no file has come")
  }

  @Test func repeatsTheLastFileOnRequest() throws {
    var life = try Life(FilesTests.plain, at: "10:30")
    #expect(life.refusal(.rerun) == "no file has come yet: there is no run to repeat")
    try life.apply(seen("a"))
    try life.run()
    try life.apply(.rerun, at: "11:00")
    #expect(life.phase == "queued 2.1 for 11:00, rerun")
    #expect(life.lastDecision == "rerun: run 2 on request for /in/a")
    #expect(life.refusal(.fetched(.gone(reason: ""))) == "no file is to be fetched for it")
    try life.start()
    #expect(life.state.phase.liveAttempt?.file == file("a"))
    try life.end()
    #expect(life.phase == "waiting 11:00")
    try life.apply(life.cancel())
    try life.apply(.rerun)
    try life.run()
    #expect(life.phase == "succeeded")
  }

  @Test func keepsItsMemoryOnHold() throws {
    var life = try Life(FilesTests.plain, at: "10:30")
    try life.apply(seen("a"))
    try life.run()
    try life.apply(.hold)
    #expect(life.refusal(seen("b")) == "it does not look for files now")
    try life.apply(.release, at: "11:00")
    #expect(life.phase == "waiting 11:00" && life.lastDecision == "released: released")
    #expect(life.refusal(seen("a")) == "no file has come")
    try life.apply(seen("b"))
    try life.apply(.hold)
    #expect(life.phase == "held 2.1 for 11:00, file")
    try life.apply(.release)
    #expect(life.phase == "queued 2.1 for 11:00, file")
  }

  @Test func cancelsOneRunOrAll() throws {
    var life = try Life(FilesTests.plain, at: "10:30")
    try life.apply(seen("a"))
    try life.apply(life.cancel(onlyRun: true))
    #expect(life.phase == "waiting 10:30" && life.refusal(seen("a")) == "no file has come")
    try life.apply(seen("b"))
    try life.start()
    try life.apply(life.cancel())
    try life.end()
    #expect(life.phase == "cancelled: enough")
  }

  @Test func looksOnlyInsideItsWindow() throws {
    var life = try Life(
      FilesTests.plain
        + #","startDate":"2026-03-02T11:00:00Z","endDate":"2026-03-02T12:00:00Z""#, at: "10:30")
    #expect(life.phase == "waiting 11:00")
    #expect(
      life.state.message
        == "it waits for files matching .* in /in, from 2026-03-02T11:00:00.000Z on")
    #expect(life.refusal(seen("a")) == "it does not look for files now")
    try life.apply(seen("a"), at: "11:00")
    try life.run(at: "11:59")
    life.now = try Life.instant("12:00")
    #expect(life.state.mayLook(life.schedule, at: life.now))
    #expect(life.refusal(.due) == "it waits for files")
    try life.apply(.due, at: "12:00:01")
    #expect(life.phase == "succeeded")
  }

  @Test func isNotDeafAfterTheClockWasSetBack() throws {
    var life = try Life(FilesTests.plain, at: "10:30")
    try life.apply(seen("a"), at: "09:00")
    #expect(life.phase == "queued 1.1 for 09:00, file")
  }

  @Test func expiresWhereNoFileCame() throws {
    var life = try Life(FilesTests.plain + #","endDate":"2026-03-02T12:00:00Z""#, at: "10:30")
    try life.apply(.due, at: "13:00")
    #expect(
      life.phase == "expired: its window leaves no time to look for files, and none ever ran")
  }

  @Test func passesOverBlackoutsAndDays() throws {
    // Monday, 2 March; no looks on Mondays after ten, nor on Tuesday before six.
    var life = try Life(
      FilesTests.plain + #","blackout":["* * 10-23 ? * MON","2026-03-03/2026-03-03 06:00"]"#,
      at: "09:00")
    #expect(life.phase == "waiting 09:00")
    life.now = try Life.instant("10:00")
    #expect(life.refusal(seen("a")) == "it does not look for files now")
    try life.apply(.due)
    #expect(life.phase == "waiting 2026-03-03T06:00:00.000Z")
    try life.apply(seen("a"), at: "2026-03-03T06:00:00Z")
    #expect(life.phase == "queued 1.1 for 2026-03-03T06:00:00.000Z, file")
    let days = try Life(FilesTests.plain + #","daysOfWeekToRun":["WED"]"#, at: "09:00")
    #expect(days.phase == "waiting 2026-03-04T00:00:00.000Z")
  }

  @Test func looksAtTheInstantsOfItsExpressionOnly() throws {
    var life = try Life(FilesTests.plain + #","quartzDef":"0 0 * * * ?""#, at: "10:30")
    #expect(life.phase == "waiting 11:00")
    #expect(life.refusal(seen("a")) == "it does not look for files now")
    // What came together runs one after the other.
    try life.apply(seen("a"), at: "11:00")
    try life.run(at: "11:10")
    #expect(life.phase == "waiting 11:10")
    try life.apply(seen("b"))
    try life.run(at: "11:20")
    // A look that was missed is made up by the next one; the phase need not be written for it.
    #expect(life.state.mayLook(life.schedule, at: try Life.instant("14:20")))
    try life.apply(.hold, at: "14:20")
    try life.apply(.release, at: "14:30")
    #expect(life.phase == "waiting 15:00")
  }

  @Test func endsWithTheLastInstantOfItsExpression() throws {
    var life = try Life(FilesTests.plain + #","quartzDef":"0 0 11 2 3 ? 2026""#, at: "10:30")
    try life.apply(seen("a"), at: "11:00")
    try life.run()
    #expect(life.phase == "waiting 11:00")
    try life.apply(.due)
    #expect(life.phase == "succeeded")
  }

  @Test func tellsTroubleOnce() throws {
    var life = try Life(FilesTests.plain, at: "10:30")
    let trouble = JobEvent.files(FilesSeen(trouble: "/in: No such file or directory"))
    try life.apply(trouble)
    #expect(
      life.lastDecision == "blocked: /in: No such file or directory; looked at again every 1m")
    #expect(
      life.state.message
        == "it cannot look for files: /in: No such file or directory; looked at again every 1m")
    #expect(life.refusal(trouble) == "no file has come")
    life = try Life(reading: life.state.json, like: life)
    #expect(life.refusal(trouble) == "no file has come")
    try life.apply(.files(FilesSeen()))
    #expect(life.lastDecision == "unblocked: it waits for files matching .* in /in")
    #expect(life.refusal(.files(FilesSeen())) == "no file has come")
  }

  @Test func passesOverNamesThatNobodyCanWrite() throws {
    var life = try Life(FilesTests.plain, at: "10:30")
    let odd = [0, 1].map { FileDigest(path: [255, $0], inode: 1, modified: 0) }
    let one = JobEvent.files(FilesSeen(unnameable: [odd[0]: "/in/\u{FFFD}"]))
    try life.apply(one)
    #expect(life.lastDecision == "skipped: /in/\u{FFFD} is passed over: its name is not UTF-8")
    #expect(life.refusal(one) == "no file has come")
    let more = FileDigest(path: [254], inode: 1, modified: 0)
    try life.apply(.files(FilesSeen(unnameable: [odd[1]: "/in/y", more: "/in/x"])))
    #expect(
      life.lastDecision
        == "skipped: 2 files are passed over: their names are not UTF-8; one is /in/x")
  }

  @Test func takesNoMoreThanItCanRemember() throws {
    var life = try Life(FilesTests.plain, at: "10:30")
    var json = life.state.json.object ?? [:]
    json["knownFiles"] = .array(
      (1...JobState.knownFilesLimit).map { number in
        .string(FileDigest(path: [], inode: UInt64(number), modified: 0).text)
      })
    life = try Life(reading: .object(json), like: life)
    let full =
      "10000 files that had their run are still in /in: no more are taken until some are gone; "
      + "moveTo would move them away"
    try life.apply(seen("a"))
    #expect(life.lastDecision == "blocked: \(full)")
    #expect(life.state.message == "it cannot look for files: \(full)")
    #expect(life.phase == "waiting 10:30" && life.refusal(seen("a")) == "no file has come")
    let first = FileDigest(path: [], inode: 1, modified: 0)
    try life.apply(.files(FilesSeen(next: file("a"), gone: [first])))
    #expect(life.phase == "queued 1.1 for 10:30, file" && life.state.fileTrouble == nil)
    #expect(try JobState(life.state.json) == life.state)
    #expect(life.state.json.serialized().count < 300_000)
  }

  @Test func previewsLooksWhereTheyAreKnown() throws {
    let life = try Life(FilesTests.plain, at: "10:30")
    #expect(life.state.preview(life.schedule, after: life.now, count: 3).isEmpty)
    let hourly = try Life(FilesTests.plain + #","quartzDef":"0 0 * * * ?""#, at: "10:30")
    #expect(hourly.state.preview(hourly.schedule, after: life.now, count: 3).count == 3)
  }
}
