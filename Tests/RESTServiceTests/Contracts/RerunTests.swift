// Rerun of a background job (seed 004): the reply, and why it may not be.

import HTTPServer
import JobCore
import JobSpool
import Testing

@testable import RESTService

@Suite struct RerunTests {
  private let fixture: RESTFixture

  init() throws { fixture = try RESTFixture() }

  private func rerun(_ id: String, as caller: Caller = .runner) throws -> Reply {
    try fixture.ask("POST", "/jobsmanagement/v1.0/backgroundjob/\(id)/rerun", as: caller)
  }

  @Test func theJobIsQueuedAgainUnderItsId() throws {
    let id = try fixture.submit()
    try fixture.run(id, code: 1)
    let reply = try rerun(id)
    #expect(reply.status == 200)
    let token = try fixture.spool.linkDigest().token("publish", id)
    #expect(
      reply.text
        == #"{"jobId":"\#(id)","jobStatus":"Queued","#
        + #""publishLink":"http://jobs/reports/v1.0/publishlink/\#(id)/\#(token)","#
        + #""publishLinkAccessScope":"Private"}"#)
    let state = try fixture.state(id)
    #expect(state.history.count == 1)
    #expect(state.decisions.last?.by == "ada")
    try fixture.run(id)
    let list = try fixture.get("/jobsmanagement/odata/v1.0/backgroundjob?$filter=jobID+eq+'\(id)'")
    #expect(try list.json["value"]?.array?.first?["numberOfAttempts"] == 2)
  }

  @Test(arguments: [
    (#""canReRun": "No""#, "its canReRun is false"),
    (
      #""maximumDateTimeToExecuteJob": "2020-01-01""#,
      "its maximumDateTimeToExecuteJob 2020-01-01T00:00:00.000Z is past"
    ),
  ]) func whatMayNotRunAgainIsAConflict(key: String, reason: String) throws {
    let id = try fixture.submit(#"{"command": ["true"], \#(key)}"#)
    try fixture.run(id)
    let reply = try rerun(id)
    #expect(reply.status == 409)
    #expect(
      try reply.json == ["error": ["code": "Conflict", "message": .string(reason)]])
  }

  @Test func whatIsUnderWayIsAConflict() throws {
    let reply = try rerun(fixture.submit())
    #expect(reply.status == 409)
    #expect(reply.text.contains("a run of it is under way: queued"))
  }

  @Test func anUnknownJobIsNotFound() throws {
    for id in ["none", "1", "a..b", "%2e%2e"] {
      guard let reply = try? rerun(id) else { continue }  // refused by the parser
      #expect(reply.status == 404)
    }
  }
}
