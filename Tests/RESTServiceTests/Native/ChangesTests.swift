import HTTPServer
import JobCore
import JobSpool
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
      let reply = try fixture.post(
        "/v1/jobs/\(id)/\(verb)", as: Caller(name: "ada", roles: [.run, .read]))
      #expect(reply.status == 200)
      #expect(try reply.json["phase"]?.string == phase)
      #expect(reply.headers["ETag"] == "\"\(try fixture.state(id).revision)-\(phase)\"")
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
    for tags in [
      "\"9-queued\"", "\"1-held\"", "W/\"1-queued\"", "\"one\"", "\"1\"", "\"8-held\", \"9-held\"",
      "1-queued",
    ] {
      let reply = try fixture.post("/v1/jobs/\(id)/hold", fields: "If-Match: \(tags)\r\n")
      #expect(reply.status == 412, "\(tags)")
    }
    #expect(try fixture.state(id).revision == 1)
    for tags in ["\"1-queued\"", "*", "\"9-held\",\t\"3-queued\""] {
      let verb = try fixture.state(id).phase.word == .held ? "release" : "hold"
      let reply = try fixture.post("/v1/jobs/\(id)/\(verb)", fields: "If-Match: \(tags)\r\n")
      #expect(reply.status == 200, "\(tags)")
    }
  }

  @Test func aTagOfWhatOnlyItsSupervisorKnowsIsThatOfNoOtherState() throws {
    let id = try fixture.submit(#"{"command": ["true"], "quartzDef": "0 0 3 * * ?"}"#)
    try fixture.apply(.rerun, to: id)
    try fixture.apply(.launch, to: id)
    try fixture.write("", to: "runs/\(id)/1.1/lock")
    try fixture.write(
      #"{"boot":"b","pid":1,"startedAt":"2026-11-27T00:00:00.000Z"}"#,
      to: "runs/\(id)/1.1/started.json")
    let running = try fixture.get("/v1/jobs/\(id)")
    #expect(try running.json["phase"] == "running")
    let tag = try #require(running.headers["ETag"])
    // The run ends before anybody has written down that it ran: the same revision, another phase.
    let attempt = try #require(try fixture.state(id).phase.liveAttempt)
    let outcome = Outcome(
      .exited(code: 0), of: attempt, startedAt: fixture.now, endedAt: fixture.now)
    _ = try fixture.spool.change(id) { state in
      try state.applying(
        .ended(ExitRecord(outcome)), schedule: fixture.zones.schedule(state.spec), at: fixture.now)
    }
    let revision = try fixture.state(id).revision
    #expect(try running.json["revision"]?.int == revision)
    let late = try fixture.post("/v1/jobs/\(id)/cancel", fields: "If-Match: \(tag)\r\n")
    #expect(late.status == 412)
    let again = try fixture.get("/v1/jobs/\(id)", fields: "If-None-Match: \(tag)\r\n")
    #expect(again.status == 200)
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
