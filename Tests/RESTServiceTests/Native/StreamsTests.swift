// Logs, events and artifacts as they are asked for; how they go on is LogStream's and
// EventStream's own matter.

import Foundation
import HTTPServer
import JobCore
import JobSpool
import LinuxIO
import Testing

@testable import RESTService

@Suite struct StreamsTests {
  let fixture: RESTFixture

  init() throws { fixture = try RESTFixture() }

  /// A job that has run once and left something.
  private func job() throws -> String {
    let id = try fixture.submit()
    try fixture.run(id)
    try fixture.write("one\ntwo\nthree\n", to: "runs/\(id)/1.1/stdout")
    try fixture.write("trouble\n", to: "runs/\(id)/1.1/stderr")
    try fixture.write("<b>", to: "runs/\(id)/1.1/artifacts/pages/a b.html")
    return id
  }

  @Test func aLogIsReadAsItIs() throws {
    let id = try job()
    let reply = try fixture.get("/v1/jobs/\(id)/logs")
    #expect(reply.text == "one\ntwo\nthree\n")
    #expect(reply.headers["X-Content-Type-Options"] == "nosniff")
    #expect(try fixture.get("/v1/jobs/\(id)/logs?lines=1").text == "three\n")
    #expect(try fixture.get("/v1/jobs/\(id)/logs?stream=stderr&run=1").text == "trouble\n")
    // The run has ended, so there is nothing to wait for.
    #expect(try fixture.get("/v1/jobs/\(id)/logs?follow=true&lines=2").text == "two\nthree\n")
  }

  @Test func aRunThatHasNotBeenIsNotThere() throws {
    let id = try fixture.submit()
    #expect(try fixture.get("/v1/jobs/\(id)/logs").status == 404)
    let other = try job()
    #expect(try fixture.get("/v1/jobs/\(other)/logs?run=2").status == 404)
    #expect(try fixture.get("/v1/jobs/\(other)/logs?run=3&follow=true").status == 404)
    #expect(try fixture.get("/v1/jobs/\(other)/logs?run=0").status == 400)
    #expect(try fixture.get("/v1/jobs/none/logs").status == 404)
  }

  @Test func artifactsAreListedAndCanBeHad() throws {
    let id = try job()
    #expect(
      try fixture.get("/v1/jobs/\(id)/artifacts").json == [
        "run": 1, "attempt": 1, "artifacts": [["name": "pages/a b.html", "size": 3]],
      ])
    let reply = try fixture.get("/v1/jobs/\(id)/artifacts/pages%2Fa%20b.html")
    #expect(reply.text == "<b>")
    #expect(reply.headers["Content-Disposition"]?.hasPrefix("attachment; ") == true)
    #expect(reply.headers["Content-Type"] == "application/octet-stream")
    for name in ["..%2Fstdout", "pages", "none", "%2Fetc%2Fpasswd", "pages%2F..%2F..%2Fstdout"] {
      #expect(try fixture.get("/v1/jobs/\(id)/artifacts/\(name)").status == 404, "\(name)")
    }
    #expect(try fixture.get("/v1/jobs/\(fixture.submit())/artifacts").json == ["artifacts": []])
  }

  @Test func lastLinesOfALogWithoutLinesTakeNoLongSearch() throws {
    let id = try job()
    try fixture.write("begin" + String(repeating: "x", count: 5 << 20), to: "runs/\(id)/1.1/stdout")
    let text = try fixture.get("/v1/jobs/\(id)/logs?lines=1").text
    #expect(text.utf8.count == 4 << 20 && !text.hasPrefix("begin"))
  }

  @Test func aListOfFilesHasAnEnd() throws {
    let id = try job()
    for number in 0..<1100 { try fixture.write("", to: "runs/\(id)/1.1/artifacts/\(number)") }
    let reply = try fixture.get("/v1/jobs/\(id)/artifacts").json
    #expect(reply["artifacts"]?.array?.count == 1000)
    #expect(reply["more"] == true)
    #expect(try fixture.get("/v1/jobs/\(id)/artifacts/1099").status == 200)
  }

  @Test func aMarkThatWasNeverGivenOutIsRefused() throws {
    for mark in [
      "x", "2026-11-21", "2026-13-01:0", "2026-11-21:-1", "2026-11-21:1,2026-11-20:1",
      "2026-11-21:1,",
    ] {
      let reply = try fixture.get("/v1/events", fields: "Last-Event-ID: \(mark)\r\n")
      #expect(reply.status == 400, "\(mark)")
    }
    #expect(try fixture.get("/v1/events?since=x").status == 400)
  }
}
