// The wording of what is wrong inside a field, apart from the grammar so that both stay readable.

extension CronFieldParser {
  func error(at offset: Int, _ reason: String, remedy: String? = nil) -> CronError {
    let before = String(decoding: bytes[..<offset], as: UTF8.self)
    return CronError(
      field: field.name, column: before.count + 1, reason: reason, remedy: remedy)
  }

  /// A number, just read, that its field does not have.
  func outOfRange(_ number: Int, at offset: Int) -> CronError {
    let remedy: String? =
      switch (field, number) {
      case (.second, 60), (.minute, 60): "write 0"
      case (.hour, 24): "write 0 for midnight"
      case (.dayOfWeek, 0): "Sunday is 1 or SUN"
      default: nil
      }
    // As written: the value itself stops growing somewhere.
    let written = String(decoding: bytes[offset..<position], as: UTF8.self)
    return error(
      at: offset, "\(written) is out of range; expected \(field.expected)", remedy: remedy)
  }

  /// A range between a name and a number.
  func mixedRange(_ first: Value, _ last: Value, at offset: Int) -> CronError {
    let low = field.range.lowerBound
    let names = [first, last].map { field.names[$0.number - low].prefix(3) }
    return error(
      at: offset, "a range goes from name to name or from number to number",
      remedy: "write \(names[0])-\(names[1]) or \(first.number)-\(last.number)")
  }

  /// Something else where an item must begin.
  func unexpected() -> CronError {
    switch next {
    case 0 where position == range.upperBound, UInt8(ascii: ","):
      return error(at: position, "an item is missing; expected \(field.expected)")
    case UInt8(ascii: "-"):
      return error(at: position, "a number is missing before -; expected \(field.expected)")
    case UInt8(ascii: "?"), UInt8(ascii: "#"):
      return misplaced(next)
    default:
      break
    }
    let word = String(decoding: bytes[position..<endOfWord], as: UTF8.self).uppercased()
    if word == "L" || word == "W" || word == "LW" { return misplaced(next & 0xdf) }
    if let name = field.names.first(where: { word.utf8.count > 3 && $0.hasPrefix(word) }) {
      return error(
        at: position, "'\(word)' is not a name here; names have three letters",
        remedy: "write \(name.prefix(3))")
    }
    if !word.isEmpty {
      return error(
        at: position, "'\(word)' has no meaning here; expected \(field.expected)",
        remedy: otherField(for: word))
    }
    return error(
      at: position, "unexpected '\(character)'; expected \(field.expected)", remedy: asciiRemedy)
  }

  /// Something after an item that is complete.
  func leftover() -> CronError {
    switch next {
    case UInt8(ascii: "?"), UInt8(ascii: "#"):
      return misplaced(next)
    case UInt8(ascii: "L"), UInt8(ascii: "l"), UInt8(ascii: "W"), UInt8(ascii: "w"):
      return misplaced(next & 0xdf)
    case UInt8(ascii: "/"):
      return error(at: position, "a step goes with *, a number or a range, once")
    default:
      return error(
        at: position,
        "unexpected '\(character)' after a complete item; expected a comma or the field's end",
        remedy: asciiRemedy)
    }
  }

  /// One of `?`, `#`, `L`, `W` where it has no meaning.
  private func misplaced(_ special: UInt8) -> CronError {
    switch special {
    case UInt8(ascii: "?"):
      if field == .dayOfMonth || field == .dayOfWeek {
        return error(at: position, "? must be the whole field")
      }
      return error(
        at: position, "? has a meaning only in the two day fields", remedy: "write *")
    case UInt8(ascii: "#"):
      return error(
        at: position, "# goes only with one weekday in the day-of-week field, as in FRI#2")
    case UInt8(ascii: "W"):
      return error(
        at: position,
        "W goes only with one day in the day-of-month field, as in 15W, LW or L-3W")
    default:
      return error(
        at: position,
        "L goes only in the day fields: L, L-3 or LW in day-of-month, L or FRIL in day-of-week")
    }
  }

  /// Says so when a word is a name of the other field that has names.
  private func otherField(for word: String) -> String? {
    for other in [CronField.month, .dayOfWeek] where other != field {
      guard word.utf8.count >= 3 else { continue }
      if other.names.contains(where: { $0.hasPrefix(word) }) {
        return "\(word) belongs in the \(other.name) field"
      }
    }
    return nil
  }

  /// The whole character at the cursor, which may be longer than a byte.
  private var character: Character {
    String(decoding: bytes[position..<range.upperBound], as: UTF8.self).first ?? " "
  }

  private var asciiRemedy: String? {
    switch character {
    case "\u{2010}"..."\u{2015}", "\u{2212}": "write - (a plain hyphen)"
    case "\u{2217}", "\u{00d7}", "\u{ff0a}": "write * (a plain asterisk)"
    default: nil
    }
  }
}
