// Lengths of time in their buckets, and that a histogram reads back, whatever bounds it had.

import Testing

@testable import JobCore

@Suite struct HistogramTests {
  private static let bounds: [Int64] = [1000, 5000, 1_000_000]

  private func filled(_ bounds: [Int64] = bounds, _ lengths: Int64...) -> Histogram {
    var histogram = Histogram(bounds: bounds)
    for length in lengths { histogram.add(microseconds: length) }
    return histogram
  }

  private func read(_ text: String, _ bounds: [Int64] = bounds) throws -> Histogram {
    try Histogram(bounds: bounds, JSON(parsing: Array(text.utf8)), field: "h")
  }

  @Test func aBoundBelongsToItsBucket() {
    let histogram = filled(Self.bounds, 0, 1000, 1001, 5000, 1_000_000, 1_000_001)
    #expect(histogram.counts == [2, 2, 1, 1])
    #expect(histogram.count == 6)
    #expect(histogram.sum == 2_007_002)
  }

  @Test func aClockThatWasSetBackLeavesNothingNegative() {
    var histogram = filled()
    histogram.add(TimeSpan(milliseconds: -70))
    histogram.add(TimeSpan(milliseconds: 2))
    #expect(histogram.counts == [1, 1, 0, 0])
    #expect(histogram.sum == 2000)
  }

  @Test func noLengthIsTooLongAndNoSumTooLarge() throws {
    var histogram = filled()
    for _ in 0..<3 { histogram.add(TimeSpan(milliseconds: .max)) }
    #expect(histogram.counts == [0, 0, 0, 3])
    #expect(histogram.sum == Histogram.longest)
    #expect(try Histogram(bounds: Self.bounds, histogram.json, field: "") == histogram)
  }

  @Test(arguments: [Histogram.waits, Histogram.work])
  func boundsRise(bounds: [Int64]) {
    #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func readsBackWhatWasWritten() throws {
    let histogram = filled(Self.bounds, 7, 4000, 4000, 2_000_000)
    #expect(
      String(decoding: histogram.json.serialized(), as: UTF8.self)
        == #"{"bounds":[1000,5000,1000000],"counts":[1,2,0,1],"sum":2008007}"#)
    #expect(try Histogram(bounds: Self.bounds, histogram.json, field: "") == histogram)
    #expect(try read("{}") == filled())
    #expect(try read(#"{"sum":7,"colour":"red"}"#).sum == 7)
  }

  @Test func putsWhatHadOtherBoundsWhereItSurelyFits() throws {
    let text = #"{"bounds":[500,2000,5000,9000000],"counts":[1,2,4,8,16],"sum":9}"#
    #expect(try read(text).counts == [1, 6, 0, 24])
  }

  @Test(arguments: [
    ("[]", "h: an object is expected, not an array"),
    (#"{"bounds":[2,1],"counts":[0,0,0]}"#, "h.bounds: they do not rise"),
    (#"{"bounds":[1,2],"counts":[0,0]}"#, "h.counts: 2 numbers for 2 bounds, not one more"),
    (#"{"bounds":[1],"counts":[0,-1]}"#, "h.counts[1]: a whole number from 0"),
    (#"{"bounds":["1"],"counts":[0,1]}"#, "h.bounds[0]: a whole number from 0"),
    (#"{"counts":7}"#, "h.counts: an array is expected, not a number"),
    (#"{"sum":1.5}"#, "h.sum: a whole number is expected"),
    (#"{"sum":9e18}"#, "h.sum: 9000000000000000000 is out of range"),
  ])
  func saysWhatIsWrong(text: String, message: String) {
    let error = #expect(throws: RecordError.self) { try read(text) }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }

  @Test func hostileCountsOverflowNothing() throws {
    let most = String(RecordFields.counts.upperBound)
    let bounds = (1...2000).map(String.init).joined(separator: ",")
    let counts = [String](repeating: most, count: 2001).joined(separator: ",")
    let histogram = try read(#"{"bounds":[\#(bounds)],"counts":[\#(counts)]}"#)
    #expect(histogram.counts.allSatisfy { $0 <= RecordFields.counts.upperBound })
    #expect(histogram.count > 0)
  }
}
