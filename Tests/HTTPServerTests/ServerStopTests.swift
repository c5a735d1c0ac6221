import Glibc
import HTTPServer
import LinuxIO
import Testing

/// The soft limit of open descriptors.
enum DescriptorLimit {
  /// Sets it and returns the former one.
  static func set(_ count: UInt) -> UInt {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let former = limit.rlim_cur
    limit.rlim_cur = count
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return former
  }
}

@Suite("Listening and stopping")
struct ServerStopTests {
  @Test("what has begun is finished, idle connections end, and the name is gone")
  func graceful() throws {
    var waiting: [Responder] = []
    let fixture = try ServerFixture { _, responder in waiting.append(responder) }
    let idle = try fixture.client()
    let busy = try fixture.client(simple + simple)
    let half = try fixture.client("GET /half HTTP/1.1\r\n")
    #expect(try fixture.turn { waiting.count == 1 && fixture.server.connectionCount == 3 })
    try fixture.loop.turn(timeout: 0)
    fixture.server.stop(grace: 10_000)
    #expect(try fixture.turn { try idle.poll() })
    #expect(throws: SystemError.self) { try fixture.client() }
    try half.send("Host: h\r\n\r\n")
    #expect(try fixture.turn { waiting.count == 2 })
    for responder in waiting { responder.answer(.text(.ok, "done")) }
    #expect(try fixture.turn { try busy.poll() && half.poll() })
    #expect(busy.text.hasSuffix("Connection: close\r\n\r\ndone") && busy.answerCount == 1)
    #expect(half.text.hasSuffix("Connection: close\r\n\r\ndone"))
    #expect(try fixture.turn { fixture.server.isStopped })
  }

  @Test("it can be stopped by its own handler and by its own log")
  func stoppedFromWithin() throws {
    for fromLog in [false, true] {
      var server: Server?
      let fixture = try ServerFixture { request, responder in
        if !fromLog { server?.stop(grace: 5000) }
        ServerFixture.echo(request, responder)
      }
      server = fixture.server
      if fromLog { fixture.server.accessLog = { _ in server?.stop(grace: 5000) } }
      let client = try fixture.client(simple + simple)
      #expect(try fixture.turn { try client.poll() && fixture.server.isStopped })
      #expect(client.text.hasPrefix("HTTP/1.1 200 "))
      server = nil
    }
  }

  @Test("a stream that says it has no end is not waited for")
  func endless() throws {
    var closed = false
    let fixture = try ServerFixture { _, responder in
      let stream = BodyStream(isEndless: true) { _ in .pending }
      stream.onClose = { closed = true }
      responder.answer(Response(.ok, stream: stream))
    }
    let client = try fixture.client(simple)
    #expect(try fixture.turn { try client.poll() || client.text.hasSuffix("\r\n\r\n") })
    fixture.server.stop(grace: 1_000_000)
    #expect(fixture.server.isStopped && closed)
    // Cut short, so that nobody takes what has come for all of it.
    #expect(try fixture.turn { try client.poll() })
    #expect(!client.text.hasSuffix("0\r\n\r\n"))
  }

  @Test("endless streams are cut when the time of grace is over")
  func grace() throws {
    let fixture = try ServerFixture { _, responder in
      responder.answer(Response(.ok, stream: BodyStream { _ in .pending }))
    }
    let client = try fixture.client(simple)
    #expect(try fixture.turn { try !client.poll() && !client.received.isEmpty })
    fixture.server.stop(grace: 30)
    #expect(!fixture.server.isStopped)
    #expect(try fixture.turn { fixture.server.isStopped })
    #expect(try client.poll())
  }

  @Test("a listening socket handed over is adopted, another descriptor is not")
  func adopted() throws {
    let fixture = try ServerFixture()
    let listener = try Socket.listen(on: try #require(SocketAddress(host: "::1", port: 0)))
    let address = try #require(try listener.localAddress())
    #expect(try fixture.server.listen(adopting: dup(listener.descriptor.number)))
    let client = try TestClient(address)
    try client.send(last)
    #expect(try fixture.turn { try client.poll() })
    #expect(client.text.hasSuffix("GET /z "))
    #expect(try !fixture.server.listen(adopting: dup(0)))
  }

  @Test("out of descriptors, connections wait until there are some again")
  func shortage() async {
    // In a process of its own: the limit that it lowers is that of the whole process.
    await #expect(processExitsWith: .success) {
      var limits = ServerLimits()
      limits.shortageTime = 100
      let fixture = try ServerFixture(limits)
      let client = try fixture.client(last)
      let free = dup(0)
      close(free)
      let former = DescriptorLimit.set(UInt(free))
      let begun = Clock.boot.milliseconds
      var turns = 0
      while Clock.boot.milliseconds < begun + 50 {
        try fixture.loop.turn(timeout: 10)
        turns += 1
      }
      #expect(fixture.server.connectionCount == 0)
      #expect(turns < 20, "the loop spins")
      _ = DescriptorLimit.set(former)
      #expect(try fixture.turn { try client.poll() })
      #expect(client.text.hasSuffix("GET /z "))
    }
  }

  @Test("a unix socket in use is not taken over, an abandoned one is")
  func unixName() throws {
    let fixture = try ServerFixture()
    #expect(throws: SystemError.self) { _ = try Socket.listen(on: fixture.address) }
    guard case .unix(let path) = fixture.address else { return }
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test("a server that is let go leaves the loop usable")
  func letGo() throws {
    let loop = try EventLoop()
    var server: Server? = Server(loop: loop) { _ in .text(.ok, "") }
    let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
    let bound = try #require(try server?.listen(on: address))
    let client = try TestClient(bound)
    for _ in 0..<3 { try loop.turn(timeout: 5) }
    server = nil
    try loop.turn(timeout: 5)
    #expect(try client.poll())
  }
}
