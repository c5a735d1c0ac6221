// The text format 0.0.4 of Prometheus: families with help and type, one line a sample.

/// Metrics, as they are read by whoever collects them.
public struct MetricsText: Sendable {
  /// The media type of the text.
  public static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  /// Names of labels and their values, in the order they are written.
  public typealias Labels = KeyValuePairs<String, String>

  /// One number of a family.
  public struct Sample: Sendable {
    let labels: Labels
    let value: String

    /// A number of things.
    public init(_ value: Int, _ labels: Labels = [:]) {
      self.labels = labels
      self.value = String(value)
    }

    /// An instant, in seconds since 1970.
    public init(_ instant: Instant, _ labels: Labels = [:]) {
      self.labels = labels
      let milliseconds = max(instant.milliseconds, 0)
      value = MetricsText.seconds(microseconds: milliseconds.multipliedSaturated(by: 1000))
    }
  }

  /// The families so far.
  public private(set) var text = ""

  /// No metrics.
  public init() {}

  /// Adds a family of numbers that only ever grow; by convention its name ends in `_total`.
  public mutating func counter(_ name: String, _ help: String, _ samples: [Sample]) {
    family(name, "counter", help, samples)
  }

  /// Adds a family of numbers that come and go.
  public mutating func gauge(_ name: String, _ help: String, _ samples: [Sample]) {
    family(name, "gauge", help, samples)
  }

  /// Adds a family of histograms, in seconds; by convention its name ends in `_seconds`.
  public mutating func histogram(
    _ name: String, _ help: String, _ series: [(histogram: Histogram, labels: Labels)]
  ) {
    head(name, "histogram", help)
    for (histogram, labels) in series {
      let labels = Array(labels)
      var count = 0
      for (index, held) in histogram.counts.enumerated() {
        count += held
        let bounds = histogram.bounds
        let bound = index < bounds.count ? MetricsText.seconds(microseconds: bounds[index]) : "+Inf"
        line("\(name)_bucket", labels + [(key: "le", value: bound)], String(count))
      }
      line("\(name)_sum", labels, MetricsText.seconds(microseconds: histogram.sum))
      line("\(name)_count", labels, String(count))
    }
  }

  private mutating func family(
    _ name: String, _ type: String, _ help: String, _ samples: [Sample]
  ) {
    head(name, type, help)
    for sample in samples { line(name, Array(sample.labels), sample.value) }
  }

  private mutating func head(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(MetricsText.escaped(help, quotes: false))\n"
    text += "# TYPE \(name) \(type)\n"
  }

  private mutating func line(
    _ name: String, _ labels: [(key: String, value: String)], _ value: String
  ) {
    text += name
    if !labels.isEmpty {
      let pairs = labels.map { "\($0.key)=\"\(MetricsText.escaped($0.value, quotes: true))\"" }
      text += "{\(pairs.joined(separator: ","))}"
    }
    text += " \(value)\n"
  }

  /// Text on one line, as the format asks for.
  private static func escaped(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// A number of microseconds as seconds, exactly: `0.0025`, `60`.
  private static func seconds(microseconds: Int64) -> String {
    let (whole, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    if rest == 0 { return String(whole) }
    // The digit in front keeps the zeros behind the point.
    var digits = String(1_000_000 + rest).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits)"
  }
}
