// The items of one field of a crontab line. Stricter than cron where cron is lenient and runs at
// times that nobody wrote: 5/10 is 5 for some versions and 5-59/10 for others.

/// Reads one field; the cursor stands behind it afterwards.
struct CrontabFieldReader {
  private var scanner: ByteScanner
  private let field: CrontabField

  /// A reader whose cursor is on the field's first byte.
  init(_ scanner: ByteScanner, _ field: CrontabField) {
    self.scanner = scanner
    self.field = field
  }

  /// The field's values, and the cursor behind them.
  mutating func read() throws(CronError) -> (CrontabValues, ByteScanner) {
    let beginsWithStar = scanner.next == UInt8(ascii: "*")
    var items: [CrontabValues.Item] = []
    repeat { items.append(try item()) } while scanner.take(UInt8(ascii: ","))
    if let next = scanner.next, !next.isSpaceOrTab { throw leftover() }
    return (
      CrontabValues(field: field, beginsWithStar: beginsWithStar, items: items), scanner
    )
  }

  private mutating func item() throws(CronError) -> CrontabValues.Item {
    let start = scanner.position
    var item: CrontabValues.Item
    if scanner.take(UInt8(ascii: "*")) {
      item = .init(first: field.range.lowerBound, last: field.range.upperBound, step: 1)
    } else {
      let first = try value()
      item = .init(first: first, last: first, step: 1)
      if scanner.take(UInt8(ascii: "-")) {
        item.last = try value()
        guard item.first <= item.last else { throw downward(item, at: start) }
      } else if scanner.next == UInt8(ascii: "/") {
        throw error(
          at: start, "a step goes with * or with a range",
          remedy: "write \(written(from: start))-\(field.range.upperBound)/...")
      }
    }
    if scanner.take(UInt8(ascii: "/")) { item.step = try step() }
    return item
  }

  private mutating func step() throws(CronError) -> Int {
    let start = scanner.position
    guard let (step, overflowed) = scanner.number() else {
      throw error(at: start, "a step is missing after /; expected a number of 1 or more")
    }
    guard step > 0 || overflowed else { throw error(at: start, "a step must be 1 or more") }
    // Sums with it must not overflow, and no field is as long.
    return overflowed ? 1_000 : Int(min(step, 1_000))
  }

  /// A number or a name in the field's range.
  private mutating func value() throws(CronError) -> Int {
    let start = scanner.position
    if let (number, overflowed) = scanner.number() {
      guard !overflowed, let value = Int(exactly: number), field.range ~= value else {
        throw error(
          at: start, "\(written(from: start)) is out of range; expected \(field.expected)",
          remedy: remedy(outOfRange: number))
      }
      return value
    }
    let word = word()
    if word.isEmpty { throw unexpected(at: start) }
    if let index = field.names.firstIndex(where: { $0.prefix(3) == word }) {
      return index + field.range.lowerBound
    }
    throw unknown(word, at: start)
  }

  /// The letters from the cursor on, in upper case.
  private mutating func word() -> String {
    let start = scanner.position
    while let next = scanner.next, 0x41...0x5a ~= next & 0xdf { scanner.advance() }
    return written(from: start).uppercased()
  }

  private func written(from start: Int) -> String {
    String(decoding: scanner.bytes[start..<scanner.position], as: UTF8.self)
  }
}

extension CrontabFieldReader {
  private func error(at offset: Int, _ reason: String, remedy: String? = nil) -> CronError {
    CronError(
      field: field.name, column: scanner.column(ofByte: offset), reason: reason, remedy: remedy)
  }

  private func remedy(outOfRange number: Int64) -> String? {
    switch (field, number) {
    case (.minute, 60): "write 0"
    case (.hour, 24): "write 0 for midnight"
    default: nil
    }
  }

  /// A range whose end lies before its start.
  private func downward(_ item: CrontabValues.Item, at start: Int) -> CronError {
    let low = field.range.lowerBound
    let remedy: String =
      if field == .dayOfWeek, item.last == 0 {
        "write \(item.first)-7: 7 is Sunday too"
      } else {
        "write \(item.first)-\(field.range.upperBound - (field == .dayOfWeek ? 1 : 0)),"
          + "\(low)-\(item.last)"
      }
    return error(at: start, "a range goes upward", remedy: remedy)
  }

  private func unknown(_ word: String, at start: Int) -> CronError {
    let remedy: String? =
      if let name = field.names.first(where: { word.utf8.count > 3 && $0.hasPrefix(word) }) {
        "names have three letters: write \(name.prefix(3))"
      } else if let other = [CrontabField.month, .dayOfWeek].first(where: { other in
        other != field && other.names.contains { $0.prefix(3) == word }
      }) {
        "\(word) belongs in the \(other.name) field"
      } else if field == .minute {
        "a line is five fields and a command, or NAME = value"
      } else {
        nil
      }
    return error(
      at: start, "\"\(printable(word))\" has no meaning here; expected \(field.expected)",
      remedy: remedy)
  }

  /// Something else where a value must begin.
  private func unexpected(at start: Int) -> CronError {
    switch scanner.next {
    case nil: return error(at: start, "the line ends here; expected \(field.expected)")
    case UInt8(ascii: "~"): return random(at: start)
    case let next? where next.isSpaceOrTab || next == UInt8(ascii: ","):
      return error(at: start, "an item is missing; expected \(field.expected)")
    default:
      return error(at: start, "unexpected '\(character)'; expected \(field.expected)")
    }
  }

  /// Something after an item that is complete.
  private func leftover() -> CronError {
    if scanner.next == UInt8(ascii: "~") { return random(at: scanner.position) }
    return error(
      at: scanner.position,
      "unexpected '\(character)' after a complete item; expected a comma or a blank")
  }

  private func random(at offset: Int) -> CronError {
    error(
      at: offset, "~ lets cron choose a number when it starts",
      remedy: "choose one, or write RANDOM_DELAY = minutes above the line")
  }

  /// The whole character at the cursor, which may be longer than a byte.
  private var character: String {
    let rest = String(decoding: scanner.bytes[scanner.position...], as: UTF8.self)
    return rest.first.map { printable(String($0)) } ?? ""
  }
}
