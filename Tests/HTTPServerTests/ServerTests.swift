import HTTPServer
import LinuxIO
import Testing

@Suite("The server")
struct ServerTests {
  @Test("a connection serves one request after the other")
  func keepAlive() throws {
    let fixture = try ServerFixture()
    let client = try fixture.client(simple)
    #expect(try fixture.turn { try !client.poll() && client.text.hasSuffix("GET /a ") })
    try client.send(last)
    #expect(try fixture.turn { try client.poll() })
    #expect(client.text.hasSuffix("Connection: close\r\n\r\nGET /z "))
    #expect(fixture.log.map(\.target) == ["/a", "/z"])
  }

  @Test("pipelined requests are answered in order, however many")
  func pipelining() throws {
    let fixture = try ServerFixture()
    let many = (0..<200).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined()
    let text = try fixture.conversation(many + last)
    let paths = text.split(separator: "GET /").dropFirst().map { $0.prefix { $0 != " " } }
    #expect(paths.map(String.init) == (0..<200).map(String.init) + ["z"])
  }

  @Test("answers carry date and length; those to HEAD no body")
  func head() throws {
    let fixture = try ServerFixture()
    let text = try fixture.conversation(
      "HEAD /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    #expect(text.hasPrefix("HTTP/1.1 200 OK\r\nDate: "))
    #expect(text.contains("Content-Length: 8\r\n") && text.hasSuffix("\r\n\r\n"))
  }

  @Test("HTTP/1.0 ends the connection unless it asks for more")
  func oldVersion() throws {
    let fixture = try ServerFixture()
    let text = try fixture.conversation(
      "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n")
    #expect(text.contains("Connection: keep-alive\r\n\r\nGET /a HTTP/1.1 200"))
    #expect(text.hasSuffix("Connection: close\r\n\r\nGET /b "))
  }

  @Test("a client that expects to be told to go on is told")
  func expectation() throws {
    let fixture = try ServerFixture()
    let client = try fixture.client(post("Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"))
    #expect(
      try fixture.turn { try !client.poll() && client.text == "HTTP/1.1 100 Continue\r\n\r\n" })
    try client.send("ab")
    #expect(try fixture.turn { try !client.poll() && client.text.hasSuffix("POST /p ab") })
  }

  @Test("a refusal reaches a client that sends all it has before it listens")
  func lingering() throws {
    // Over TCP, where closing with unread bytes resets the connection.
    let fixture = try ServerFixture(on: SocketAddress(host: "127.0.0.1", port: 0))
    let client = try fixture.client(post("Content-Length: 3000000\r\n\r\n"))
    var left = 3_000_000
    #expect(
      try fixture.turn {
        left -= try client.send(String(repeating: "x", count: min(left, 50_000)))
        return left == 0
      })
    #expect(try fixture.turn { try client.poll() || client.text.hasSuffix("too long\n") })
    #expect(!client.wasReset)
    #expect(client.text.hasPrefix("HTTP/1.1 413 Content Too Large\r\n"))
    #expect(client.text.hasSuffix("the body is too long\n"))
    #expect(fixture.log.first?.note == "the body is too long")
  }

  @Test("every refusal of the parser reaches the client", arguments: refusals + smuggling)
  func refused(_ example: Refused) throws {
    var limits = ServerLimits()
    limits.idleTime = 1
    let fixture = try ServerFixture(limits)
    let text = try fixture.answers(example.bytes)
    #expect(text.hasPrefix("HTTP/1.1 \(example.status) "))
  }

  @Test("a client that has finished sending still gets its answers")
  func halfClosed() throws {
    let fixture = try ServerFixture()
    let client = try fixture.client(simple + simple)
    client.finishSending()
    #expect(try fixture.turn { try client.poll() })
    #expect(client.answerCount == 2)
  }

  @Test("a request cut short is refused")
  func cutShort() throws {
    let fixture = try ServerFixture()
    let client = try fixture.client("GET / HTTP/1.1\r\nHo")
    client.finishSending()
    #expect(try fixture.turn { try client.poll() })
    #expect(client.text.hasPrefix("HTTP/1.1 400 "))
  }

  @Test("a handler that sets a header it must not gets a 500 sent")
  func unsafeHeader() throws {
    let fixture = try ServerFixture { _, responder in
      responder.answer(Response(.ok, headers: ["Location": "/\r\nSet-Cookie: a=b"]))
    }
    let text = try fixture.conversation(last)
    #expect(text.hasPrefix("HTTP/1.1 500 ") && !text.contains("Set-Cookie"))
  }

  @Test("a request that nobody answers gets a 500")
  func forgotten() throws {
    let fixture = try ServerFixture { _, _ in }
    #expect(try fixture.conversation(last).hasPrefix("HTTP/1.1 500 "))
  }

  @Test("the access log tells who asked for what and what came of it")
  func accessLog() throws {
    let fixture = try ServerFixture(on: SocketAddress(host: "127.0.0.1", port: 0))
    _ = try fixture.conversation("GET /x?y=1 HTTP/1.1\r\nHost: h\r\n\r\nbad\r\n")
    #expect(fixture.log.map(\.status) == [.ok, .badRequest])
    #expect(fixture.log.map(\.target) == ["/x?y=1", nil])
    #expect(fixture.log.first?.peer?.host == "127.0.0.1")
    #expect(fixture.log.first?.bodyBytes == 7)
    #expect(fixture.log.map(\.isComplete) == [true, true])
  }

  @Test("the access log counts the time that a handler takes")
  func accessTime() throws {
    let fixture = try ServerFixture { _, responder in
      let begun = Clock.boot.milliseconds
      while Clock.boot.milliseconds < begun + 20 { pause(milliseconds: 5) }
      responder.answer(.text(.ok, "slow"))
    }
    _ = try fixture.conversation("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    #expect(try #require(fixture.log.first).milliseconds >= 20)
  }

  @Test("refusals are worded as the owner likes")
  func wording() throws {
    let fixture = try ServerFixture()
    fixture.server.refusalResponse = { .text($0.status, "{\"error\":\"\($0.reason)\"}") }
    #expect(try fixture.conversation("?").hasSuffix("{\"error\":\"this is not HTTP\"}"))
  }
}
