import HTTPServer
import LinuxIO
import Testing

@Suite("Requests whose body has not come yet")
struct AdmissionTests {
  private func fixture(_ admission: @escaping Server.Handler) throws -> ServerFixture {
    let fixture = try ServerFixture()
    fixture.server.admission = admission
    return fixture
  }

  @Test("a body is let come, asked for where the client waits for that, and handed over whole")
  func proceeds() throws {
    var heads: [Request] = []
    let fixture = try fixture { request, responder in
      heads.append(request)
      responder.proceed()
    }
    let client = try fixture.client(post("Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"))
    #expect(try fixture.turn { try client.poll() || client.text.hasSuffix("\r\n\r\n") })
    #expect(client.text == "HTTP/1.1 100 Continue\r\n\r\n")
    try client.send("ab" + last)
    #expect(try fixture.turn { try client.poll() })
    #expect(client.text.contains("POST /p ab") && client.text.hasSuffix("GET /z "))
    #expect(heads.map(\.path) == [["p"]] && heads.allSatisfy { $0.body.isEmpty })
  }

  @Test("a body that came with its head is the handler's alone")
  func whole() throws {
    let fixture = try fixture { _, responder in responder.answer(.text(.forbidden, "no")) }
    #expect(try fixture.answers(post("Content-Length: 2\r\n\r\nab")).hasSuffix("POST /p ab"))
    #expect(try fixture.answers(simple).hasSuffix("GET /a "))
  }

  @Test("an answer instead of the body ends the connection, and what comes is dropped")
  func refuses() throws {
    let fixture = try fixture { _, responder in responder.answer(.text(.forbidden, "no")) }
    let client = try fixture.client(post("Transfer-Encoding: chunked\r\n\r\n2\r\n"))
    #expect(try fixture.turn { client.text.hasSuffix("no") ? true : try client.poll() })
    try client.send("ab\r\n0\r\n\r\n" + simple)
    #expect(try fixture.turn { try client.poll() })
    #expect(client.answerCount == 1 && client.text.contains("Connection: close\r\n"))
  }

  @Test("a decision may come later, and others are served meanwhile")
  func later() throws {
    var waiting: [Responder] = []
    let fixture = try fixture { _, responder in waiting.append(responder) }
    let client = try fixture.client(post("Content-Length: 2\r\n\r\na"))
    #expect(try fixture.turn { waiting.count == 1 })
    #expect(try fixture.conversation(last).hasSuffix("GET /z "))
    try client.send("b" + last)
    for _ in 0..<5 { try fixture.loop.turn(timeout: 1) }
    #expect(client.received.isEmpty)
    waiting.removeFirst().proceed()
    #expect(try fixture.turn { try client.poll() })
    #expect(client.text.contains("POST /p ab") && client.text.hasSuffix("GET /z "))
  }

  @Test("the time for the body begins when it is let come")
  func time() throws {
    var limits = ServerLimits()
    limits.bodyTime = 60
    let fixture = try ServerFixture(limits)
    fixture.server.admission = { _, responder in responder.proceed() }
    let client = try fixture.client(post("Content-Length: 2\r\n\r\na"))
    #expect(try fixture.turn { try client.poll() || !client.received.isEmpty })
    #expect(client.text.hasPrefix("HTTP/1.1 408 "))
  }

  @Test("a decision that nobody makes is a 500")
  func forgotten() throws {
    let fixture = try fixture { _, _ in }
    #expect(try fixture.answers(post("Content-Length: 2\r\n\r\n")).hasPrefix("HTTP/1.1 500 "))
  }
}
