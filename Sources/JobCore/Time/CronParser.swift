// The shape of an expression: how many fields, which of the two day fields is `?`. What stands
// inside a field is CronFieldParser's. Works on bytes; characters are counted only for errors.

/// Parses one expression.
struct CronParser {
  private let bytes: [UInt8]
  private var ranges: [Range<Int>] = []

  static let shape = "second minute hour day-of-month month day-of-week [year]"

  init(_ text: String) {
    bytes = Array(text.utf8)
    split()
  }

  /// Finds the fields, separated by any number of spaces and tabs.
  private mutating func split() {
    ranges.reserveCapacity(8)
    var start: Int?
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
        if let begin = start { ranges.append(begin..<index) }
        start = nil
      } else if start == nil {
        start = index
      }
    }
    if let begin = start { ranges.append(begin..<bytes.count) }
  }

  mutating func parse() throws(CronError) -> CronFields {
    guard ranges.count == 6 || ranges.count == 7 else { throw wrongCount() }
    var fields = CronFields()
    if ranges.count == 6 { fields.years = .all }
    for (field, range) in zip(CronField.allCases, ranges) {
      if isQuestionMark(range), field == .dayOfMonth || field == .dayOfWeek { continue }
      var parser = CronFieldParser(bytes, range, field)
      try parser.parse(into: &fields)
    }
    let day = ranges[CronField.dayOfMonth.rawValue]
    let weekday = ranges[CronField.dayOfWeek.rawValue]
    guard isQuestionMark(day) != isQuestionMark(weekday) else { throw dayFields(day, weekday) }
    return fields
  }

  private func isQuestionMark(_ range: Range<Int>) -> Bool {
    range.count == 1 && bytes[range.lowerBound] == UInt8(ascii: "?")
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  private func column(of offset: Int) -> Int {
    String(decoding: bytes[..<offset], as: UTF8.self).count + 1
  }

  private func wrongCount() -> CronError {
    let count = ranges.count
    let found = count == 0 ? "no fields" : count == 1 ? "1 field" : "\(count) fields"
    let reason = "\(found); expected 6 or 7: \(Self.shape)"
    if count > 7 {
      return CronError(field: nil, column: column(of: ranges[7].lowerBound), reason: reason)
    }
    let texts = ranges.map(text)
    if count == 1, let macro = UnixCron.expression(forMacro: texts[0]) {
      return CronError(
        field: nil, column: column(of: ranges[0].lowerBound), reason: reason,
        remedy: "write \(macro)")
    }
    if count == 5, !texts.contains("?") {
      let converted = UnixCron.expression(for: texts).map { ": \($0)" } ?? ""
      return CronError(
        field: nil, column: column(of: ranges[0].lowerBound), reason: reason,
        remedy: "looks like a Unix cron line; put seconds first\(converted)")
    }
    let end = ranges.last?.upperBound ?? 0
    return CronError(field: nil, column: column(of: end), reason: reason)
  }

  /// Both day fields are `?`, or neither.
  private func dayFields(_ day: Range<Int>, _ weekday: Range<Int>) -> CronError {
    if isQuestionMark(day) {
      return CronError(
        field: CronField.dayOfWeek.name, column: column(of: weekday.lowerBound),
        reason: "both day fields are ?",
        remedy: "put * in one of them: \(replacing(.dayOfMonth, "*"))"
      )
    }
    let dayIsFree = text(day) == "*" && text(weekday) != "*"
    let free: CronField = dayIsFree ? .dayOfMonth : .dayOfWeek
    let isFree = dayIsFree || text(weekday) == "*"
    return CronError(
      field: free.name, column: column(of: (dayIsFree ? day : weekday).lowerBound),
      reason: "neither day field is ?, and a day cannot be asked for in both",
      remedy: isFree
        ? "put ? in one of them: \(replacing(free, "?"))"
        : "put ? in one of them, or write two expressions")
  }

  /// The expression with one field replaced.
  private func replacing(_ field: CronField, _ replacement: String) -> String {
    var texts = ranges.map(text)
    texts[field.rawValue] = replacement
    return texts.joined(separator: " ")
  }
}
