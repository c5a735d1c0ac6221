// The digest against the vectors that its authors publish, and what tokens are good for.

import JobCore
import Testing

@Suite struct KeyedDigestTests {
  private let digest = KeyedDigest(key: Array(0..<16))

  /// From the reference implementation's vectors for 128 bits; the message is 0, 1, 2, ...
  @Test(arguments: [
    (0, "a3817f04ba25a8e66df67214c7550293"), (1, "da87c1d86b99af44347659119b22fc45"),
    (2, "8177228da4a45dc7fca38bdef60affe4"),
  ]) func agreesWithTheReference(length: Int, expected: String) {
    let bytes = digest.digest(of: (0..<length).map(UInt8.init))
    #expect(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == expected)
  }

  @Test func longMessagesAreWhollyRead() {
    let zeros = [UInt8](repeating: 0, count: 100)
    let digests = (0..<100).map { place in
      var message = zeros
      message[place] = 1
      return digest.digest(of: message)
    }
    #expect(Set(digests).count == 100)
  }

  @Test func tokensTellListsApartThatReadTheSame() {
    #expect(digest.token("ab", "c") != digest.token("a", "bc"))
    #expect(digest.token("a") != KeyedDigest(key: Array(1..<17)).token("a"))
    #expect(digest.token("a").utf8.count == 32)
  }

  @Test func tokensAreComparedAsAWhole() {
    #expect(KeyedDigest.isEqual("0a", "0a"))
    #expect(!KeyedDigest.isEqual("0a", "0b"))
    #expect(!KeyedDigest.isEqual("0a", "0a0"))
    #expect(!KeyedDigest.isEqual("", "0"))
  }
}
