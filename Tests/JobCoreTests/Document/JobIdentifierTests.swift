// Which ids are allowed, and what made ones look like.

import JobCore
import Testing

@Suite struct JobIdentifierTests {
  @Test(arguments: [
    ("a", true), ("A.b-c_9", true), ("1a", true), ("-", true), ("1.2", true), ("a.", true),
    (String(repeating: "x", count: 64), true), ("", false), (".", false), ("..", false),
    (".a", false), ("0", false), ("123456", false), (String(repeating: "x", count: 65), false),
    ("a/b", false), ("a b", false), ("é", false), ("a\n", false), ("a\0", false), ("١a", false),
  ])
  func allowsOnlySafeFileNamesThatAreNoNumbers(text: String, isValid: Bool) {
    #expect(JobIdentifier.isValid(text) == isValid)
  }

  @Test func makesUUIDsOfVersion7() throws {
    let now = try #require(Instant(rfc3339: "2022-02-22T19:22:22.000Z"))
    let random: [UInt8] = [0xFC, 0xC3, 0xD8, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F]
    // The example of RFC 9562, appendix A.6, with the same time and random bits.
    #expect(
      JobIdentifier.make(at: now, random: random) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
  }

  @Test func makesIdsThatSortByTime() {
    let random = [UInt8](repeating: 0xFF, count: 10)
    let zeros = [UInt8](repeating: 0, count: 10)
    for milliseconds in [0, 1, 255, 1_700_000_000_000, 1_900_000_000_123] as [Int64] {
      let earlier = JobIdentifier.make(at: Instant(milliseconds: milliseconds), random: random)
      let later = JobIdentifier.make(at: Instant(milliseconds: milliseconds + 1), random: zeros)
      #expect(earlier < later)
      #expect(JobIdentifier.isValid(earlier))
    }
  }

  @Test func derivesTheSameIdFromTheSameLine() {
    let ids = (0..<2000).map { JobIdentifier.derived(from: "seed", line: $0) }
    #expect(ids == (0..<2000).map { JobIdentifier.derived(from: "seed", line: $0) })
    #expect(Set(ids).count == 2000)
    #expect(
      Set(ids).isDisjoint(with: (0..<2000).map { JobIdentifier.derived(from: "s", line: $0) }))
    #expect(ids.allSatisfy { JobIdentifier.isValid($0) && $0.count == 36 })
    #expect(
      JobIdentifier.derived(from: "x1", line: 1) != JobIdentifier.derived(from: "x", line: 11))
  }
}
