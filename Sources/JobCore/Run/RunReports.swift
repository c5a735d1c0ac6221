// What a command tells of itself through files: outputs and progress.

/// Reading the output file and the progress file of a run.
public enum RunReports {
  /// All outputs together, in bytes.
  public static let outputLimit = 64 << 10

  /// `name=value` lines; the last of a name counts. Lines without a name are passed over, and
  /// so is every line that is not wholly within the limit: half a value would be a wrong one.
  public static func outputs(_ bytes: [UInt8]) -> JSONObject {
    let newline = UInt8(ascii: "\n")
    var text = bytes[...]
    if bytes.count > outputLimit {
      text = bytes.prefix(outputLimit + 1)
      text = text[..<(text.lastIndex(of: newline) ?? 0)]
    }
    // Names by their bytes: JSONObject looks through all of them for each, and thousands fit.
    var places: [[UInt8]: Int] = [:]
    var found: [(name: String, value: String)] = []
    for line in text.split(separator: newline) {
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")), equals > line.startIndex else {
        continue
      }
      let name = String(decoding: line[..<equals], as: UTF8.self)
      let value = String(decoding: line[(equals + 1)...], as: UTF8.self)
      let place = places[Array(name.utf8), default: found.count]
      if place == found.count {
        places[Array(name.utf8)] = place
        found.append((name, value))
      } else {
        found[place].value = value
      }
    }
    var outputs = JSONObject()
    for (name, value) in found { outputs.append(.string(value), forNewKey: name) }
    return outputs
  }

  /// The last line of a progress file, `42 text`: percent from 0 to 100 and words,
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
