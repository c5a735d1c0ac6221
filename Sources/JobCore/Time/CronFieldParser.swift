// The items of one field. Everything that is not the grammar is refused where it stands: the
// reference lets much of it pass and then runs jobs at times nobody wrote.

/// Parses one field into the bit sets.
struct CronFieldParser {
  let bytes: [UInt8]
  let range: Range<Int>
  let field: CronField
  private(set) var position: Int

  init(_ bytes: [UInt8], _ range: Range<Int>, _ field: CronField) {
    self.bytes = bytes
    self.range = range
    self.field = field
    position = range.lowerBound
  }

  mutating func parse(into fields: inout CronFields) throws(CronError) {
    repeat {
      try item(into: &fields)
      if position < range.upperBound, next != UInt8(ascii: ",") { throw leftover() }
    } while take(",")
  }

  /// The byte under the cursor; 0, which is in no grammar, at the field's end.
  var next: UInt8 { position < range.upperBound ? bytes[position] : 0 }

  /// Steps over a character if it is next, whatever its case; `character` is not lower case.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    let byte = UInt8(ascii: character)
    let mask: UInt8 = byte >= 0x41 ? 0xdf : 0xff
    guard next & mask == byte else { return false }
    position += 1
    return true
  }

  private mutating func item(into fields: inout CronFields) throws(CronError) {
    let all = field.range
    let isStar = take("*")
    if isStar || next == UInt8(ascii: "/") {
      let step = next == UInt8(ascii: "/") ? try limitedStep() : 1
      if field == .year, step == 1 {
        fields.years = .all
      } else {
        insert(all.lowerBound, all.upperBound, every: step, &fields)
      }
      return
    }
    if next & 0xdf == UInt8(ascii: "L") {
      switch field {
      case .dayOfMonth: return try lastDay(into: &fields)
      case .dayOfWeek:
        position += 1
        // Alone, L is the last weekday of the week.
        return fields.insert(7, in: field)
      case .second, .minute, .hour, .month, .year: break
      }
    }
    let start = position
    try item(from: try value(), at: start, into: &fields)
  }

  /// An item that begins with a value.
  private mutating func item(
    from first: Value, at start: Int, into fields: inout CronFields
  ) throws(CronError) {
    if next == UInt8(ascii: "-") {
      try span(from: first, at: start, into: &fields)
    } else if next == UInt8(ascii: "/") {
      insert(first.number, field.range.upperBound, every: try limitedStep(), &fields)
    } else if field == .dayOfWeek, next == UInt8(ascii: "#") {
      try nthWeekday(first.number, into: &fields)
    } else if field == .dayOfWeek, take("L") {
      fields.days.lastWeekdays |= 1 << UInt32(first.number - 1)
    } else if field == .dayOfMonth, take("W") {
      fields.days.nearestWeekdays |= 1 << UInt32(first.number - 1)
    } else {
      fields.insert(first.number, in: field)
    }
  }

  /// Adds every `step`-th value from `first` to `last`, round the end of the field if need be.
  private func insert(_ first: Int, _ last: Int, every step: Int, _ fields: inout CronFields) {
    let low = field.range.lowerBound
    let size = field.range.count
    let distance = last >= first ? last - first : last - first + size
    for offset in stride(from: 0, through: distance, by: step) {
      let value = first + offset
      fields.insert(value - low < size ? value : value - size, in: field)
    }
  }

  /// `a-b` and `a-b/s`; its step has no limit.
  private mutating func span(
    from first: Value, at start: Int, into fields: inout CronFields
  ) throws(CronError) {
    position += 1
    let end = position
    if position == range.upperBound || next == UInt8(ascii: ",") {
      throw error(at: end, "the end of the range is missing after -; expected \(field.expected)")
    }
    let last = try value()
    if first.isName != last.isName { throw mixedRange(first, last, at: end) }
    if field == .year, last.number < first.number {
      throw error(
        at: start, "years do not wrap round", remedy: "write \(last.number)-\(first.number)")
    }
    let step = next == UInt8(ascii: "/") ? try step() : 1
    insert(first.number, last.number, every: step, &fields)
  }

  /// `L`, `L-n`, `LW`, `L-nW`.
  private mutating func lastDay(into fields: inout CronFields) throws(CronError) {
    position += 1
    var offset = 0
    if take("-") {
      let start = position
      guard let number = number() else {
        throw error(at: start, "a number is missing after L-; expected 0-30")
      }
      guard number <= 30 else {
        throw error(at: start, "L-\(number) is out of range; expected L-0 to L-30")
      }
      offset = number
    }
    if take("W") {
      fields.days.nearestFromEnd |= 1 << UInt32(offset)
    } else {
      fields.days.fromEnd |= 1 << UInt32(offset)
    }
  }

  /// `n#k`.
  private mutating func nthWeekday(
    _ weekday: Int, into fields: inout CronFields
  ) throws(CronError) {
    position += 1
    let start = position
    guard let k = number() else {
      throw error(at: start, "a number is missing after #; expected 1-5")
    }
    guard 1...5 ~= k else { throw error(at: start, "\(k) after # is out of range; expected 1-5") }
    fields.days.nthWeekdays |= 1 << UInt64(7 * (k - 1) + weekday - 1)
  }

  /// The step after `*`, nothing or a start.
  private mutating func limitedStep() throws(CronError) -> Int {
    let start = position + 1
    let step = try step()
    if let largest = field.largestStep, step > largest {
      throw error(at: start, "step \(step) is too large; expected 1-\(largest)")
    }
    return step
  }

  /// `/s`; the cursor is on the slash.
  private mutating func step() throws(CronError) -> Int {
    position += 1
    let start = position
    guard let step = number() else {
      throw error(at: start, "a step is missing after /; expected a number of 1 or more")
    }
    guard step > 0 else { throw error(at: start, "a step must be 1 or more") }
    return step
  }

  /// A number or a name in the field's range.
  struct Value {
    var number: Int
    var isName: Bool
  }

  private mutating func value() throws(CronError) -> Value {
    let start = position
    if let number = number() {
      guard field.range ~= number else { throw outOfRange(number, at: start) }
      return Value(number: number, isName: false)
    }
    guard let number = name() else { throw unexpected() }
    return Value(number: number, isName: true)
  }

  /// Larger than every limit, small enough for sums: longer numbers are as good as this one.
  private static let tooLarge = 1_000_000_000

  private mutating func number() -> Int? {
    let start = position
    var value = 0
    while let digit = asciiDigit(next) {
      value = min(value * 10 + digit, Self.tooLarge)
      position += 1
    }
    return position == start ? nil : value
  }

  /// The end of the letters from the cursor on.
  var endOfWord: Int {
    var end = position
    while end < range.upperBound, 0x41...0x5a ~= bytes[end] & 0xdf { end += 1 }
    return end
  }

  /// A month or weekday; the `L` of `FRIL` stays unread.
  private mutating func name() -> Int? {
    let keys = field.nameKeys
    guard !keys.isEmpty else { return nil }
    let word = position..<endOfWord
    if let number = name(word, keys) {
      position = word.upperBound
      return number
    }
    guard field == .dayOfWeek, word.count > 1,
      bytes[word.upperBound - 1] & 0xdf == UInt8(ascii: "L"),
      let number = name(word.dropLast(), keys)
    else { return nil }
    position = word.upperBound - 1
    return number
  }

  private func name(_ word: Range<Int>, _ keys: [UInt32]) -> Int? {
    let index: Int?
    switch word.count {
    case 3:
      let key = CronField.key(bytes[word])
      index = keys.firstIndex(of: key)
    case 2 where field == .dayOfWeek:
      let key = CronField.key(bytes[word])
      index = keys.firstIndex { $0 >> 8 == key }
    default:
      index = nil
    }
    return index.map { field.range.lowerBound + $0 }
  }
}
