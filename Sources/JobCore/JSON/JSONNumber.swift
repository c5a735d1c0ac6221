// A number as text. Converting early would lose digits of long numbers and rewrite 1.50 as 1.5 in
// a value that is only passed on; the one who needs a number asks for the kind that is needed.

/// A JSON number, kept as the text it was written in until it is asked for.
///
/// Two numbers are equal when their texts are: 1 and 1.0 are not.
public struct JSONNumber: Hashable, Sendable {
  /// The number as written, by the grammar of RFC 8259, section 6.
  public let text: String

  /// A whole number.
  public init(_ value: Int64) { text = String(value) }

  /// A whole number.
  public init(_ value: Int) { text = String(value) }

  /// A number from its shortest text that reads back as the same value; nil for what JSON cannot
  /// write, infinities and NaN.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    text = value.description
  }

  /// A number from its text; nil if that is not one by the grammar.
  public init?(text: String) {
    let isNumber = Array(text.utf8).withUnsafeBytes { bytes in
      var cursor = JSONCursor(bytes)
      let number = try? JSONNumberReader.read(&cursor)
      return number != nil && cursor.isAtEnd
    }
    guard isNumber else { return nil }
    self.text = text
  }

  /// A number whose text the reader has checked.
  init(checked text: String) { self.text = text }

  /// The value, if it is a whole number and fits: `1e3` and `2.0` are, `1.5` is not.
  public var int64: Int64? { Int64(text) ?? DecimalText(text).int64 }

  /// The nearest value in floating point; nil if it is beyond the finite ones.
  public var double: Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }
}

/// The digits of a number and the power of ten they are multiplied with.
private struct DecimalText {
  /// Far beyond any digits a document can hold, and small enough to calculate with.
  private static let exponentBound = 1 << 40

  private var isNegative = false
  private var digits: [UInt8] = []
  private var exponent = 0

  /// Takes apart a text that follows the grammar.
  init(_ text: String) {
    var written = 0
    var writtenIsNegative = false
    var isFraction = false
    var isExponent = false
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "-") where isExponent: writtenIsNegative = true
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"): isExponent = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = byte - UInt8(ascii: "0")
        if isExponent {
          written = min(written * 10 + Int(digit), Self.exponentBound)
        } else {
          // Leading zeros carry nothing, and 0.001 would otherwise look like four digits.
          if digit != 0 || !digits.isEmpty { digits.append(digit) }
          if isFraction { exponent -= 1 }
        }
      default: break
      }
    }
    exponent += writtenIsNegative ? -written : written
  }

  var int64: Int64? {
    guard let lastNonZero = digits.lastIndex(where: { $0 != 0 }) else { return 0 }
    let zeros = exponent + digits.count - 1 - lastNonZero
    guard zeros >= 0, zeros <= 18 else { return nil }
    // Downwards from zero: the least value has no positive counterpart.
    var value: Int64 = 0
    for place in 0..<(lastNonZero + 1 + zeros) {
      let digit = place <= lastNonZero ? digits[place] : 0
      let (product, tooBig) = value.multipliedReportingOverflow(by: 10)
      let (sum, tooBigStill) = product.subtractingReportingOverflow(Int64(digit))
      guard !tooBig, !tooBigStill else { return nil }
      value = sum
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }
}
