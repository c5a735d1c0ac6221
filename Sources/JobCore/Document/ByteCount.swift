// How many bytes of a command's output are kept: the value of maxOutputBytes.

/// A number of bytes, large enough for a few lines of output and what they are kept with.
public struct ByteCount: Hashable, Sendable {
  /// Below this, hardly a line would be left on either side of what is dropped.
  static let least = 1024

  public let bytes: Int

  /// A count that was written down by jobrun itself; nil if it is too small.
  init?(bytes: Int) {
    guard bytes >= ByteCount.least else { return nil }
    self.bytes = bytes
  }

  /// Reads decimal digits, perhaps with one of the units k, M, G (powers of 1024) behind.
  init?(_ text: String) {
    var digits = text[...]
    let units: [Character: Int] = ["k": 1 << 10, "M": 1 << 20, "G": 1 << 30]
    let unit = digits.last.flatMap { units[$0] }
    if unit != nil { digits.removeLast() }
    // Int() alone would take a sign.
    guard digits.allSatisfy({ ("0"..."9").contains($0) }), let number = Int(digits) else {
      return nil
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
    if overflow { return nil }
    self.init(bytes: bytes)
  }
}
