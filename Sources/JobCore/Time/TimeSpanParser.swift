// The grammar of lengths of time. Strict on purpose: a length that is read differently from what
// its author meant is a time limit that kills the wrong job.

/// Reads one length of time.
struct TimeSpanParser {
  private var scanner: ByteScanner
  private var total: Int64 = 0
  /// Size of the last unit read: the next must be smaller, so that `30m2h` and `5m5m` are refused.
  private var lastUnit = Int64.max

  init(_ text: String) {
    scanner = ByteScanner(text)
  }

  mutating func parse() throws(TimeSpanError) -> TimeSpan {
    guard let first = scanner.next else {
      throw error("a length of time is missing; expected one like 90s, 2h30m or PT5M")
    }
    if first == UInt8(ascii: "-") { throw error("a length of time cannot be negative") }
    if first == UInt8(ascii: "P") { return try parseISO() }
    return try parseUnits()
  }

  private mutating func parseUnits() throws(TimeSpanError) -> TimeSpan {
    while !scanner.isAtEnd {
      let start = scanner.position
      let count = try number()
      if scanner.isAtEnd {
        guard start == 0 else { throw error("a unit is missing; expected w, d, h, m, s or ms") }
        try add(count, .second, from: start)
        break
      }
      try add(count, try unit(), from: start)
    }
    return TimeSpan(milliseconds: total)
  }

  private mutating func unit() throws(TimeSpanError) -> TimeSpanUnit {
    if scanner.take(UInt8(ascii: "w")) { return .week }
    if scanner.take(UInt8(ascii: "d")) { return .day }
    if scanner.take(UInt8(ascii: "h")) { return .hour }
    if scanner.take(UInt8(ascii: "s")) { return .second }
    if scanner.take(UInt8(ascii: "m")) {
      return scanner.take(UInt8(ascii: "s")) ? .millisecond : .minute
    }
    if scanner.next == UInt8(ascii: ".") {
      throw error("only whole numbers; write 1500ms for one and a half seconds")
    }
    throw error("unknown unit; expected w, d, h, m, s or ms")
  }

  /// ISO 8601 durations, without the units whose length depends on the calendar. Weeks stand
  /// alone (ISO 8601-1, 5.5.2.4).
  private mutating func parseISO() throws(TimeSpanError) -> TimeSpan {
    scanner.advance()
    var inTime = false
    var parts = 0
    var needsPart = true
    while !scanner.isAtEnd {
      if !inTime, scanner.take(UInt8(ascii: "T")) {
        inTime = true
        needsPart = true
        continue
      }
      let start = scanner.position
      let count = try number()
      let column = scanner.position
      let unit = try isoUnit(inTime: inTime)
      if unit.milliseconds == TimeSpanUnit.week.milliseconds, parts > 0 || !scanner.isAtEnd {
        throw error("weeks stand alone, as in P2W", at: column)
      }
      try add(count, unit, from: start)
      parts += 1
      needsPart = false
    }
    if needsPart { throw error("expected a number and a unit, as in PT5M or P1DT2H") }
    return TimeSpan(milliseconds: total)
  }

  private mutating func isoUnit(inTime: Bool) throws(TimeSpanError) -> TimeSpanUnit {
    if inTime {
      if scanner.take(UInt8(ascii: "H")) { return .hour }
      if scanner.take(UInt8(ascii: "M")) { return .minute }
      if scanner.take(UInt8(ascii: "S")) { return .second }
      if scanner.next == UInt8(ascii: ".") || scanner.next == UInt8(ascii: ",") {
        throw error("only whole numbers; write 1500ms for one and a half seconds")
      }
      throw error("unknown unit; expected H, M or S after T")
    }
    if scanner.take(UInt8(ascii: "D")) { return .day }
    if scanner.take(UInt8(ascii: "W")) { return .week }
    if scanner.next == UInt8(ascii: "Y") || scanner.next == UInt8(ascii: "M") {
      throw error("years and months have no fixed length; write days, or minutes after T")
    }
    throw error("unknown unit; expected D or W, or T before hours, minutes and seconds")
  }

  private mutating func number() throws(TimeSpanError) -> Int64 {
    let start = scanner.position
    guard let number = scanner.number() else { throw error("expected a number") }
    if number.overflowed { throw error("the number is too large", at: start) }
    return number.value
  }

  private mutating func add(
    _ count: Int64, _ unit: TimeSpanUnit, from start: Int
  ) throws(TimeSpanError) {
    guard unit.milliseconds < lastUnit else {
      throw error("units go from large to small, each at most once", at: start)
    }
    lastUnit = unit.milliseconds
    let (length, tooLong) = count.multipliedReportingOverflow(by: unit.milliseconds)
    let (sum, overflow) = total.addingReportingOverflow(length)
    if tooLong || overflow { throw error("the length is too large", at: start) }
    total = sum
  }

  private func error(_ reason: String, at offset: Int? = nil) -> TimeSpanError {
    TimeSpanError(
      column: offset.map { scanner.column(ofByte: $0) } ?? scanner.column, reason: reason)
  }
}
