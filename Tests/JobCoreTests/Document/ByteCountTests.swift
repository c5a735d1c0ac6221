// Numbers of bytes as people write them.

import Testing

@testable import JobCore

@Suite struct ByteCountTests {
  @Test(
    arguments: [
      ("1024", 1024), ("1k", 1024), ("64k", 65_536), ("10M", 10_485_760), ("2G", 2_147_483_648),
      ("8589934591G", 9_223_372_035_781_033_984),
    ] as [(String, Int)])
  func areDigitsAndPerhapsAUnit(text: String, bytes: Int) {
    #expect(ByteCount(text)?.bytes == bytes)
  }

  @Test(arguments: [
    "", "k", "1023", "0", "-1", "+4096", "4 k", "4K", "4kB", "1.5M", "1e6", "8589934592G",
    "99999999999999999999", "٤٠٩٦",
  ])
  func areNothingElse(text: String) {
    #expect(ByteCount(text) == nil)
  }
}
