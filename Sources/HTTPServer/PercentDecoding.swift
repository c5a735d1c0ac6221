// Percent-decoding, done once: what it yields is never decoded again.

enum PercentDecoding {
  /// Decodes `%XX` (RFC 3986 section 2.1); nil for a broken escape, for NUL, and for what
  /// is not UTF-8 afterwards. With `plusIsSpace`, "+" stands for a space, as in forms.
  static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool = false) -> String? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "%") {
        guard bytes.endIndex - index >= 2, let high = Syntax.hexValue(bytes[index]),
          let low = Syntax.hexValue(bytes[index + 1])
        else { return nil }
        index += 2
        // No name of anything here holds NUL, and C code behind it would cut the rest off.
        if high == 0 && low == 0 { return nil }
        decoded.append(high << 4 | low)
      } else {
        decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? Syntax.space : byte)
      }
    }
    return String(validating: decoded, as: UTF8.self)
  }
}
