// Jobs that run after others: what they make of the ends of those.

import Testing

@testable import JobCore

@Suite struct ParentsTests {
  private func sight(_ phase: Phase, number: Int = 7, name: String = "build") -> ParentSight {
    .there(number: number, name: name, phase: phase)
  }

  private func child(_ members: String, at time: String = "10:00") throws -> Life {
    try Life(members, at: time)
  }

  @Test func itRunsOnceAllHaveEndedAsAsked() throws {
    var life = try child(#""after":["a","b:failure","c:any"]"#)
    #expect(life.phase == "awaiting")
    try life.apply(.parents(["a": sight(.succeeded)]), at: "10:05")
    #expect(life.phase == "awaiting" && life.lastDecision == "parent: 7 (build) succeeded")
    let rest = ["b": sight(.cancelled(reason: "enough")), "c": sight(.expired(reason: "over"))]
    try life.apply(.parents(rest), at: "10:06")
    #expect(life.phase == "queued 1.1 for 10:06")
    try life.run()
    #expect(life.phase == "succeeded")
  }

  private static let others: [(String, Phase, String)] = [
    ("a", .failed(reason: "exit 1"), "a succeeded, and that failed: exit 1"),
    ("a", .cancelled(reason: "enough"), "a succeeded, and that was cancelled: enough"),
    ("a:failure", .succeeded, "a failed, and that succeeded"),
  ]

  @Test(arguments: others)
  func oneThatEndsOtherwiseFailsIt(_ entry: String, _ end: Phase, _ words: String) throws {
    var life = try child(#""after":["\#(entry)","b"],"quartzDef":"0 0 * * * ?""#)
    try life.apply(.parents(["a": sight(end, name: "a")]))
    let reason = "it was to run after 7 (\(words.prefix(1)))\(words.dropFirst())"
    #expect(life.state.phase == .failed(reason: reason))
    #expect(life.lastDecision == "finished: failed: \(reason)")
    try life.apply(.rerun, at: "11:00")
    #expect(life.phase == "queued 1.1 for 11:00, rerun")
    try life.run(.exited(code: 4))
    #expect(life.phase == "failed: exit 4" && !life.state.isUnmet)
  }

  @Test func oneThatIsGoneFailsIt() throws {
    var life = try child(#""after":"a:any""#)
    try life.apply(.parents(["a": .gone(reason: "there is no such job")]))
    #expect(
      life.phase == "failed: it was to run after job a ended, but there is no such job")
    let why = Explanation(
      life.state, life.schedule, in: Surroundings(hasDaemon: true), at: life.now)
    #expect(why.sentence.hasPrefix("it did not begin: it was to run after"))
  }

  @Test func alongAChainEachTellsOfTheOneBefore() throws {
    var first = try child(#""after":"a","name":"first""#)
    try first.apply(.parents(["a": sight(.failed(reason: "exit 1"))]))
    var second = try child(#""after":"first""#)
    try second.apply(.parents(["first": ParentSight(first.state)]))
    #expect(
      second.phase
        == "failed: it was to run after 1 (first) succeeded, and that failed: it did not begin")
  }

  @Test func firingsBeforeTheirEndArePassedOverOnRecord() throws {
    var life = try child(#""after":"a","quartzDef":"0 0 * * * ?""#)
    try life.apply(.parents(["a": sight(.succeeded)]), at: "12:30")
    #expect(life.phase == "waiting 13:00")
    #expect(
      life.lastDecision
        == "skipped: 2 firings up to 2026-03-02T12:00:00.000Z skipped: "
        + "it waited for its parents")
  }

  @Test func aStartThatPassedMeanwhileIsNoMissedOne() throws {
    let members = #""after":"a","startDate":"2026-03-02T11:00:00Z","misfire":"skip""#
    var late = try child(members)
    try late.apply(.parents(["a": sight(.succeeded)]), at: "14:00")
    #expect(late.phase == "queued 1.1 for 14:00")
    var early = try child(members)
    try early.apply(.parents(["a": sight(.succeeded)]), at: "10:30")
    #expect(early.phase == "waiting 11:00")
    var over = try child(members + #","endDate":"2026-03-02T12:00:00Z""#)
    try over.apply(.parents(["a": sight(.succeeded)]), at: "14:00")
    #expect(over.state.phase.word == .expired)
  }

  @Test func runImmediatelyIsMeantFromThenOn() throws {
    var life = try child(#""after":"a","runImmediately":true,"quartzDef":"0 0 * * * ?""#)
    try life.apply(.parents(["a": sight(.succeeded)]), at: "10:30")
    #expect(life.phase == "queued 1.1 for 10:30, immediate")
    try life.run(at: "10:31")
    #expect(life.phase == "waiting 11:00")
  }

  @Test func oneThatIsHeldHearsOfItsParentsAndStaysHeld() throws {
    var life = try child(#""after":["a","b"],"hold":true"#)
    #expect(life.phase == "held")
    try life.apply(.parents(["a": sight(.succeeded)]))
    #expect(life.phase == "held" && life.state.openParents.map(\.job) == ["b"])
    try life.apply(.release, at: "10:30")
    #expect(life.phase == "awaiting")
    try life.apply(.hold)
    try life.apply(.parents(["b": sight(.succeeded)]), at: "10:40")
    #expect(life.phase == "held 1.1 for 10:40")
    #expect(life.refusal(.parents(["b": sight(.succeeded)])) == "it waits for no other job")
    try life.apply(.release, at: "11:00")
    #expect(life.phase == "queued 1.1 for 10:40")
  }

  @Test func oneThatIsHeldWaitsOnForItsFirings() throws {
    var life = try child(#""after":"a","hold":true,"quartzDef":"0 0 * * * ?""#)
    try life.apply(.parents(["a": sight(.succeeded)]), at: "10:30")
    #expect(life.phase == "held")
    try life.apply(.release, at: "11:30")
    #expect(life.phase == "waiting 12:00")
  }

  @Test func oneThatIsHeldFailsWithItsParents() throws {
    var life = try child(#""after":["a","b"],"hold":true"#)
    try life.apply(.parents(["a": sight(.failed(reason: "exit 1"))]))
    #expect(
      life.phase
        == "failed: it was to run after 7 (build) succeeded, and that failed: exit 1")
  }

  @Test func whatItWaitsForStandsInItsMessageAndInWhy() throws {
    let life = try child(#""after":["a","b:failure"]"#)
    #expect(life.state.message == "it waits for job a to succeed, and for job b to fail")
    let running = sight(.running(Attempt(run: 1, scheduledAt: life.now, origin: .schedule)))
    let why = Explanation(
      life.state, life.schedule, in: Surroundings(hasDaemon: true), parents: ["a": running],
      at: life.now)
    #expect(
      why.sentence
        == "it waits for job 7 (build), which is running, to succeed, and for job b to fail")
    #expect(
      why.obstacles.map(\.json) == [
        [
          "kind": "parent", "id": "a", "number": 7, "name": "build", "phase": "running",
          "condition": "success",
        ],
        ["kind": "parent", "id": "b", "condition": "failure"],
      ])
  }

  @Test func itsStateFileHasWhatItHasHeard() throws {
    var life = try child(#""after":["a","b"]"#)
    try life.apply(.parents(["a": sight(.succeeded)]))
    let read = try JobState(life.state.json)
    #expect(read == life.state)
    #expect(read.phase == .awaiting && read.openParents.map(\.job) == ["b"])
    #expect(life.state.json["phase"] == "waiting" && life.state.json["nextRun"] == nil)
  }
}
