// What a command tells of itself through files: outputs and progress.

/// Reading the output file and the progress file of a run.
public enum RunReports {
  /// All outputs together, in bytes.
  public static let outputLimit = 64 << 10

  /// `name=value` lines; the last of a name counts. Lines without a name are passed over,
  /// and so is what lies beyond the limit.
  public static func outputs(_ bytes: [UInt8]) -> JSONObject {
    var outputs = JSONObject()
    for line in bytes.prefix(outputLimit).split(separator: UInt8(ascii: "\n")) {
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")), equals > line.startIndex else {
        continue
      }
      let name = String(decoding: line[..<equals], as: UTF8.self)
      outputs[name] = .string(String(decoding: line[(equals + 1)...], as: UTF8.self))
    }
    return outputs
  }

  /// The last complete line of a progress file, `42 text`: percent from 0 to 100 and words,
  /// either of which may be missing.
  public static func progress(_ bytes: [UInt8]) -> (percent: Int?, text: String?) {
    guard let line = bytes.split(separator: UInt8(ascii: "\n")).last else { return (nil, nil) }
    let text = String(decoding: line.prefix(1000), as: UTF8.self)
    let words = text.split(separator: " ", maxSplits: 1)
    guard let first = words.first else { return (nil, nil) }
    let digits = first.hasSuffix("%") ? first.dropLast() : first
    guard let percent = Int(digits), (0...100).contains(percent) else { return (nil, text) }
    return (percent, words.count > 1 ? String(words[1]) : nil)
  }
}
