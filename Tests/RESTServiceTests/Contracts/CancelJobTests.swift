// CancelJob (seed 003): the sample's replies to the byte, then each error.

import Foundation
import HTTPServer
import JobCore
import JobSpool
import Testing

@testable import RESTService

@Suite struct CancelJobTests {
  private let fixture: RESTFixture

  init() throws { fixture = try RESTFixture() }

  private func cancel(_ body: String, as caller: Caller = .runner) throws -> Reply {
    try fixture.ask("PUT", "/up/v5/rest/scheduling/CancelJob", body, as: caller)
  }

  private static let success =
    #"{"Success":true,"Code":"0","Message":"","Payload":{"result":{"type":"OK","code":"0"}}}"#
  private static let badId =
    #"{"Success":false,"Code":1,"Payload":{"returnCode":{"type":"Error","code":"SP_JOBID_INVALID"}}}"#

  @Test func theSamplesRequestCancelsAWaitingJobAtOnce() throws {
    try fixture.submit(#"{"id": "Dep-1306", "command": ["true"], "startDate": "2199-01-01"}"#)
    let reply = try cancel(
      """
      {
      \t"Id": "Dep-1306",
      \t"CancelReason": {
      \t\t"cancelReasonId": 1,
          "cancelReasonDesc": ""
      \t}
      }
      """)
    #expect(reply.status == 200)
    #expect(reply.text == Self.success)
    let state = try fixture.state("Dep-1306")
    #expect(state.phase == .cancelled(reason: "cancelled by request (reason 1)"))
    #expect(state.decisions.last?.by == "ada")
  }

  @Test func aRunningJobIsAskedToStopAndKeepsTheReason() throws {
    let id = try fixture.submit()
    try fixture.apply(.launch, to: id)
    let reply = try cancel(
      #"{"Id": "\#(id)", "CancelReason": {"cancelReasonId": 4, "cancelReasonDesc": "no paper"}}"#)
    #expect(reply.text == Self.success)
    let request = try #require(try fixture.state(id).cancelRequest)
    #expect(request.reason == "no paper")
    #expect(request.reasonId == 4)
    let day = String(fixture.now.rfc3339.prefix(10))
    let events = try String(
      contentsOfFile: "\(fixture.path)/events/\(day).ndjson", encoding: .utf8)
    #expect(events.contains(#""by":"ada""#))
    #expect(events.contains("asked to stop: no paper (reason 4)"))
  }

  @Test func nullCountsAsLeftOut() throws {
    let id = try fixture.submit()
    let reply = try cancel(
      #"{"Id": "\#(id)", "CancelReason": {"cancelReasonId": null, "cancelReasonDesc": null}}"#)
    #expect(reply.text == Self.success)
  }

  @Test func theReasonMayBeMissing() throws {
    let id = try fixture.submit()
    #expect(try cancel(#"{"Id": "\#(id)"}"#).text == Self.success)
    #expect(try fixture.state(id).phase == .cancelled(reason: "cancelled by request"))
  }

  @Test(arguments: [
    (#"{}"#, 400), (#"{"Id": null}"#, 400), (#"{"Id": 12}"#, 400), (#"{"Id": ""}"#, 400),
    (#"{"Id": "../jobs/x"}"#, 400), (#"{"Id": "Dep-1306"}"#, 404),
    (#"{"Id": "x12345678901234567890123456789012345678901234567890"}"#, 400),
  ]) func aBadIdIsTheSeedsError(body: String, status: Int) throws {
    let reply = try cancel(body)
    #expect(reply.status == status)
    #expect(reply.text == Self.badId)
  }

  @Test func aJobThatHasEndedIsTold() throws {
    let id = try fixture.submit()
    try fixture.run(id)
    let reply = try cancel(#"{"Id": "\#(id)"}"#)
    #expect(reply.status == 400)
    #expect(
      reply.text
        == #"{"Success":false,"Code":10,"Message":"it has already ended: succeeded","#
        + #""Payload":{"returnCode":{"type":"Error","code":"SP_JOB_ENDED"}}}"#)
  }

  @Test(arguments: [
    ("{\"Id\"", "line 1, column 6: "),
    (#"{"Id": "a", "CancelReson": {}}"#, "did you mean \\\"CancelReason\\\"?"),
    (#"{"Id": "a", "CancelReason": 1}"#, "CancelReason: an object is expected, not a number"),
    (
      #"{"Id": "a", "CancelReason": {"cancelReasonId": "x"}}"#,
      "CancelReason.cancelReasonId: a whole number is expected"
    ),
  ]) func aBadBodyIsToldInTheSameShape(body: String, message: String) throws {
    let reply = try cancel(body)
    #expect(reply.status == 400)
    #expect(try reply.json["Code"] == 9)
    #expect(reply.text.contains(message), "\(reply.text)")
    #expect(try reply.json["Payload"]?["returnCode"]?["code"] == "SP_REQUEST_INVALID")
  }

  @Test func withoutTheRoleItIsForbiddenInTheSameShape() throws {
    let reply = try cancel(#"{"Id": "a"}"#, as: .reader)
    #expect(reply.status == 403)
    #expect(try reply.json["Code"] == 11)
  }
}
