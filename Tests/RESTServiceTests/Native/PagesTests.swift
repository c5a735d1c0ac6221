import HTTPServer
import Page
import Testing

@testable import RESTService

@Suite struct PagesTests {
  let fixture: RESTFixture

  init() throws { fixture = try RESTFixture() }

  @Test func everyFileIsThereWithThePolicyThatLetsNothingElseIn() throws {
    for file in PageFile.all {
      let reply = try fixture.get(file.path, as: .reader)
      #expect(reply.status == 200)
      #expect(reply.headers["Content-Type"] == file.contentType)
      #expect(Array(reply.text.utf8) == file.bytes)
      #expect(reply.headers["Content-Security-Policy"]?.hasPrefix("default-src 'none'") == true)
      let tag = try #require(reply.headers["ETag"])
      let again = try fixture.get(file.path, fields: "If-None-Match: \(tag)\r\n")
      #expect(again.status == 304)
    }
    #expect(try fixture.get("/page/none.js").status == 404)
  }

  @Test func aBrowserIsAskedForAPasswordAtOnce() throws {
    let reply = try fixture.get("/", as: .anonymous)
    #expect(reply.status == 401)
    #expect(reply.headers["WWW-Authenticate"]?.hasPrefix("Basic ") == true)
  }
}
