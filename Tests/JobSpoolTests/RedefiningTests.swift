// Jobs that get another document, and sets of definitions.

import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct RedefiningTests {
  private func replace(_ fixture: SpoolFixture, _ documents: String...) throws -> [SubmitResult] {
    try fixture.spool.replace(
      documents.map { try fixture.job($0) }, zones: fixture.zones, at: .now)
  }

  private func fault(_ result: SubmitResult?) -> String? {
    guard case .failed(.invalid(let error))? = result else { return nil }
    return error.message
  }

  private func definitions(_ fixture: SpoolFixture, _ documents: String...) throws -> Definitions {
    var definitions = Definitions()
    for (index, document) in documents.enumerated() {
      definitions.add(try fixture.job(document), at: "file \(index + 1)")
    }
    return definitions
  }

  @Test func aJobThatIsThereKeepsItsNumberAndOneThatIsNotIsSubmitted() throws {
    let fixture = try SpoolFixture()
    let number = try fixture.submit(id: "a").number
    let results = try replace(
      fixture, #"{"id":"a","command":["false"]}"#, #"{"id":"b","command":["true"],"after":"a"}"#)
    guard case .redefined(let a) = results[0], case .submitted(let b) = results[1] else {
      throw Unexpected("\(results)")
    }
    #expect(a.number == number && a.phase.word == .queued && b.phase == .awaiting)
    #expect(try fixture.state("a") == a)
    guard case .present = try replace(fixture, #"{"id":"a","command":["false"]}"#)[0] else {
      throw Unexpected("not present")
    }
  }

  @Test func aJobThatHasEndedComesBackFromDone() throws {
    let fixture = try SpoolFixture()
    try fixture.submit(id: "a")
    try fixture.cancel("a")
    #expect(try fixture.names("done") == ["a.json"])
    _ = try replace(fixture, #"{"id":"a","command":["true"]}"#)
    #expect(try fixture.names("jobs") == ["a.json"] && fixture.names("done") == [])
  }

  @Test func aCircleByWayOfTheSpoolIsRefused() throws {
    let fixture = try SpoolFixture()
    _ = try replace(
      fixture, #"{"id":"a","command":["true"],"startDate":"2100-01-01"}"#,
      #"{"id":"b","command":["true"],"after":"a"}"#, #"{"id":"c","command":["true"],"after":"b"}"#)
    let results = try replace(fixture, #"{"id":"a","command":["true"],"after":"c"}"#)
    #expect(fault(results[0]) == "after: a -> c -> b -> a would be a circle")
    #expect(fault(try replace(fixture, #"{"command":["true"]}"#)[0])?.hasPrefix("id: ") == true)
  }

  private let endless = #"{"id":"p","command":["true"],"quartzDef":"0 0 3 * * ?"}"#

  @Test func aJobThatIsWaitedForGetsNoScheduleWithoutEnd() throws {
    let fixture = try SpoolFixture()
    try fixture.submit(id: "p")
    _ = try replace(fixture, #"{"id":"c","command":["true"],"after":"p","hold":true}"#)
    let words = #"id: "c" runs after it, and it would never end: give it an endDate or runOnce"#
    #expect(fault(try replace(fixture, endless)[0]) == words)
    var set = try definitions(fixture, endless)
    #expect(
      try set.changes(in: fixture.spool, zones: fixture.zones, at: .now) == nil ? true : false)
    #expect(set.faults.map(\.message) == [words])
  }

  @Test func aJobMayGoOnForEverOnceNoneOfTheSameDefinitionsWaitsForIt() throws {
    let fixture = try SpoolFixture()
    try fixture.submit(id: "p")
    _ = try replace(fixture, #"{"id":"c","command":["true"],"after":"p"}"#)
    var set = try definitions(fixture, endless, #"{"id":"c","command":["true"]}"#)
    let changes = try #require(try set.changes(in: fixture.spool, zones: fixture.zones, at: .now))
    let results = try fixture.spool.replace(
      changes.map(\.job), zones: fixture.zones, at: .now)
    for result in results { guard case .redefined = result else { throw Unexpected("\(result)") } }
  }

  @Test func howAJobHasEndedIsToldToThoseThatWaitBeforeItStartsAgain() throws {
    let fixture = try SpoolFixture()
    try fixture.submit(id: "p")
    _ = try replace(
      fixture, #"{"id":"c","command":["true"],"after":"p:failure"}"#,
      #"{"id":"d","command":["true"],"after":"p:any","hold":true}"#)
    try fixture.cancel("p")
    _ = try replace(fixture, endless)
    #expect(try fixture.state("c")?.phase.word == .queued)
    #expect(try fixture.state("d")?.parents == ["p": .cancelled])
  }

  @Test(arguments: [false, true])
  func soItIsBeforeARerunThoughADaemonMayBeAtIt(hasDaemon: Bool) throws {
    let fixture = try SpoolFixture()
    let daemon = hasDaemon ? try fixture.again().lockDaemon() : nil
    try fixture.submit(id: "p")
    _ = try replace(fixture, #"{"id":"c","command":["true"],"after":"p:failure"}"#)
    try fixture.cancel("p")
    _ = try fixture.spool.apply(.rerun, to: "p", zones: fixture.zones, at: .now)
    #expect(try fixture.state("p")?.phase.word == .queued)
    #expect(try fixture.state("c")?.phase.word == .queued)
    _ = consume daemon
  }

  @Test func anEndThatNobodyHasRecordedCountsBeforeTheNewDocument() throws {
    let fixture = try SpoolFixture()
    let run = try fixture.launched("a")
    let attempt = try #require(try fixture.state("a")?.phase.liveAttempt)
    let outcome = Outcome(.exited(code: 0), of: attempt, startedAt: .now, endedAt: .now)
    let file = try run.directory.open("exit.json", .createNew)
    try file.write(ExitRecord(outcome).bytes)
    let results = try replace(fixture, #"{"id":"a","command":["false"]}"#)
    guard case .redefined(let state) = results[0] else { throw Unexpected("\(results)") }
    #expect(state.phase.word == .queued && state.history.map(\.succeeded) == [true])
  }

  @Test func whatWasDoneBeforeAFailureIsTold() throws {
    let fixture = try SpoolFixture()
    try fixture.submit(id: "a")
    try fixture.submit(id: "b")
    let lock = try SpoolLock(.parents, of: fixture.spool)
    fixture.spool.lockPatience = 0
    let results = try replace(
      fixture, #"{"id":"a","command":["false"]}"#, #"{"id":"b","command":["false"],"after":"a"}"#,
      #"{"id":"c","command":["false"]}"#)
    _ = consume lock
    guard case .redefined = results[0], case .failed(.busy) = results[1],
      case .failed(.busy) = results[2], results.count == 3
    else { throw Unexpected("\(results)") }
  }

  @Test func oneWhoseParentOfTheSameInputKeepsItsDocumentKeepsItsOwn() throws {
    let fixture = try SpoolFixture()
    try fixture.submit(id: "a")
    try fixture.submit(id: "b")
    let results = try replace(
      fixture, #"{"id":"a","command":["true"],"after":"nobody"}"#,
      #"{"id":"b","command":["true"],"after":"a"}"#, #"{"id":"c","command":["true"],"after":"b"}"#)
    #expect(
      results.map(fault) == [
        #"after: there is no job "nobody" yet: submit it first"#,
        #"after: "a", before it in the input, was not submitted"#,
        #"after: "b", before it in the input, was not submitted"#,
      ])
    #expect(try fixture.names("jobs") == ["a.json", "b.json"])
  }

  @Test func anIdThatComesTwiceHasItsLaterDocument() throws {
    let fixture = try SpoolFixture()
    let results = try replace(
      fixture, #"{"id":"a","command":["true"]}"#, #"{"id":"a","command":["false"]}"#,
      #"{"id":"b","command":["true"],"after":"a"}"#)
    guard case .submitted = results[0], case .redefined = results[1], case .submitted = results[2]
    else { throw Unexpected("\(results)") }
  }

  @Test func definitionsAreToldApartFromWhatIsThere() throws {
    let fixture = try SpoolFixture()
    _ = try replace(
      fixture, #"{"id":"same","command":["true"]}"#, #"{"id":"other","command":["true"]}"#)
    var set = try definitions(
      fixture, #"{"id":"last","command":["true"],"after":["new","same:any"]}"#,
      #"{"id":"other","command":["false"]}"#, #"{"id":"same","command":["true"]}"#,
      #"{"id":"new","command":["true"]}"#)
    let changes = try #require(try set.changes(in: fixture.spool, zones: fixture.zones, at: .now))
    #expect(
      changes.map { "\($0.kind.rawValue) \($0.id)" } == [
        "new new", "unchanged same", "new last", "changed other",
      ])
    #expect(changes.last?.differences.map(\.key) == [.command, .name])
  }

  @Test func whatIsWrongWithDefinitionsIsToldWithItsPlace() throws {
    let fixture = try SpoolFixture()
    var set = try definitions(
      fixture, #"{"command":["true"]}"#, #"{"id":"a","command":["true"],"after":"nobody"}"#,
      #"{"id":"a","command":["true"]}"#)
    let changes = try set.changes(in: fixture.spool, zones: fixture.zones, at: .now)
    #expect(changes?.count == nil)
    #expect(
      set.faults.map { "\($0.place): \($0.message)" } == [
        "file 1: id: it is missing, and names the job", "file 3: id: a stands at file 2 already",
        #"file 2: after: there is no job "nobody" yet: define it here, or submit it first"#,
      ])
  }

  @Test func definitionsThatWaitForEachOtherAreNamed() throws {
    let fixture = try SpoolFixture()
    _ = try replace(
      fixture, #"{"id":"a","command":["true"],"startDate":"2100-01-01"}"#,
      #"{"id":"b","command":["true"],"after":"a"}"#)
    var set = try definitions(fixture, #"{"id":"a","command":["true"],"after":"b"}"#)
    let changes = try set.changes(in: fixture.spool, zones: fixture.zones, at: .now)
    #expect(changes?.count == nil)
    #expect(set.faults.map(\.message) == ["these wait for each other: a -> b -> a"])
  }
}
