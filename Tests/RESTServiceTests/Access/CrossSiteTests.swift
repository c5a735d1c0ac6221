// What browsers send for pages of other sites: nothing of it changes anything.

import HTTPServer
import JobCore
import JobSpool
import LinuxIO
import Testing

@testable import RESTService

@Suite struct CrossSiteTests {
  private static let refused = [
    "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Sec-Fetch-Site: x",
    "Sec-Fetch-Site: cross-site\r\nOrigin: http://x",
    "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site",
    "Origin: http://evil.example", "Origin: null", "Origin: http://x.evil.example", "Origin: x",
    "Origin: http://x:81", "Origin: http://evil.example/x",
    "Origin: http://x\r\nOrigin: http://evil",
    "Origin:",
    // What a form can send without being asked about it first (Fetch, "simple").
    "Origin: http://evil.example\r\nContent-Type: text/plain",
    "Sec-Fetch-Site: cross-site\r\nContent-Type: application/x-www-form-urlencoded",
  ]
  private static let taken = [
    "", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none", "Origin: http://x",
    "Origin: https://X", "Origin: https://jobs.example.org",
    // Behind a proxy that passes on another host; the browser knows better.
    "Sec-Fetch-Site: same-origin\r\nOrigin: https://other.example",
    "Content-Type: text/plain", "Content-Type: application/x-www-form-urlencoded",
  ]

  private func fixture() throws -> ServiceFixture {
    try ServiceFixture(users: "ann:\(quickHash):admin\n") {
      $0.publicURL = "https://jobs.example.org"
    }
  }

  /// Sends a rerun of a job that has ended, as the owner; the status, and whether it was done.
  private func rerun(_ fixture: ServiceFixture, _ id: String, _ fields: String) throws -> (
    status: String, isDone: Bool
  ) {
    let before = try #require(try fixture.spool.job(id)).state.revision
    let lines = fields.isEmpty ? "" : fields + "\r\n"
    let answer = try fixture.ask(
      "POST /jobsmanagement/v1.0/backgroundjob/\(id)/rerun", at: fixture.unix,
      "\(lines)Content-Length: 2\r\n", "{}")
    #expect(!answer.contains("Access-Control"))
    let after = try #require(try fixture.spool.job(id)).state.revision
    return (String(answer.split(separator: " ")[1]), after > before)
  }

  private func ended(_ fixture: ServiceFixture) throws -> String {
    let zones = ZoneFiles()
    let context = fixture.spool.documentContext(
      zones: zones, timeZone: "UTC", workingDirectory: "/", umask: 0o077)
    let now = Instant(milliseconds: Clock.real.milliseconds)
    let document = try JobDocument(JSON(parsing: Array(#"{"command":["true"]}"#.utf8)), in: context)
    guard case .submitted(let state) = try fixture.spool.submit([NewJob(document)], at: now)[0]
    else { throw CancellationError() }
    let cancel = JobEvent.cancel(CancelRequest(at: now, reason: "test"))
    _ = try fixture.spool.apply(cancel, to: state.id, zones: zones, at: now)
    return state.id
  }

  @Test(arguments: refused) func changesNothing(fields: String) throws {
    let fixture = try fixture()
    let done = try rerun(fixture, try ended(fixture), fields)
    #expect(done.status == "403" && !done.isDone)
  }

  @Test(arguments: taken) func isNotSeenInWhatOthersSend(fields: String) throws {
    let fixture = try fixture()
    let done = try rerun(fixture, try ended(fixture), fields)
    #expect(done.status == "200" && done.isDone)
  }

  @Test(arguments: refused) func mayRead(fields: String) throws {
    let fixture = try fixture()
    let answer = try fixture.ask(
      "GET /jobsmanagement/odata/v1.0", at: fixture.unix, "\(fields)\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 200 ") && !answer.contains("Access-Control"))
  }

  @Test func isToldBeforeAnyBodyOrPasswordIsLookedAt() throws {
    let fixture = try fixture()
    for path in Endpoint.all.filter({ $0.method != .get }).map({ ($0.method, $0.path) }) {
      let answer = try fixture.ask(
        "\(path.0.rawValue) \(path.1)", as: "ann:wrong",
        "Origin: http://evil\r\nContent-Length: 1000000\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 403 "), "\(path): \(answer)")
    }
  }
}
