// Jobs that get another document, and sets of definitions.

import JobCore
import Testing

@testable import JobSpool

@Suite struct RedefiningTests {
  private func replace(_ fixture: SpoolFixture, _ documents: String...) throws -> [SubmitResult] {
    try fixture.spool.replace(documents.map { try fixture.job($0) }, at: .now)
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

  @Test func definitionsAreToldApartFromWhatIsThere() throws {
    let fixture = try SpoolFixture()
    _ = try replace(
      fixture, #"{"id":"same","command":["true"]}"#, #"{"id":"other","command":["true"]}"#)
    var set = try definitions(
      fixture, #"{"id":"last","command":["true"],"after":["new","same:any"]}"#,
      #"{"id":"other","command":["false"]}"#, #"{"id":"same","command":["true"]}"#,
      #"{"id":"new","command":["true"]}"#)
    let changes = try #require(try set.changes(in: fixture.spool, at: .now))
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
    let changes = try set.changes(in: fixture.spool, at: .now)
    #expect(changes?.count == nil)
    #expect(
      set.faults.map { "\($0.place): \($0.message)" } == [
        "file 1: id: it is missing, and names the job", "file 3: id: a stands at file 2 already",
        #"file 2: after: there is no job "nobody", neither here nor in the spool"#,
      ])
  }

  @Test func definitionsThatWaitForEachOtherAreNamed() throws {
    let fixture = try SpoolFixture()
    _ = try replace(
      fixture, #"{"id":"a","command":["true"],"startDate":"2100-01-01"}"#,
      #"{"id":"b","command":["true"],"after":"a"}"#)
    var set = try definitions(fixture, #"{"id":"a","command":["true"],"after":"b"}"#)
    let changes = try set.changes(in: fixture.spool, at: .now)
    #expect(changes?.count == nil)
    #expect(set.faults.map(\.message) == ["these wait for each other: a -> b -> a"])
  }
}
