// The Host field: whether it could be a host at all.

enum HostField {
  /// Whether bytes are `uri-host [ ":" port ]` (RFC 9110 section 7.2); empty counts.
  static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    if rest.first == UInt8(ascii: "[") {
      guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
      let inner = rest[(rest.startIndex + 1)..<end]
      guard !inner.isEmpty, inner.allSatisfy(isLiteral) else { return false }
      rest = rest[(end + 1)...]
    } else {
      rest = rest.drop(while: isName)
    }
    guard rest.first == UInt8(ascii: ":") else { return rest.isEmpty }
    return rest.dropFirst().allSatisfy(Syntax.isDigit)
  }

  /// What an IPv6 address in brackets is made of.
  private static func isLiteral(_ byte: UInt8) -> Bool {
    Syntax.hexValue(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
  }

  /// reg-name of RFC 3986 section 3.2.2: tokens and what else may separate there.
  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "#"):
      return false
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: ";"),
      UInt8(ascii: "="):
      return true
    default:
      return Syntax.isToken(byte)
    }
  }
}
