// The text form of instants in records, contracts and logs: RFC 3339, section 5.6. Reader and
// writer side by side, so that what one writes the other reads.

/// The text form of instants, RFC 3339 section 5.6.
enum RFC3339 {
  /// 0001-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z.
  static let range: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

  /// Always 24 bytes: records stay aligned and sort as text in the order of time.
  static func text(of instant: Instant) -> String {
    let inside = min(max(instant.milliseconds, range.lowerBound), range.upperBound)
    let time = CivilTime(millisecondsSinceEpochAsUTC: inside)
    return String(unsafeUninitializedCapacity: 24) { buffer in
      var writer = DigitWriter(buffer: buffer)
      writer.write(time.year, digits: 4, then: "-")
      writer.write(time.month, digits: 2, then: "-")
      writer.write(time.day, digits: 2, then: "T")
      writer.write(time.hour, digits: 2, then: ":")
      writer.write(time.minute, digits: 2, then: ":")
      writer.write(time.second, digits: 2, then: ".")
      writer.write(time.millisecond, digits: 3, then: "Z")
      return writer.count
    }
  }

  /// Nil for anything that is not strictly RFC 3339 or lies outside the writable years.
  /// - Parameter needsSeconds: false: `HH:mm` is a time of day, too.
  static func instant(of text: String, needsSeconds: Bool = true) -> Instant? {
    var scanner = ByteScanner(text)
    guard
      let date = date(&scanner),
      scanner.take(UInt8(ascii: "T")) || scanner.take(UInt8(ascii: "t")),
      let time = timeOfDay(&scanner, needsSeconds),
      let east = offset(&scanner),
      scanner.isAtEnd
    else { return nil }
    let milliseconds = Int64(date * 86_400 - east) * 1_000 + Int64(time)
    return range.contains(milliseconds) ? Instant(milliseconds: milliseconds) : nil
  }

  /// `yyyy-MM-dd` as a day number.
  private static func date(_ scanner: inout ByteScanner) -> Int? {
    guard
      let year = scanner.digits(4), scanner.take(UInt8(ascii: "-")),
      let month = scanner.digits(2), scanner.take(UInt8(ascii: "-")),
      let day = scanner.digits(2),
      1...12 ~= month, day >= 1, day <= Gregorian.length(ofMonth: month, in: year)
    else { return nil }
    return Gregorian.day(year: year, month: month, day: day)
  }

  /// `HH:mm:ss[.f…]` in milliseconds of the day.
  private static func timeOfDay(_ scanner: inout ByteScanner, _ needsSeconds: Bool) -> Int? {
    guard
      let hour = scanner.digits(2), hour < 24, scanner.take(UInt8(ascii: ":")),
      let minute = scanner.digits(2), minute < 60
    else { return nil }
    let minutes = (hour * 60 + minute) * 60_000
    guard scanner.take(UInt8(ascii: ":")) else { return needsSeconds ? nil : minutes }
    guard let second = scanner.digits(2), second < 60 else { return nil }
    let whole = minutes + second * 1_000
    guard scanner.take(UInt8(ascii: ".")) else { return whole }
    return scanner.milliseconds(maximumDigits: 9).map { whole + $0 }
  }

  /// `Z`, `+hh:mm` or `-hh:mm` in seconds east.
  private static func offset(_ scanner: inout ByteScanner) -> Int? {
    if scanner.take(UInt8(ascii: "Z")) || scanner.take(UInt8(ascii: "z")) { return 0 }
    let west = scanner.take(UInt8(ascii: "-"))
    guard
      west || scanner.take(UInt8(ascii: "+")),
      let hour = scanner.digits(2), hour < 24, scanner.take(UInt8(ascii: ":")),
      let minute = scanner.digits(2), minute < 60
    else { return nil }
    let seconds = (hour * 60 + minute) * 60
    return west ? -seconds : seconds
  }
}

extension ByteScanner {
  /// Reads 1 to `maximumDigits` decimals of a second, cut to milliseconds.
  mutating func milliseconds(maximumDigits: Int) -> Int? {
    var value = 0
    var count = 0
    while let digit = next.flatMap(asciiDigit) {
      count += 1
      guard count <= maximumDigits else { return nil }
      if count <= 3 { value = value * 10 + digit }
      advance()
    }
    switch count {
    case 0: return nil
    case 1: return value * 100
    case 2: return value * 10
    default: return value
    }
  }
}

extension CivilTime {
  /// Date and time of day to the second, for people: `2026-11-21 03:31:35`.
  public var legible: String {
    // A zone may be ahead of the last year of four digits.
    let longYear = 0...9_999 ~= year ? nil : String(year)
    let text = String(unsafeUninitializedCapacity: 20) { buffer in
      var writer = DigitWriter(buffer: buffer)
      writer.write(longYear == nil ? year : 0, digits: 4, then: "-")
      writer.write(month, digits: 2, then: "-")
      writer.write(day, digits: 2, then: " ")
      writer.write(hour, digits: 2, then: ":")
      writer.write(minute, digits: 2, then: ":")
      writer.write(second, digits: 2, then: " ")
      return writer.count - 1
    }
    return longYear.map { $0 + text.dropFirst(4) } ?? text
  }
}

/// Writes fixed-width decimal numbers into a buffer that is known to be large enough.
private struct DigitWriter {
  let buffer: UnsafeMutableBufferPointer<UInt8>
  var count = 0

  init(buffer: UnsafeMutableBufferPointer<UInt8>) {
    self.buffer = buffer
  }

  mutating func write(_ value: Int, digits: Int, then separator: Unicode.Scalar) {
    var rest = value
    for index in stride(from: count + digits - 1, through: count, by: -1) {
      buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    count += digits
    buffer[count] = UInt8(ascii: separator)
    count += 1
  }
}
