// Where a member stands in a text: a fault in what is right as JSON is told with its line and
// column too. Only faults pay for looking.

extension JSON {
  /// The place of a member's key.
  /// - Parameters:
  ///   - path: the keys that lead to it from the outermost object; none: the place of the value.
  ///   - bytes: a text that was read as JSON.
  /// - Returns: nil if it is not there.
  static func place(of path: [String], in bytes: [UInt8]) -> JSONPosition? {
    bytes.withUnsafeBytes { bytes in
      var cursor = JSONCursor(bytes)
      cursor.skipBlanks()
      var place = cursor.index
      for key in path {
        guard let found = cursor.enter(memberOf: key) else { return nil }
        place = found
      }
      return cursor.position(of: place)
    }
  }
}

extension JSONCursor {
  /// Moves from the beginning of an object to the value of one of its members.
  /// - Returns: the index of the member's key; nil if there is no such member.
  fileprivate mutating func enter(memberOf key: String) -> Int? {
    guard skip("{") else { return nil }
    while true {
      skipBlanks()
      let start = index
      guard next == UInt8(ascii: "\""), let name = try? JSONStringReader.read(&self) else {
        return nil
      }
      skipBlanks()
      guard skip(":") else { return nil }
      skipBlanks()
      if name.hasSameBytes(as: key) { return start }
      skipValue()
      skipBlanks()
      guard skip(",") else { return nil }
    }
  }

  private mutating func skipValue() {
    var depth = 0
    repeat {
      switch next {
      case UInt8(ascii: "\""): _ = try? JSONStringReader.read(&self)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        index += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        index += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"): index += 1
      default: skipWord()
      }
      skipBlanks()
    } while depth > 0 && !isAtEnd
  }

  /// Moves past a number, or `true` and its like.
  private mutating func skipWord() {
    while let next, !next.isBlank, !",:]}".utf8.contains(next) { index += 1 }
  }
}
