// Hostile input: whatever the bytes are, reading ends with a value or an error, never with a trap.
// A failure is repeated by putting the printed seed in place of the random one.

import JobCore
import Testing

@Suite struct JSONFuzzTests {
  @Test func survivesMutatedDocuments() {
    var random = SeededGenerator(seed: .random(in: 0 ... .max))
    print("JSON fuzz seed \(random.seed)")
    for _ in 0..<20_000 {
      let bytes = mutated(seeds.randomElement(using: &random) ?? [], using: &random)
      guard let value = try? JSON(parsing: bytes) else { continue }
      let written = value.serialized()
      #expect((try? JSON(parsing: written)) == value, "seed \(random.seed)")
      #expect((try? JSON(parsing: written))?.serialized() == written, "seed \(random.seed)")
      _ = value.number?.int64
      let part = try? JSON(parsing: bytes, only: JSONSelection(["command", "b"]))
      #expect(
        part?["command"] == value["command"] && part?["b"] == value["b"], "seed \(random.seed)")
    }
  }

  @Test func splitsMutatedStreamsAlikeHoweverTheyAreCut() {
    var random = SeededGenerator(seed: .random(in: 0 ... .max))
    print("JSON stream fuzz seed \(random.seed)")
    for _ in 0..<3_000 {
      let bytes = mutated(seeds.randomElement(using: &random) ?? [], using: &random)
      let whole = elements(of: bytes) { _ in bytes.count }
      let pieces = elements(of: bytes) { .random(in: 1...max(1, $0), using: &random) }
      let single = elements(of: bytes) { _ in 1 }
      #expect(whole == pieces, "seed \(random.seed)")
      #expect(whole == single, "seed \(random.seed)")
    }
  }

  private func elements(
    of bytes: [UInt8], pieceSize: (Int) -> Int
  ) -> [JSONDocumentStream.Element] {
    var stream = JSONDocumentStream(limits: JSONLimits(depth: 4, bytes: 40))
    var found: [JSONDocumentStream.Element] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let size = pieceSize(rest.count)
      stream.append(rest.prefix(size))
      rest = rest.dropFirst(size)
      while let element = stream.next(endOfInput: false) { found.append(element) }
    }
    while let element = stream.next(endOfInput: true) { found.append(element) }
    return found
  }

  /// Changes, removes, repeats and inserts some bytes, mostly such as mean something.
  private func mutated(_ bytes: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
    let telling =
      Array("{}[]\",:\\u0dDe+-.1\n\r \t/truefalsn".utf8) + [0xEF, 0xBB, 0xBF, 0xE2, 0x80]
    var bytes = bytes
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      let index = Int.random(in: 0...bytes.count, using: &random)
      let any = UInt8.random(in: 0...255, using: &random)
      let isAny = Int.random(in: 0..<8, using: &random) == 0
      let byte = isAny ? any : telling.randomElement(using: &random) ?? any
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.insert(byte, at: index)
      case 1: if index < bytes.count { bytes[index] = byte }
      case 2: if index < bytes.count { bytes.remove(at: index) }
      case 3: bytes.insert(contentsOf: bytes[index...].prefix(9), at: index)
      default: bytes.removeLast(min(bytes.count, Int.random(in: 0...3, using: &random)))
      }
    }
    return bytes
  }

  private let seeds = [
    #"{"command":["a","é\n\u00e9\ud83d\ude00"],"n":-1.5e+3,"b":[true,false,null,{}]}"#,
    "{\"a\":1}\n{\"b\":[{}]}\r\n\n{\"c\":\"x\"}\n",
    "{\n  \"a\": [\n    {\"b\": 1}\n  ]\n}\n{\n  \"c\": 2\n}\n",
    "[{\"a\":1},\n {\"b\":\"é\"}, {}]\n", "[[[[[]]]]]", "0.5e-7", "\"“\"",
  ].map { Array($0.utf8) }
}

/// SplitMix64: small, and the same sequence for the same seed everywhere.
private struct SeededGenerator: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
