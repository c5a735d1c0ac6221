// Finding the jobs that new ones run after.

import JobCore
import Testing

@testable import JobSpool

@Suite struct ParentsTests {
  private func submit(_ fixture: SpoolFixture, _ documents: String...) throws -> [SubmitResult] {
    try fixture.spool.submit(documents.map { try fixture.job($0) }, at: .now)
  }

  private func fault(_ result: SubmitResult?) -> String? {
    guard case .failed(.invalid(let error))? = result else { return nil }
    return error.message
  }

  @Test func aGraphComesInOneInputParentsFirst() throws {
    let fixture = try SpoolFixture()
    let results = try submit(
      fixture, #"{"id":"a","command":["true"]}"#, #"{"id":"b","command":["true"],"after":"a"}"#,
      #"{"command":["true"],"after":["b:any","a:any","b:any"]}"#)
    guard case .submitted(let last)? = results.last else { throw Unexpected("\(results)") }
    #expect(last.spec.after.map(\.text) == ["a:any", "b:any"])
    #expect(last.phase == .awaiting)
  }

  @Test func aNumberBecomesAnId() throws {
    let fixture = try SpoolFixture()
    let number = try fixture.submit(id: "up").number
    let results = try submit(fixture, #"{"command":["true"],"after":\#(number)}"#)
    guard case .submitted(let state)? = results.first else { throw Unexpected("\(results)") }
    #expect(state.spec.after == [Parent("up", .success)])
  }

  @Test func oneThatIsNotThereIsNamedWithWhatToDo() throws {
    let fixture = try SpoolFixture()
    let results = try submit(
      fixture, #"{"id":"a","command":["true"],"after":["b"]}"#,
      #"{"id":"b","command":["true"],"after":"b"}"#,
      #"{"command":["true"],"after":["x","y"]}"#,
      #"{"id":"e","command":["true"],"quartzDef":"0 0 3 * * ?"}"#,
      #"{"command":["true"],"after":"e"}"#)
    #expect(
      results.map(fault) == [
        #"after: there is no job "b" yet: it is submitted after this one; put it before it"#,
        #"after: "b" is the job itself"#,
        #"after[0]: there is no job "x" yet: submit it first"#, nil,
        #"after: "e" never ends, as its schedule has no end: give it an endDate or runOnce"#,
      ])
    #expect(try fixture.names("jobs") == ["e.json"])
  }

  @Test func anEndThatIsThereAlreadyIsRecordedAtOnce() throws {
    let fixture = try SpoolFixture()
    try fixture.submit(id: "up")
    try fixture.cancel("up")
    let results = try submit(
      fixture, #"{"id":"a","command":["true"],"after":"up:failure"}"#,
      #"{"id":"b","command":["true"],"after":"up"}"#)
    guard case .submitted(let first) = results[0], case .submitted(let second) = results[1] else {
      throw Unexpected("\(results)")
    }
    #expect(first.phase.word == .queued && first.openParents.isEmpty)
    #expect(second.phase.word == .failed)
  }

  @Test func theSameDocumentAgainIsTheSameJobThoughItsParentIsGone() throws {
    let fixture = try SpoolFixture()
    try fixture.submit(id: "up")
    let document = #"{"id":"a","command":["true"],"after":"up"}"#
    _ = try submit(fixture, document)
    try fixture.cancel("up")
    let up = try #require(try fixture.spool.job("up"))
    _ = try fixture.spool.purge([up], because: "test", at: .now)
    let again = try fixture.spool.submit([try fixture.job(document)], at: .now, ifAbsent: true)
    guard case .present? = again.first else { throw Unexpected("\(again)") }
  }

  @Test func aDropThatNamesNobodyIsKeptApart() throws {
    let fixture = try SpoolFixture()
    try fixture.put(#"{"command":["true"],"after":"nobody"}"#, as: "x.json", in: "new")
    let result = try fixture.spool.takeIn("x.json", context: fixture.context, at: .now)
    guard case .quarantined(_, let reason, let taken)? = result else { throw Unexpected("taken") }
    #expect(reason.hasPrefix("document 1: after: there is no job \"nobody\"") && taken.isEmpty)
  }
}
