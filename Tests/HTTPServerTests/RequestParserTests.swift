import HTTPServer
import Testing

@Suite("Requests from bytes")
struct RequestParserTests {
  static let get = "GET /a%20b/c?x=1&y=a+b%2Bc&z HTTP/1.1\r\nHost: h\r\nX-A: 1 \r\nx-a:2\r\n\r\n"

  @Test("method, path, query and headers are taken apart and decoded once")
  func parts() throws {
    let request = try #require(requests(Self.get).first)
    #expect(request.method == .get)
    #expect(request.target == "/a%20b/c?x=1&y=a+b%2Bc&z")
    #expect(request.path == ["a b", "c"])
    #expect(
      request.query == [QueryItem("x", "1"), QueryItem("y", "a b+c"), QueryItem("z", "")])
    #expect(request.headers.values(of: "X-a") == ["1", "2"])
    #expect(request.headers["HOST"] == "h")
    #expect(request.keepAlive && request.version == .http11 && request.body.isEmpty)
  }

  @Test(
    "paths are split before they are decoded",
    arguments: [
      ("/", []), ("/a", ["a"]), ("/a/", ["a", ""]), ("//a", ["", "a"]), ("/a%2Fb", ["a/b"]),
      ("/%2561", ["%61"]), ("/%C3%A4", ["ä"]), ("http://h:80/x?y", ["x"]), ("http://h", []),
      ("/...", ["..."]), ("/a+b", ["a+b"]), ("/{x}|[y]", ["{x}|[y]"]),
    ] as [(String, [String])])
  func paths(target: String, path: [String]) {
    #expect(requests("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n").first?.path == path)
  }

  @Test("the host of an absolute target counts instead of the field")
  func absoluteHost() {
    let request = requests("GET http://real:1/ HTTP/1.1\r\nHost: other\r\n\r\n").first
    #expect(request?.host == "real:1")
  }

  @Test(
    "a connection is kept as the version and the Connection field say",
    arguments: [
      ("1.1", "", true), ("1.1", "Connection: close\r\n", false),
      ("1.1", "Connection: x, Close\r\n", false), ("1.0", "", false),
      ("1.0", "Connection: Keep-Alive\r\n", true), ("1.9", "", true),
      ("1.0", "Connection: keep-alive\r\nConnection: close\r\n", false),
    ])
  func keepAlive(version: String, field: String, kept: Bool) {
    let request = requests("GET / HTTP/\(version)\r\nHost: h\r\n\(field)\r\n").first
    #expect(request?.keepAlive == kept)
  }

  @Test("bodies come by length, in chunks with extensions and trailers, or not at all")
  func bodies() {
    let all =
      post("Content-Length: 3\r\n\r\nabc")
      + post(
        "Transfer-Encoding: Chunked\r\n\r\n3;a=b;c=\"d\\\"\"\r\nabc\r\n02\r\nde\r\n0\r\nT: 1\r\n\r\n"
      )
      + post("Content-Length: 0\r\n\r\n") + "\r\n" + Self.get
    let bodies = requests(all).map { String(decoding: $0.body, as: UTF8.self) }
    #expect(bodies == ["abc", "abcde", "", ""])
  }

  @Test("trailers are not mixed with headers")
  func trailers() {
    let request = requests(post("Transfer-Encoding: chunked\r\n\r\n0\r\nX-User: root\r\n\r\n"))
    #expect(request.first?.headers["X-User"] == nil)
  }

  @Test("the same bytes give the same outcome split at any one place, and byte by byte")
  func splits() {
    let streams =
      [
        Self.get + post("Transfer-Encoding: chunked\r\n\r\n3;a\r\nabc\r\n0\r\nT: 1\r\n\r\n")
          + "\r\n" + post("Content-Length: 5\r\n\r\nabcde") + Self.get,
        String(repeating: "x", count: 9000),
        "GET /" + String(repeating: "x", count: 9000),
      ] + refusals.map(\.bytes) + smuggling.map(\.bytes)
    for stream in streams {
      let bytes = Array(stream.utf8)
      let whole = outcomes([bytes])
      #expect(outcomes(bytes.map { [$0] }) == whole, "byte by byte: \(stream.prefix(80))")
      for place in stride(from: 1, to: bytes.count, by: bytes.count > 2000 ? 61 : 1) {
        let parts = outcomes([Array(bytes[..<place]), Array(bytes[place...])])
        #expect(parts == whole, "at \(place): \(stream.prefix(80))")
      }
    }
  }

  @Test("what is no request is refused with its status", arguments: refusals)
  func refused(_ example: Refused) {
    #expect(status(example.bytes) == example.status, "\(example)")
  }

  @Test("what two programs could understand differently is refused", arguments: smuggling)
  func smuggled(_ example: Refused) {
    #expect(status(example.bytes) == example.status, "\(example)")
  }

  @Test("after a refusal nothing more is read")
  func refusalIsFinal() {
    var parser = RequestParser()
    let first = parser.consume(Array("?".utf8))
    #expect(parser.consume(Array(Self.get.utf8)) == first)
  }

  @Test("a client that expects to be told to go on is told once, and only if it waits")
  func expectation() {
    let head = "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\n"
    var waiting = RequestParser()
    #expect(waiting.consume(Array(post(head).utf8)) == .needMore)
    let asked = [waiting.takeExpectation(), waiting.takeExpectation()]
    #expect(asked == [true, false])
    var sending = RequestParser()
    _ = sending.consume(Array(post("Expect: 100-continue\r\nContent-Length: 2\r\n\r\na").utf8))
    let askedAnyway = sending.takeExpectation()
    #expect(!askedAnyway)
  }

  @Test("the stage tells which time counts")
  func stages() {
    var parser = RequestParser()
    #expect(parser.stage == .idle)
    _ = parser.consume(Array("\r\n".utf8))
    #expect(parser.stage == .idle)
    _ = parser.consume(Array("P".utf8))
    #expect(parser.stage == .head)
    _ = parser.consume(Array(post("Content-Length: 1\r\n\r\n").utf8.dropFirst()))
    #expect(parser.stage == .body)
    _ = parser.consume([1])
    #expect(parser.stage == .idle)
  }
}
