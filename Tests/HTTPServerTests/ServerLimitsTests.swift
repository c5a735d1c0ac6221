import HTTPServer
import LinuxIO
import Testing

@Suite("Limits of the server")
struct ServerLimitsTests {
  private func limits(_ set: (inout ServerLimits) -> Void) -> ServerLimits {
    var limits = ServerLimits()
    limits.lingerTime = 100
    set(&limits)
    return limits
  }

  @Test("headers that take too long are refused with 408, however steadily they drip")
  func headTime() throws {
    let fixture = try ServerFixture(limits { $0.headTime = 60 })
    let client = try fixture.client("GET / HTTP/1.1\r\nA:")
    #expect(
      try fixture.turn {
        if client.received.isEmpty { _ = try? client.send("x") }
        return try client.poll()
      })
    #expect(client.text.hasPrefix("HTTP/1.1 408 "))
  }

  @Test("each of two pipelined requests has its own time")
  func timeOfTheNext() throws {
    let fixture = try ServerFixture(limits { $0.headTime = 1000 })
    let client = try fixture.client("GET /a HT")
    for rest in ["TP/1.1\r\nHost: h\r\n\r\nGET /z", " HTTP/1.1\r\nHost: h\r\n\r\n"] {
      let next = Clock.boot.milliseconds + 600
      #expect(try fixture.turn { Clock.boot.milliseconds > next })
      try client.send(rest)
    }
    #expect(try fixture.turn { try !client.poll() && client.answerCount == 2 })
    #expect(client.text.hasSuffix("GET /z "))
  }

  @Test("a client that takes a long answer slowly gets all of it")
  func slowReader() throws {
    let size = 12_000_000
    let fixture = try ServerFixture(limits { $0.sendTime = 300 }) { _, responder in
      responder.answer(Response(.ok, body: [UInt8](repeating: 0, count: size)))
    }
    let client = try fixture.client(last)
    var next = Clock.boot.milliseconds
    #expect(
      try fixture.turn {
        if Clock.boot.milliseconds < next { return false }
        next += 15
        return try client.poll()
      })
    #expect(client.received.count > size && !client.wasReset)
  }

  @Test("a body that takes too long is refused with 408")
  func bodyTime() throws {
    let fixture = try ServerFixture(limits { $0.bodyTime = 40 })
    let text = try fixture.conversation(post("Content-Length: 9\r\n\r\nabc"))
    #expect(text.hasPrefix("HTTP/1.1 408 "))
  }

  @Test("idle connections end silently, before and after a request")
  func idleTime() throws {
    let fixture = try ServerFixture(limits { $0.idleTime = 40 })
    #expect(try fixture.conversation("") == "")
    #expect(try fixture.conversation(simple).hasSuffix("GET /a "))
  }

  @Test("a client that takes nothing of a long answer is given up")
  func sendTime() throws {
    let fixture = try ServerFixture(limits { $0.sendTime = 40 }) { _, responder in
      responder.answer(Response(.ok, body: [UInt8](repeating: 0, count: 4_000_000)))
    }
    let client = try fixture.client(simple)
    #expect(try fixture.turn { fixture.log.count == 1 })
    #expect(try fixture.turn { fixture.server.connectionCount == 0 })
    #expect(try client.poll() && client.received.count < 4_000_000)
  }

  @Test("a client that neither reads nor leaves is not waited for")
  func lingerTime() throws {
    let fixture = try ServerFixture(limits { $0.lingerTime = 30 })
    let client = try fixture.client(last)
    #expect(try fixture.turn { fixture.log.count == 1 })
    #expect(try fixture.turn { fixture.server.connectionCount == 0 })
    #expect(try client.poll())
  }

  @Test("connections beyond the limit are told 503, until one ends")
  func connections() throws {
    let fixture = try ServerFixture(limits { $0.connections = 3 })
    var clients: [TestClient] = []
    for _ in 0..<3 { clients.append(try fixture.client()) }
    #expect(try fixture.turn { fixture.server.connectionCount == 3 })
    #expect(try fixture.conversation(simple).hasPrefix("HTTP/1.1 503 "))
    clients.removeLast()
    #expect(try fixture.turn { fixture.server.connectionCount == 2 })
    #expect(try fixture.conversation(last).hasPrefix("HTTP/1.1 200 "))
  }

  @Test("a flood beyond the limit waits in the kernel's queue and is told 503 by and by")
  func flood() throws {
    let fixture = try ServerFixture(
      limits {
        $0.connections = 1
        $0.refusedConnections = 2
      })
    let first = try fixture.client()
    #expect(try fixture.turn { fixture.server.connectionCount == 1 })
    let others = try (0..<20).map { _ in try fixture.client(simple) }
    var most = 0
    #expect(
      try fixture.turn {
        most = max(most, fixture.server.connectionCount)
        return try others.allSatisfy { try $0.poll() }
      })
    #expect(most == 3)
    #expect(others.allSatisfy { $0.text.hasPrefix("HTTP/1.1 503 ") })
    try first.send(last)
    #expect(try fixture.turn { try first.poll() })
    #expect(first.text.hasPrefix("HTTP/1.1 200 "))
  }

  @Test("connections of one address beyond its limit are told 503")
  func perAddress() throws {
    let fixture = try ServerFixture(
      limits { $0.connectionsPerAddress = 2 }, on: SocketAddress(host: "127.0.0.1", port: 0))
    let clients = [try fixture.client(), try fixture.client()]
    #expect(try fixture.turn { fixture.server.connectionCount == 2 })
    #expect(try fixture.conversation(simple).hasPrefix("HTTP/1.1 503 "))
    for client in clients {
      try client.send(last)
      #expect(try fixture.turn { try client.poll() })
      #expect(client.text.hasPrefix("HTTP/1.1 200 "))
    }
  }

  @Test("a flood from one address keeps nobody else out")
  func floodFromOneAddress() throws {
    let fixture = try ServerFixture(
      limits {
        $0.connectionsPerAddress = 1
        $0.refusedConnections = 1
        $0.lingerTime = 60_000
      }, on: SocketAddress(host: "127.0.0.1", port: 0))
    let first = try fixture.client()
    #expect(try fixture.turn { fixture.server.connectionCount == 1 })
    let told = try fixture.client()
    #expect(try fixture.turn { try told.poll() })
    #expect(try fixture.conversation("") == "")
    let other = try #require(SocketAddress(host: "::1", port: 0))
    let client = try TestClient(fixture.server.listen(on: other))
    try client.send(last)
    #expect(try fixture.turn { try client.poll() })
    #expect(client.text.hasPrefix("HTTP/1.1 200 ") && told.text.hasPrefix("HTTP/1.1 503 "))
    #expect(try !first.poll())
  }

  @Test("requests are not taken in faster than they are answered", arguments: [false, true])
  func pipelineBound(readsAnswers: Bool) throws {
    let fixture = try ServerFixture()
    let client = try fixture.client()
    let many = String(repeating: simple, count: 1000)
    var sent = 0
    // Buffers on both sides fill, then it is the client that waits.
    for _ in 0..<150 {
      sent += try client.send(many)
      try fixture.loop.turn(timeout: 0)
      if readsAnswers { _ = try client.poll() }
    }
    #expect(sent < 1_500_000)
    #expect(fixture.log.count > 100)
  }

  @Test("a slow client leaves others unharmed")
  func slowClient() throws {
    let fixture = try ServerFixture()
    let slow = try fixture.client()
    for byte in last {
      try slow.send(String(byte))
      #expect(try fixture.answers(simple).hasSuffix("GET /a "))
    }
    #expect(try fixture.turn { try slow.poll() })
    #expect(slow.text.hasSuffix("GET /z "))
  }

  @Test("a thousand idle connections cost the next client nothing")
  func thousandIdle() throws {
    _ = CurrentProcess.raiseDescriptorLimit()
    let fixture = try ServerFixture(limits { $0.connections = 1100 })
    var idle: [TestClient] = []
    for _ in 0..<1000 {
      idle.append(try fixture.client())
      if idle.count % 50 == 0 { try fixture.loop.turn(timeout: 0) }
    }
    #expect(try fixture.turn { fixture.server.connectionCount == 1000 })
    let begun = Clock.boot.milliseconds
    for _ in 0..<50 { #expect(try fixture.answers(simple).hasSuffix("GET /a ")) }
    #expect(Clock.boot.milliseconds - begun < 2000)
    for client in [idle[0], idle[999]] {
      try client.send(last)
      #expect(try fixture.turn { try client.poll() })
      #expect(client.text.hasSuffix("GET /z "))
    }
  }
}
