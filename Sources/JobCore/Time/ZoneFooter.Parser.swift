// The grammar of POSIX TZ strings as zone files use them: `std offset [dst [offset] ,start,end]`.

extension ZoneFooter {
  /// Reads a footer.
  ///
  /// - Throws: `TimeZoneFileError` with the byte's offset in the file.
  init(_ text: ArraySlice<UInt8>) throws(TimeZoneFileError) {
    var parser = Parser(text: text)
    self = try parser.parse()
  }

  /// A cursor over a TZ string; `position` is an offset in the file.
  private struct Parser {
    let text: ArraySlice<UInt8>
    private var position: Int

    init(text: ArraySlice<UInt8>) {
      self.text = text
      position = text.startIndex
    }

    private var next: UInt8? { position < text.endIndex ? text[position] : nil }

    mutating func parse() throws(TimeZoneFileError) -> ZoneFooter {
      let standard = ZoneFile.LocalType(offset: 0, abbreviation: try name())
      var footer = ZoneFooter(standard: standard)
      footer.standard.offset = try offset()
      guard next != nil else { return footer }
      var type = ZoneFile.LocalType(
        offset: footer.standard.offset + 3_600, abbreviation: try name())
      if next != UInt8(ascii: ",") { type.offset = try offset() }
      // POSIX leaves it open what a daylight name without dates means; no zone file has one.
      try expect(",")
      let start = try yearlyTime()
      try expect(",")
      let end = try yearlyTime()
      guard next == nil else { throw error("text after the rule") }
      footer.daylight = Daylight(type: type, start: start, end: end)
      return footer
    }

    /// Letters, or anything of letters, digits and signs between angle brackets.
    private mutating func name() throws(TimeZoneFileError) -> String {
      let quoted = take("<")
      let start = position
      while let byte = next, isLetter(byte) || quoted && isQuotable(byte) { position += 1 }
      let name = String(decoding: text[start..<position], as: UTF8.self)
      guard name.utf8.count >= 3 else { throw error("expected a name of three letters or more") }
      if quoted { try expect(">") }
      return name
    }

    private func isLetter(_ byte: UInt8) -> Bool {
      let upper = byte & 0xdf
      return upper >= UInt8(ascii: "A") && upper <= UInt8(ascii: "Z")
    }

    private func isQuotable(_ byte: UInt8) -> Bool {
      asciiDigit(byte) != nil || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }

    /// Hours *west* of Greenwich in the text, seconds east in the result. At most 24:59:59 either
    /// way, with the hour of daylight saving still within `ZoneFile.offsets`.
    private mutating func offset() throws(TimeZoneFileError) -> Int {
      -(try time(maximumHours: 24))
    }

    /// `[+-]h[hh][:mm[:ss]]`
    private mutating func time(maximumHours: Int) throws(TimeZoneFileError) -> Int {
      let negative = take("-")
      if !negative { _ = take("+") }
      var seconds = try number(in: 0...maximumHours) * 3_600
      if take(":") {
        seconds += try number(in: 0...59) * 60
        if take(":") { seconds += try number(in: 0...59) }
      }
      return negative ? -seconds : seconds
    }

    private mutating func yearlyTime() throws(TimeZoneFileError) -> YearlyTime {
      let day: YearlyTime.Day
      if take("M") {
        let month = try number(in: 1...12)
        try expect(".")
        let week = try number(in: 1...5)
        try expect(".")
        day = .weekday(month: month, week: week, weekday: try number(in: 0...6))
      } else if take("J") {
        day = .julian(try number(in: 1...365))
      } else {
        day = .ordinal(try number(in: 0...365))
      }
      return YearlyTime(day: day, seconds: take("/") ? try time(maximumHours: 167) : 7_200)
    }

    private mutating func number(in range: ClosedRange<Int>) throws(TimeZoneFileError) -> Int {
      let start = position
      var value = 0
      // Three digits are enough for every number of the grammar, and cannot overflow.
      while position - start < 3, let digit = next.flatMap(asciiDigit) {
        value = value * 10 + digit
        position += 1
      }
      guard position > start, range ~= value else {
        throw TimeZoneFileError(
          byte: start, reason: "expected a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard next == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(TimeZoneFileError) {
      guard take(character) else { throw error("expected \(character)") }
    }

    private func error(_ reason: String) -> TimeZoneFileError {
      TimeZoneFileError(byte: position, reason: reason)
    }
  }
}
