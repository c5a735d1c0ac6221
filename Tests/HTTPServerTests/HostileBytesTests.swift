import HTTPServer
import LinuxIO
import Testing

@Suite("Hostile bytes")
struct HostileBytesTests {
  @Test("a server that gets nothing else still serves the next client, and holds nobody")
  func hostileClients() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed of the hostile clients: \(seed)")
    var random = SeededRandom(seed)
    var limits = ServerLimits()
    limits.idleTime = 5
    limits.headTime = 5
    limits.bodyTime = 5
    limits.lingerTime = 5
    let fixture = try ServerFixture(limits)
    let originals = (refusals + smuggling).map(\.bytes)
    let end = Clock.boot.milliseconds + 1500
    while Clock.boot.milliseconds < end {
      let clients = try (0..<10).map { _ in try fixture.client() }
      for _ in 0..<5 {
        for client in clients where !client.hasEnded {
          let text = originals.randomElement(using: &random) ?? ""
          // The other end may have had enough already.
          _ = try? client.send(String(text.prefix(Int.random(in: 0...200, using: &random))))
          if Bool.random(using: &random) { client.finishSending() }
          if Bool.random(using: &random) { _ = try client.poll() }
        }
        try fixture.loop.turn(timeout: 0)
      }
    }
    #expect(try fixture.turn { fixture.server.connectionCount == 0 }, "seed \(seed)")
    #expect(try fixture.conversation(last).hasSuffix("GET /z "))
  }

  @Test("random mutations of requests never trap and never depend on how they are split")
  func mutations() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed of the mutations: \(seed)")
    var random = SeededRandom(seed)
    let originals = (refusals + smuggling).map { Array($0.bytes.utf8) }
    let pieces = [
      "\r\n", "\n", "\r", "\0", ":", " ", "chunked", "Content-Length: 1", "%", "0", ";",
    ]
    let end = Clock.boot.milliseconds + 2000
    while Clock.boot.milliseconds < end {
      var bytes =
        originals.randomElement(using: &random).map {
          $0 + (originals.randomElement(using: &random) ?? [])
        } ?? []
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2:
          bytes.insert(contentsOf: pieces.randomElement(using: &random)?.utf8 ?? "".utf8, at: place)
        default: bytes += bytes[place...].prefix(200)
        }
        if bytes.isEmpty { bytes = [0] }
      }
      let place = Int.random(in: 0...bytes.count, using: &random)
      let whole = outcomes([bytes])
      let split = outcomes([Array(bytes[..<place]), Array(bytes[place...])])
      #expect(whole == split, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
    }
  }
}
