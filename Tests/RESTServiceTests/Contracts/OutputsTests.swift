// Links to outputs (seed 004): whom they let in, what they give, and that nothing else is reached.

import Foundation
import HTTPServer
import JobCore
import JobSpool
import Testing

@testable import RESTService

@Suite struct OutputsTests {
  private let fixture: RESTFixture

  init() throws { fixture = try RESTFixture() }

  /// A job of ada's that has run, with a log and an artifact.
  private func job(_ scope: String = "Private") throws -> String {
    let id = try fixture.submit(
      #"{"command": ["true"], "createdBy": "ada", "publishLinkAccessScope": "\#(scope)"}"#)
    try fixture.run(id)
    try fixture.write("hello\n", to: "runs/\(id)/1.1/stdout")
    try fixture.write("%PDF", to: "runs/\(id)/1.1/artifacts/pages/Übersicht 1.pdf")
    return id
  }

  private func links(_ id: String) throws -> (output: String, document: String) {
    let reply = try fixture.get("/jobsmanagement/odata/v1.0/backgroundjob?$filter=jobID+eq+'\(id)'")
    let job = try #require(try reply.json["value"]?.array?.first)
    let output = try #require(job["publishLink"]?.string)
    let response = try JSON(parsing: Array(try #require(job["response"]?.string).utf8))
    let document = try #require(response.array?.first?["DownloadLink"]?.string)
    let base = "http://jobs"
    #expect(output.hasPrefix(base) && document.hasPrefix(base))
    return (String(output.dropFirst(base.count)), String(document.dropFirst(base.count)))
  }

  @Test func theOutputIsPlainText() throws {
    let reply = try fixture.get(links(job()).output)
    #expect(reply.status == 200)
    #expect(reply.text == "hello\n")
    #expect(reply.headers["Content-Type"] == "text/plain; charset=utf-8")
    #expect(reply.headers["X-Content-Type-Options"] == "nosniff")
    #expect(reply.headers["Cache-Control"] == "private, no-store")
  }

  @Test func aDocumentIsADownloadUnderItsName() throws {
    let reply = try fixture.get(links(job()).document)
    #expect(reply.status == 200)
    #expect(reply.text == "%PDF")
    #expect(reply.headers["Content-Type"] == "application/octet-stream")
    #expect(
      reply.headers["Content-Disposition"]
        == "attachment; filename=\"__bersicht 1.pdf\"; filename*=UTF-8''%C3%9Cbersicht%201.pdf")
  }

  @Test(arguments: [
    ("Public", 200, 200, 200, 200), ("PeopleInOrganization", 401, 200, 200, 200),
    ("Private", 401, 403, 200, 200),
  ]) func theScopeSaysWhoMayHaveIt(
    scope: String, anonymous: Int, reader: Int, creator: Int, admin: Int
  ) throws {
    let links = try links(job(scope))
    for link in [links.output, links.document] {
      #expect(try fixture.get(link, as: .anonymous).status == anonymous)
      #expect(try fixture.get(link, as: .reader).status == reader)
      #expect(try fixture.get(link, as: .runner).status == creator)
      #expect(try fixture.get(link, as: .admin).status == admin)
    }
  }

  @Test func aJobOfNobodyIsForAdminsAlone() throws {
    let id = try fixture.submit()
    try fixture.run(id)
    try fixture.write("x", to: "runs/\(id)/1.1/artifacts/a")
    let link = try links(id).document
    #expect(try fixture.get(link, as: Caller(name: nil, roles: [.read])).status == 403)
    #expect(try fixture.get(link).status == 200)
  }

  @Test func aWrongTokenAndAnUnknownJobLookTheSame() throws {
    let id = try job("Public")
    let other = try job("Public")
    let (output, document) = try links(id)
    for link in [
      output.replacing(id, with: other), document.replacing(id, with: other),
      output.replacing(id, with: "none"), String(output.dropLast()), output + "0",
      output.replacing("reports/v1.0/publishlink", with: "documentmanagement/v1.0/aimsdocument"),
      document.replacing("documentmanagement/v1.0/aimsdocument", with: "reports/v1.0/publishlink"),
    ] {
      let reply = try fixture.get(link, as: .anonymous)
      #expect(reply.status == 404)
      #expect(
        reply.text == #"{"error":{"code":"NotFound","message":"there is no such link"}}"#)
    }
  }

  @Test func anotherKeyEndsAllLinks() throws {
    let output = try links(job("Public")).output
    let key = try String(contentsOfFile: "\(fixture.path)/serve.key", encoding: .utf8)
    #expect(key.wholeMatch(of: /[0-9a-f]{32}\n/) != nil)
    try FileManager.default.removeItem(atPath: "\(fixture.path)/serve.key")
    #expect(try fixture.get(output).status == 404)
  }

  @Test func aLinkThatACommandHasMadeLeadsNowhere() throws {
    let id = try job("Public")
    let folder = "\(fixture.path)/runs/\(id)/1.1/artifacts"
    try fixture.write("secret", to: "secret/key")
    let files = FileManager.default
    try files.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "/etc/passwd")
    try files.createSymbolicLink(
      atPath: "\(folder)/folder", withDestinationPath: "\(fixture.path)/secret")
    let digest = try fixture.spool.linkDigest()
    for name in ["link", "folder/key", "../stdout", "..", "", "/etc/passwd", "pages"] {
      let token = digest.token("document", id, "1.1", name)
      let reply = try fixture.get("/documentmanagement/v1.0/aimsdocument/\(id)/\(token)")
      #expect(reply.status == 404, "\(name)")
      let file = try fixture.spool.openArtifact(id, attempt: "1.1", name)
      let isThere = file != nil
      #expect(!isThere, "\(name)")
    }
    #expect(
      try fixture.spool.artifacts(id, attempt: "1.1").map(\.name) == ["pages/Übersicht 1.pdf"])
  }

  @Test func aRunThatHasWrittenNothingIsEmpty() throws {
    let id = try fixture.submit(#"{"command": ["true"], "publishLinkAccessScope": "Public"}"#)
    let token = try fixture.spool.linkDigest().token("publish", id)
    let link = "/reports/v1.0/publishlink/\(id)/\(token)"
    #expect(try fixture.get(link).status == 404)
    try fixture.run(id)
    let reply = try fixture.get(link, as: .anonymous)
    #expect(reply.status == 200)
    #expect(reply.text == "")
  }

  @Test(arguments: [
    ("a.txt", "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt"),
    ("a\"b\r\n", "attachment; filename=\"a_b__\"; filename*=UTF-8''a%22b%0D%0A"),
  ]) func namesOfDownloadsAreHarmless(name: String, header: String) {
    #expect(RequestHandler.attachment(name) == header)
  }
}
