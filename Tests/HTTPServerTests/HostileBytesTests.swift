import HTTPServer
import LinuxIO
import Testing

@Suite("Hostile bytes")
struct HostileBytesTests {
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
