// What a command tells through its output and progress files.

import JobCore
import Testing

@Suite struct RunReportsTests {
  @Test(
    arguments: [
      ("", [:]), ("a=1\nb=x y\n", ["a": "1", "b": "x y"]), ("a=1\na=2", ["a": "2"]),
      ("a=b=c\n", ["a": "b=c"]), ("a=\n", ["a": ""]), ("=x\nnoise\n\n", [:]),
      ("a=é\u{0}\r\n", ["a": "é\u{0}\r"]),
    ] as [(String, JSONObject)])
  func takesLinesOfNameAndValue(text: String, outputs: JSONObject) {
    #expect(RunReports.outputs(Array(text.utf8)) == outputs)
  }

  @Test func takesBytesThatAreNoTextForWhatTheyAreWorth() {
    #expect(RunReports.outputs([0x61, 0x3D, 0xFF, 0x0A, 0xFE, 0x3D, 0x62]).count == 2)
  }

  @Test func neverCutsAValue() {
    let filler = Array("a=1\n".utf8) + Array(repeating: UInt8(ascii: "\n"), count: 65_520)
    let exact = Array("n=12345678\n".utf8)
    #expect(RunReports.outputs(filler + exact) == ["a": "1", "n": "12345678"])
    let late = Array("name=12345678\n".utf8)
    #expect(RunReports.outputs(filler + late) == ["a": "1"])
  }

  @Test func readsManyNamesInTime() {
    let many = (0..<16_000).map { "\(String($0, radix: 36))=" }.joined(separator: "\n")
    #expect(RunReports.outputs(Array(many.utf8)).count > 10_000)
  }

  @Test(
    arguments: [
      ("", nil, nil), ("\n \n", nil, nil), ("42 nearly there\n", 42, "nearly there"),
      ("10 a\n20 b\n", 20, "b"), ("10 a\n20 b", 20, "b"), ("100", 100, nil), ("0\n", 0, nil),
      ("7% done\n", 7, "done"), ("101 files\n", nil, "101 files"), ("-1 x\n", nil, "-1 x"),
      ("loading\n", nil, "loading"), ("99999999999999999999 x\n", nil, "99999999999999999999 x"),
      ("4.5 x\n", nil, "4.5 x"),
    ] as [(String, Int?, String?)])
  func takesTheLastLineAsProgress(text: String, percent: Int?, words: String?) {
    let progress = RunReports.progress(Array(text.utf8))
    #expect(progress.percent == percent && progress.text == words)
  }

  @Test func keepsALongLineShort() {
    let progress = RunReports.progress([UInt8](repeating: 0xC3, count: 100_000))
    #expect((progress.text?.unicodeScalars.count ?? 0) <= 1000)
  }
}
