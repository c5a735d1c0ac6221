// How often something took how long. In whole microseconds: sums stay exact however much is added,
// and what is read back is what was written.

/// Lengths of time, counted in buckets of fixed bounds.
public struct Histogram: Hashable, Sendable {
  /// For what people and jobs wait for: ten milliseconds to six hours.
  public static let waits: [Int64] = [
    10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
    10_000_000, 30_000_000, 60_000_000, 300_000_000, 900_000_000, 3_600_000_000, 21_600_000_000,
  ]
  /// For what a process does between two waits: a tenth of a millisecond to ten seconds.
  public static let work: [Int64] = [
    100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_500_000, 10_000_000,
  ]
  /// No sum grows beyond this many microseconds, which is more than a hundred thousand years.
  static let longest: Int64 = 1 << 62

  /// Upper bounds of the buckets in microseconds, rising. What is longer than the last one is
  /// counted as well.
  public let bounds: [Int64]
  /// What lies in each bucket, and in the last one what is longer than all bounds.
  public private(set) var counts: [Int]
  /// All lengths together, in microseconds.
  public private(set) var sum: Int64 = 0

  /// A histogram of nothing.
  /// - Parameter bounds: in microseconds, rising.
  public init(bounds: [Int64]) {
    self.bounds = bounds
    counts = [Int](repeating: 0, count: bounds.count + 1)
  }

  /// How many lengths it holds.
  public var count: Int { counts.reduce(0, +) }

  /// Counts a length in microseconds. A negative one, as a clock that is set may leave, is none.
  public mutating func add(microseconds: Int64) {
    let length = max(microseconds, 0)
    counts[bucket(of: length)] += 1
    sum = min(sum.addingSaturated(length), Histogram.longest)
  }

  /// Counts a length.
  public mutating func add(_ span: TimeSpan) {
    add(microseconds: span.milliseconds.multipliedSaturated(by: 1000))
  }

  private func bucket(of length: Int64) -> Int {
    bounds.firstIndex { length <= $0 } ?? bounds.count
  }
}

extension Histogram {
  /// The written form (man/jobrun-spool.7).
  var json: JSON {
    .object([
      "bounds": .array(bounds.map { .number(JSONNumber($0)) }),
      "counts": .array(counts.map { .number(JSONNumber($0)) }),
      "sum": .number(JSONNumber(sum)),
    ])
  }

  /// Reads the written form into buckets of these bounds. Another version may have had others:
  /// then what one of its buckets held goes to the first that is sure to hold all of it.
  init(bounds: [Int64], _ json: JSON, field: String) throws(RecordError) {
    let fields = try RecordFields(json, field)
    let written = try fields.integers("bounds", in: 0...Int(Histogram.longest))
    let held = try fields.integers("counts")
    guard zip(written, written.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw RecordError("\(field).bounds", "they do not rise")
    }
    guard held.count == written.count + 1 || held.isEmpty else {
      throw RecordError(
        "\(field).counts", "\(held.count) numbers for \(written.count) bounds, not one more")
    }
    self.init(bounds: bounds)
    sum = Int64(try fields.optionalInteger("sum", in: 0...Int(Histogram.longest)) ?? 0)
    for (index, count) in held.enumerated() {
      let place = index < written.count ? bucket(of: Int64(written[index])) : bounds.count
      counts[place] = min(counts[place] + count, RecordFields.counts.upperBound)
    }
  }
}
