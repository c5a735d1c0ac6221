// Who may do what: every row of the table, for everybody.

import HTTPServer
import JobCore
import JobSpool
import Testing

@testable import RESTService

@Suite struct CallerTests {
  private let fixture: RESTFixture

  init() throws { fixture = try RESTFixture() }

  private static let guarded = Endpoint.all.filter { $0.role != nil }

  private func ask(_ endpoint: Endpoint, as caller: Caller) throws -> Reply {
    let target = endpoint.path.replacing(/\{\w+\}/, with: "x")
    return try fixture.ask(endpoint.method.rawValue, target, as: caller)
  }

  @Test(arguments: guarded.map(\.path)) func withoutTheRoleItIsForbidden(path: String) throws {
    for endpoint in Self.guarded where endpoint.path == path {
      let others = Set(Role.allCases).subtracting([endpoint.role, .admin].compactMap(\.self))
      let reply = try ask(endpoint, as: Caller(name: "eve", roles: others))
      #expect(reply.status == 403)
      #expect(reply.text.contains("needs the role \\\"\(try #require(endpoint.role).rawValue)\\\""))
      for role in [try #require(endpoint.role), .admin] {
        #expect(try ask(endpoint, as: Caller(name: "eve", roles: [role])).status != 403)
      }
    }
  }

  @Test(arguments: guarded.map(\.path)) func whoSaysNoNameIsAsked(path: String) throws {
    for endpoint in Self.guarded where endpoint.path == path {
      let reply = try ask(endpoint, as: .anonymous)
      #expect(reply.status == 401)
      #expect(reply.headers["WWW-Authenticate"]?.hasPrefix("Basic realm=") == true)
    }
  }

  @Test func theOwnerMayDoEverything() {
    #expect(Role.allCases.allSatisfy(Caller.owner.has))
    #expect(Caller.owner.isKnown)
  }
}
