import HTTPServer
import LinuxIO
import Testing

@Suite("Streamed bodies")
struct BodyStreamTests {
  /// A server that answers everything with one stream.
  private func fixture(_ stream: BodyStream) throws -> ServerFixture {
    try ServerFixture { _, responder in responder.answer(Response(.ok, stream: stream)) }
  }

  @Test("pieces come as chunks when the source is woken, and the connection goes on")
  func events() throws {
    var pieces: [BodyStream.Piece] = [.pending]
    let stream = BodyStream { _ in pieces.isEmpty ? .pending : pieces.removeFirst() }
    let fixture = try fixture(stream)
    let client = try fixture.client(simple)
    #expect(try fixture.turn { try !client.poll() && client.text.hasSuffix("\r\n\r\n") })
    #expect(client.text.contains("Transfer-Encoding: chunked"))
    pieces = [.bytes(Array("hello".utf8))]
    stream.wake()
    #expect(try fixture.turn { try !client.poll() && client.text.hasSuffix("5\r\nhello\r\n") })
    pieces = [.end]
    stream.wake()
    #expect(try fixture.turn { try !client.poll() && client.text.hasSuffix("\r\n0\r\n\r\n") })
    #expect(fixture.log.map(\.bodyBytes) == [5])
  }

  @Test("a long body waits for a slow client and arrives whole")
  func backPressure() throws {
    let size = 5_000_000
    var pulled = 0
    let stream = BodyStream(length: size) { limit in
      pulled += limit
      return .bytes([UInt8](repeating: 0x78, count: limit))
    }
    let fixture = try fixture(stream)
    let client = try fixture.client(last)
    for _ in 0..<20 { try fixture.loop.turn(timeout: 1) }
    #expect(pulled < 1_000_000)
    #expect(try fixture.turn { try client.poll() })
    #expect(client.received.count { $0 == 0x78 } == size)
    #expect(client.text.contains("Content-Length: \(size)\r\n"))
  }

  @Test("HTTP/1.0 gets it without chunks and ended by the connection")
  func oldVersion() throws {
    var pieces: [BodyStream.Piece] = [.bytes([0x61]), .end]
    let fixture = try fixture(BodyStream { _ in pieces.removeFirst() })
    let text = try fixture.conversation("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    #expect(text.hasSuffix("Connection: close\r\n\r\na") && !text.contains("chunked"))
  }

  @Test("a source that fails or miscounts cuts the connection")
  func failure() throws {
    for length in [nil, 3, 1] {
      var pieces: [BodyStream.Piece] = [.bytes([0x61, 0x62]), length == nil ? .failed : .end]
      let fixture = try fixture(BodyStream(length: length) { _ in pieces.removeFirst() })
      let text = try fixture.conversation(simple)
      #expect(!text.hasSuffix("0\r\n\r\n"))
      #expect(fixture.log.map(\.isComplete) == [false])
    }
  }

  @Test("its source learns that it is not needed any more")
  func close() throws {
    var closed = 0
    var stream = BodyStream { _ in .pending }
    let fixture = try ServerFixture { _, responder in
      stream = BodyStream { _ in .pending }
      stream.onClose = { closed += 1 }
      responder.answer(Response(.ok, stream: stream))
    }
    _ = try fixture.conversation("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    #expect(closed == 1)
    do {
      let client = try fixture.client(simple)
      #expect(try fixture.turn { try !client.poll() && !client.received.isEmpty })
    }
    #expect(try fixture.turn { closed == 2 })
  }
}
