import HTTPServer
import JobCore
import Testing

@testable import RESTService

@Suite struct ChangesTests {
  let fixture: RESTFixture

  init() throws { fixture = try RESTFixture() }

  @Test func aJobIsHeldReleasedCancelledAndRunAgain() throws {
    let id = try fixture.submit()
    for (verb, phase) in [
      ("hold", "held"), ("release", "queued"), ("cancel", "cancelled"), ("rerun", "queued"),
    ] {
      let reply = try fixture.post("/v1/jobs/\(id)/\(verb)", as: .runner)
      #expect(reply.status == 200)
      #expect(try reply.json["phase"]?.string == phase)
      #expect(reply.headers["ETag"] == "\"\(try fixture.state(id).revision)\"")
    }
    #expect(try fixture.state(id).decisions.filter { $0.by == "ada" }.count >= 4)
  }

  @Test func aReasonIsKept() throws {
    let id = try fixture.submit()
    let reply = try fixture.post(
      "/v1/jobs/\(id)/cancel", #"{"reason": "wrong input", "reasonId": 7}"#)
    #expect(try reply.json["reason"] == "wrong input (reason 7)")
  }

  @Test func nullCountsAsLeftOut() throws {
    let id = try fixture.submit()
    let reply = try fixture.post(
      "/v1/jobs/\(id)/cancel", #"{"reason": null, "reasonId": null, "onlyRun": null}"#)
    #expect(try reply.json["phase"] == "cancelled")
  }

  @Test func onlyTheRunCanBeStopped() throws {
    let id = try fixture.submit(#"{"command": ["true"], "quartzDef": "0 0 3 * * ?"}"#)
    let early = try fixture.post("/v1/jobs/\(id)/cancel", #"{"onlyRun": true}"#)
    #expect(early.status == 409)
    try fixture.apply(.rerun, to: id)
    let reply = try fixture.post("/v1/jobs/\(id)/cancel", #"{"onlyRun": true}"#)
    #expect(try reply.json["phase"] == "waiting")
  }

  @Test func aChangeOfWhatSomebodyElseHasChangedIsRefused() throws {
    let id = try fixture.submit()
    for tags in ["\"9\"", "W/\"1\"", "\"one\"", "\"8\", \"9\"", "1"] {
      let reply = try fixture.post("/v1/jobs/\(id)/hold", fields: "If-Match: \(tags)\r\n")
      #expect(reply.status == 412, "\(tags)")
    }
    #expect(try fixture.state(id).revision == 1)
    for tags in ["\"1\"", "*", "\"9\", \"3\""] {
      let verb = try fixture.state(id).phase.word == .held ? "release" : "hold"
      let reply = try fixture.post("/v1/jobs/\(id)/\(verb)", fields: "If-Match: \(tags)\r\n")
      #expect(reply.status == 200, "\(tags)")
    }
  }

  @Test func whatIsNotPossibleIsSaid() throws {
    let id = try fixture.submit()
    let reply = try fixture.post("/v1/jobs/\(id)/release")
    #expect(reply.status == 409)
    #expect(try reply.json["detail"] == "it is not held")
    #expect(try fixture.post("/v1/jobs/none/hold").status == 404)
    #expect(try fixture.post("/v1/jobs/\(id)/hold", as: .reader).status == 403)
  }

  @Test func aBodyIsReadStrictly() throws {
    let id = try fixture.submit()
    let target = "/v1/jobs/\(id)/cancel"
    for body in [#"{"raeson": "x"}"#, "[]", "{", #"{"onlyRun": "yes"}"#, #"{"reason": 1}"#] {
      #expect(try fixture.post(target, body).status == 400, "\(body)")
    }
    #expect(try fixture.ask("POST", target, "{}").status == 415)
    #expect(
      try fixture.ask("POST", target, "{}", fields: "Content-Type: text/plain\r\n").status == 415)
    #expect(try fixture.state(id).revision == 1)
  }
}
