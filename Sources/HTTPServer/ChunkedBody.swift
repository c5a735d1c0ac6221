// The chunked transfer coding (RFC 9112 section 7.1).

/// Decodes a chunked body piece by piece.
struct ChunkedBody {
  private enum Stage {
    case size
    case data(left: Int)
    /// The CRLF behind a chunk's data.
    case dataEnd
    case trailers
  }

  private var stage = Stage.size

  /// Moves what is decoded into `body`; true once the trailers have ended. Trailers are
  /// checked, counted with the headers, and dropped (section 7.1.2 allows it).
  mutating func decode(
    _ input: inout ByteQueue, into body: inout [UInt8], trailers: inout FieldSection,
    limits: RequestLimits
  ) throws(Refusal) -> Bool {
    while true {
      switch stage {
      case .size:
        switch try input.takeLine(limit: limits.chunkLineBytes) {
        case .incomplete: return false
        case .tooLong: throw .bad("a chunk's size line is too long")
        case .complete(let line):
          let size = try ChunkedBody.size(line, room: limits.bodyBytes - body.count)
          stage = size == 0 ? .trailers : .data(left: size)
        }
      case .data(let left):
        let piece = input.take(left)
        body += piece
        if piece.count < left {
          stage = .data(left: left - piece.count)
          return false
        }
        stage = .dataEnd
      case .dataEnd:
        let end = input.prefix(2)
        guard [Syntax.carriageReturn, Syntax.lineFeed].starts(with: end) else {
          throw .bad("a chunk is longer than its size")
        }
        if end.count < 2 { return false }
        _ = input.take(2)
        stage = .size
      case .trailers:
        return try trailers.take(from: &input)
      }
    }
  }

  /// Reads `chunk-size [ chunk-ext ]`. Section 7.1.1 has unknown extensions ignored; a
  /// malformed one is refused, because where programs disagree about its end they disagree
  /// about the body's.
  private static func size(_ line: ArraySlice<UInt8>, room: Int) throws(Refusal) -> Int {
    let digits = line.prefix { Syntax.hexValue($0) != nil }
    guard !digits.isEmpty else { throw .bad("a chunk has no size") }
    guard areExtensions(line[digits.endIndex...]) else {
      throw .bad("a chunk's size line is malformed")
    }
    var size = 0
    for digit in digits {
      let value = Int(Syntax.hexValue(digit) ?? 0)
      // Checked at every digit and before the shift, which must not overflow.
      if size > (room - value) >> 4 { throw Refusal(.contentTooLarge, "the body is too long") }
      size = size << 4 | value
    }
    return size
  }

  /// Whether bytes are `*( ";" name [ "=" ( token / quoted-string ) ] )`. The blanks that
  /// the grammar calls bad are refused.
  private static func areExtensions(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      guard rest.removeFirst() == UInt8(ascii: ";") else { return false }
      let name = rest.prefix(while: Syntax.isToken)
      if name.isEmpty { return false }
      rest = rest[name.endIndex...]
      guard rest.first == UInt8(ascii: "=") else { continue }
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "\"") {
        guard let end = endOfQuoted(rest) else { return false }
        rest = rest[end...]
      } else {
        let value = rest.prefix(while: Syntax.isToken)
        if value.isEmpty { return false }
        rest = rest[value.endIndex...]
      }
    }
    return true
  }

  /// The index behind the closing quote of a quoted-string (RFC 9110 section 5.6.4).
  private static func endOfQuoted(_ bytes: ArraySlice<UInt8>) -> Int? {
    var isEscaped = false
    for index in bytes.indices.dropFirst() {
      let byte = bytes[index]
      if !Syntax.isFieldValue(byte) { return nil }
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        return index + 1
      }
    }
    return nil
  }
}
