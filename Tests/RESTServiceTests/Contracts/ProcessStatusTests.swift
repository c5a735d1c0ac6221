// The process-status contract (seed 002): every phase has its word, and outputs stand as
// __out_<name>.

import HTTPServer
import JobCore
import JobSpool
import Testing

@testable import RESTService

@Suite struct ProcessStatusTests {
  private let fixture: RESTFixture

  init() throws { fixture = try RESTFixture() }

  @Test(arguments: [
    (Phase.Word.held, "WAITING"), (.waiting, "WAITING"), (.queued, "WAITING"),
    (.backoff, "WAITING"), (.starting, "RUNNING"), (.running, "RUNNING"),
    (.succeeded, "SUCCEEDED"), (.failed, "FAILED"), (.expired, "FAILED"),
    (.cancelled, "CANCELLED"),
  ]) func everyPhaseHasTheWordOfTheContract(phase: Phase.Word, word: String) {
    #expect(ProcessStatus.Word(phase).rawValue == word)
  }

  @Test func pathsAreKnownInAnyLetterCaseAndWithTheApplicationsName() throws {
    let id = try fixture.submit()
    for path in [
      "/scheduler/connector-API/process/status/\(id)",
      "/scheduler-agent/Scheduler/Connector-Api/Process/Status/\(id)",
    ] {
      let reply = try fixture.get(path)
      #expect(reply.status == 200)
      #expect(
        reply.text.hasPrefix(#"{"status":"WAITING","message":"run 1 is due since "#))
    }
  }

  @Test(arguments: ["none", "..", "%2e%2e%2fjobs", "a%00b"])
  func anUnknownIdHasNoStatus(id: String) throws {
    guard let reply = try? fixture.get("/scheduler/connector-api/process/status/\(id)")
    else { return }  // the parser refused it before any service saw it
    #expect(reply.status == 404)
  }

  @Test func aJobThatRecursWaitsAndNamesNextFiringAndLastOutcome() throws {
    let id = try fixture.submit(
      #"{"command": ["true"], "quartzDef": "0 0 0 1 1 ? 2199", "runImmediately": true}"#)
    try fixture.run(id, code: 3)
    let reply = try fixture.get("/scheduler/connector-api/process/status/\(id)")
    #expect(try reply.json["status"] == "WAITING")
    #expect(
      try reply.json["message"] == "its next run is at 2199-01-01T00:00:00.000Z; last: exit 3")
  }
}
