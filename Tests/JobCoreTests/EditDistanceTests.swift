// Which word a mistyped one is taken for.

import Testing

@testable import JobCore

@Suite struct EditDistanceTests {
  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "abd", 1),
    ("abc", "ab", 1), ("abc", "xabc", 1), ("abc", "acb", 1), ("kitten", "sitting", 3),
    ("ca", "abc", 3),
  ])
  func countsSlips(left: String, right: String, distance: Int) {
    #expect(editDistance(Array(left), Array(right)) == distance)
    #expect(editDistance(Array(right), Array(left)) == distance)
  }

  @Test(
    arguments: [
      ("endDat", "endDate"), ("enddate", "endDate"), ("end_date", "endDate"),
      ("edn", "end"), ("retrys", "retry"), ("staus", "status"), ("desc", "description"),
      ("zone", nil), ("x", nil), ("", nil), ("re", nil), ("ret", nil), ("commandd", "command"),
    ] as [(String, String?)])
  func findsWhatWasMeant(word: String, meant: String?) {
    let words = [
      "command", "endDate", "end", "retry", "retryDelay", "status", "description", "startDate",
    ]
    #expect(nearest(word, in: words) == meant)
  }

  @Test func takesNoTimeForEndlessWords() {
    #expect(nearest(String(repeating: "x", count: 1 << 20), in: ["xx"]) == nil)
  }
}
