// Finding the jobs that new ones run after.

import JobCore
import LinuxIO
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

  @Test func oneWhoseParentOfTheSameInputWasNotSubmittedIsNotEither() throws {
    let fixture = try SpoolFixture()
    let documents = [
      #"{"id":"a","command":["true"]}"#, #"{"id":"b","command":["true"],"after":"a"}"#,
      #"{"id":"c","command":["true"],"after":"b:any"}"#,
    ]
    try fixture.submit(id: "a")
    let number = try fixture.submit(id: "z").number
    try fixture.cancel("z")
    let jobs =
      try documents.map(fixture.job)
      + [
        fixture.job(#"{"id":"z","command":["true"]}"#),
        fixture.job(#"{"command":["true"],"after":"\#(number):any"}"#),
      ]
    let results = try fixture.spool.submit(jobs, at: .now)
    guard case .failed(.exists("a")) = results[0], case .failed(.exists("z")) = results[3] else {
      throw Unexpected("\(results)")
    }
    #expect(fault(results[1]) == #"after: "a", before it in the input, was not submitted"#)
    #expect(fault(results[2]) == #"after: "b", before it in the input, was not submitted"#)
    #expect(fault(results[4]) == #"after: "z", before it in the input, was not submitted"#)
    #expect(try fixture.names("jobs") == ["a.json"])
  }

  @Test func noneIsThereWithoutItsParentWhateverCallFails() throws {
    for call in 1...30 {
      let fixture = try SpoolFixture()
      _ = try Helper(
        [
          "submit", fixture.path, #"{"id":"a","command":["true"]}"#,
          #"{"id":"b","command":["true"],"after":"a"}"#,
        ], fault: "28:\(call)"
      ).end()
      let names = try fixture.names("jobs")
      #expect(names != ["b.json"], "call \(call)")
    }
  }

  @Test func aNumberIsFoundThoughTheHintIsLostAndNotIfItsJobIsGone() throws {
    let fixture = try SpoolFixture()
    let number = try fixture.submit(id: "up").number
    let other = try fixture.submit(id: "other").number
    let file = try fixture.spool.root.open("numbers", .updateOrCreate)
    try file.write(
      [UInt8](repeating: 0, count: Spool.numberEntry), at: Int64(number * Spool.numberEntry))
    let found = try submit(fixture, #"{"command":["true"],"after":\#(number)}"#)
    guard case .submitted(let state)? = found.first else { throw Unexpected("\(found)") }
    #expect(state.spec.after == [Parent("up", .success)])
    try fixture.cancel("other")
    _ = try fixture.spool.purge(
      [#require(try fixture.spool.job("other"))], because: "test", at: .now)
    for gone in [other, 99] {
      let results = try submit(fixture, #"{"command":["true"],"after":\#(gone)}"#)
      #expect(fault(results[0]) == #"after: there is no job "\#(gone)" yet: submit it first"#)
    }
  }

  @Test func aYoungDropWaitsForTheJobsItNames() throws {
    let fixture = try SpoolFixture()
    let document = #"{"id":"b","command":["true"],"after":"a"}"#
    try fixture.put(document, as: "b.json", in: "new", age: 0)
    let context = fixture.context
    guard case .unfinished? = try fixture.spool.takeIn("b.json", context: context, at: .now) else {
      throw Unexpected("taken")
    }
    #expect(try fixture.names("new") == ["b.json"])
    try fixture.submit(id: "a")
    guard case .taken(let jobs)? = try fixture.spool.takeIn("b.json", context: context, at: .now)
    else { throw Unexpected("not taken") }
    #expect(jobs.map(\.id) == ["b"])
  }

  @Test func aDropThatNamesNobodyIsKeptApart() throws {
    let fixture = try SpoolFixture()
    try fixture.put(#"{"command":["true"],"after":"nobody"}"#, as: "x.json", in: "new")
    let result = try fixture.spool.takeIn("x.json", context: fixture.context, at: .now)
    guard case .quarantined(_, let reason, let taken)? = result else { throw Unexpected("taken") }
    #expect(reason.hasPrefix("document 1: after: there is no job \"nobody\"") && taken.isEmpty)
  }
}
