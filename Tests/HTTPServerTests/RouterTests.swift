import Testing

@testable import HTTPServer

@Suite("Routes")
struct RouterTests {
  private var router: Router<String> {
    var router = Router<String>(ignoringCase: true)
    router.add(.get, "/", "root")
    router.add(.get, "/jobs", "list")
    router.add(.post, "/jobs", "submit")
    router.add(.get, "/jobs/{id}", "show")
    router.add(.get, "/jobs/search", "search")
    router.add(.delete, "/jobs/{id}", "cancel")
    router.add(.get, "/jobs/{id}/runs/{run}", "run")
    return router
  }

  private func told(_ method: Method, _ path: String) -> String {
    let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    switch router.match(method, path == "/" ? [] : segments.map(String.init)) {
    case .found(let action, let parameters):
      return ([action] + parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        .joined(separator: " ")
    case .notFound: return "404"
    case .methodNotAllowed(let allow): return "405 " + allow.map(\.rawValue).joined(separator: ",")
    case .options(let allow): return "options " + allow.map(\.rawValue).joined(separator: ",")
    }
  }

  @Test(
    "method and path find an action, or why there is none",
    arguments: [
      (.get, "/", "root"), (.get, "/jobs", "list"), (.get, "/JOBS/", "list"),
      (.post, "/jobs", "submit"), (.get, "/jobs/Ab", "show id=Ab"),
      (.get, "/jobs/search", "search"), (.head, "/jobs/7", "show id=7"),
      (.get, "/jobs/7/runs/2", "run id=7 run=2"), (.get, "/jobs//runs/2", "404"),
      (.get, "/job", "404"), (.get, "/jobs/7/runs", "404"), (.post, "/", "405 GET,HEAD,OPTIONS"),
      (.put, "/jobs/search", "405 GET,HEAD,DELETE,OPTIONS"),
      (.options, "/jobs", "options GET,HEAD,POST,OPTIONS"), (.options, "/x", "404"),
      (.trace, "/jobs", "405 GET,HEAD,POST,OPTIONS"), (.query, "/x", "404"),
    ] as [(Method, String, String)])
  func matches(method: Method, path: String, expected: String) {
    #expect(told(method, path) == expected)
  }

  @Test("404, 405 with Allow and OPTIONS are answered without an action")
  func responses() {
    #expect(router.match(.get, ["x"]).response?.status == .notFound)
    let refused = router.match(.patch, ["jobs"]).response
    #expect(refused?.status == .methodNotAllowed)
    #expect(refused?.headers["Allow"] == "GET, HEAD, POST, OPTIONS")
    let all = router.match(.options, [], isAsterisk: true).response
    #expect(all?.status == .noContent)
    #expect(all?.headers["Allow"] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
    #expect(router.match(.get, []).response == nil)
  }

  @Test("letter case counts unless told otherwise")
  func letterCase() {
    var router = Router<Int>()
    router.add(.get, "/a", 1)
    #expect(router.match(.get, ["A"]).response?.status == .notFound)
  }
}
