// The process-status contract (seed 002): every phase has its word, and outputs stand as
// __out_<name>.

import Foundation
import HTTPServer
import JobCore
import JobSpool
import LinuxIO
import Testing

@testable import RESTService

@Suite struct ProcessStatusTests {
  private let path = NSTemporaryDirectory() + "jobrun-rest-\(UUID().uuidString)"

  private func withService(_ body: (Spool, ContractService) throws -> Void) throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let spool = try Spool(path: path)
    try body(spool, ContractService(spool: spool))
  }

  private func submit(_ text: String, to spool: Spool) throws -> String {
    let context = spool.documentContext(
      zones: ZoneFiles(), timeZone: "UTC", workingDirectory: "/", umask: 0o077)
    let document = try JobDocument(try JSON(parsing: text), in: context)
    let now = Instant(milliseconds: Clock.real.milliseconds)
    guard case .submitted(let state) = try spool.submit([NewJob(document)], at: now)[0] else {
      throw CancellationError()
    }
    return state.id
  }

  /// The status code and body for a request line, through the parser as from a client.
  private func ask(_ service: ContractService, _ target: String) throws -> (Int, JSON) {
    var parser = RequestParser(limits: RequestLimits())
    let outcome = parser.consume(Array("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
    guard case .request(let request) = outcome else { throw CancellationError() }
    let response = service.answer(request)
    guard case .bytes(let bytes) = response.body else { throw CancellationError() }
    return (response.status.rawValue, try JSON(parsing: bytes))
  }

  @Test(arguments: [
    (Phase.Word.held, "WAITING"), (.waiting, "WAITING"), (.queued, "WAITING"),
    (.backoff, "WAITING"), (.starting, "RUNNING"), (.running, "RUNNING"),
    (.succeeded, "SUCCEEDED"), (.failed, "FAILED"), (.expired, "FAILED"),
    (.cancelled, "CANCELLED"),
  ]) func everyPhaseHasTheWordOfTheContract(phase: Phase.Word, word: String) {
    #expect(ProcessStatus.Word(phase).rawValue == word)
  }

  @Test func theSeedsOwnWindowIsAcceptedAndFailsAsExpired() throws {
    try withService { spool, service in
      let id = try submit(
        """
        {"command": ["true"], "quartzDef": "0 6 6 ? * FR", "startDate": "2020-11-16 16:56:00",
         "endDate": "2020-11-18 16:55:00", "runOnce": "N", "retryCount": "1"}
        """, to: spool)
      let (code, body) = try ask(service, "/scheduler/connector-api/process/status/\(id)")
      #expect(code == 200)
      #expect(body["status"] == "FAILED")
      #expect(body["message"]?.string?.contains("no firing is left") == true)
    }
  }

  @Test func pathsAreKnownInAnyLetterCaseAndWithTheApplicationsName() throws {
    try withService { spool, service in
      let id = try submit(#"{"command": ["true"]}"#, to: spool)
      for path in [
        "/scheduler/connector-API/process/status/\(id)",
        "/scheduler-agent/Scheduler/Connector-Api/Process/Status/\(id)",
      ] {
        let (code, body) = try ask(service, path)
        #expect(code == 200)
        #expect(
          body == ["status": "WAITING", "message": "run 1 is due and waits for a free slot"])
      }
    }
  }

  @Test(arguments: ["none", "..", "%2e%2e%2fjobs", "a%00b"])
  func anUnknownIdHasNoStatus(id: String) throws {
    try withService { _, service in
      guard let (code, _) = try? ask(service, "/scheduler/connector-api/process/status/\(id)")
      else { return }  // the parser refused it before any service saw it
      #expect(code == 404)
    }
  }
}
