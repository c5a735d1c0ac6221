// The form of a stream in which one array holds all documents. Elements are handed out as they are
// complete; what is wrong with a later one does not take an earlier one back.

/// Finds documents as the elements of one array.
struct JSONArraySplitter: Sendable {
  private enum State {
    /// At the opening bracket.
    case opening
    /// Before an element; the comma's place, if one came before.
    case element(after: JSONPosition?)
    /// Inside an element, whose bytes are kept.
    case inside
    /// Inside an element that has been reported and is passed over.
    case passing
    /// Behind an element, at a comma or the closing bracket.
    case separator
    /// Behind the closing bracket.
    case closed
    /// Nothing that follows counts.
    case ended
  }

  /// How much of what follows the array is waited for, to name it: more than a message quotes.
  private static let trailingLength = 64

  private let limits: JSONLimits
  private let line: Int
  private var state = State.opening
  private var scanner = JSONBracketScanner()

  /// A splitter for the array whose bracket is next in the stream.
  init(limits: JSONLimits, at position: JSONPosition) {
    self.limits = limits
    line = position.line
  }

  mutating func next(
    in buffer: inout JSONStreamBuffer, endOfInput: Bool
  ) -> JSONDocumentStream.Element? {
    while true {
      switch state {
      case .opening:
        take(&buffer)
        state = .element(after: nil)
      case .element(let comma):
        buffer.consumeBlanks()
        guard let byte = buffer.next else { return endOfInput ? cutOff(&buffer) : nil }
        if let failure = beginElement(byte, after: comma, in: &buffer) { return failure }
      case .inside:
        guard scan(&buffer) || endOfInput else { return nil }
        return endElement(in: &buffer)
      case .passing:
        let isAtEnd = scan(&buffer)
        buffer.consume()
        guard isAtEnd else { return nil }
        state = scanner.isInString ? .ended : .separator
      case .separator:
        guard let byte = buffer.next else { return endOfInput ? cutOff(&buffer) : nil }
        let place = buffer.position
        take(&buffer)
        state = byte == UInt8(ascii: ",") ? .element(after: place) : .closed
      case .closed:
        buffer.consumeBlanks()
        let length = min(buffer.bytes.count - buffer.start, Self.trailingLength)
        guard length == Self.trailingLength || endOfInput, length > 0 else { return nil }
        state = .ended
        let error = buffer.faultOfTrailing(upTo: buffer.start + length)
        return .failure(error, line: error.line)
      case .ended:
        buffer.discardAll()
        return nil
      }
    }
  }

  /// Begins an element, or ends the array; a failure if a comma is one too many.
  private mutating func beginElement(
    _ byte: UInt8, after comma: JSONPosition?, in buffer: inout JSONStreamBuffer
  ) -> JSONDocumentStream.Element? {
    let place = buffer.position
    switch (byte, comma) {
    case (UInt8(ascii: "]"), let comma?):
      take(&buffer)
      state = .closed
      return .failure(JSONError(.trailingComma, at: comma), line: comma.line)
    case (UInt8(ascii: "]"), nil):
      take(&buffer)
      state = .closed
    case (UInt8(ascii: ","), _):
      take(&buffer)
      state = .element(after: place)
      let reason = JSONError.Reason.unexpected(found: "\",\"", expected: .object)
      return .failure(JSONError(reason, at: place), line: place.line)
    default:
      scanner = JSONBracketScanner()
      state = .inside
    }
    return nil
  }

  /// Looks for the end of the element; true when at it, at its limit, or where it is lost.
  private mutating func scan(_ buffer: inout JSONStreamBuffer) -> Bool {
    var isKept = true
    if case .passing = state { isKept = false }
    while let byte = buffer.next {
      if scanner.isInString {
        if byte == UInt8(ascii: "\n") { return true }
      } else if scanner.depth == 0, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") {
        return true
      }
      if isKept, buffer.length >= limits.bytes { return true }
      scanner.take(byte)
      buffer.scanned += 1
    }
    return false
  }

  /// Reads the element that `scan` has come to the end of.
  private mutating func endElement(
    in buffer: inout JSONStreamBuffer
  ) -> JSONDocumentStream.Element {
    let line = buffer.position.line
    let isLost = scanner.isInString && buffer.next == UInt8(ascii: "\n")
    let isTooLong = !isLost && !isAtSeparator(buffer) && buffer.next != nil
    if isTooLong {
      buffer.consume()
      state = .passing
      return .failure(JSONError(.tooLong(limit: limits.bytes), at: buffer.position), line: line)
    }
    // The line feed is part of what is read: inside a string it is the error.
    let result = read(buffer, upTo: buffer.scanned + (isLost ? 1 : 0))
    buffer.consume()
    state = isLost ? .ended : .separator
    switch result {
    case .success(let document): return .document(document, line: line)
    case .failure(let error):
      // An element that the end of the input cuts off needs no second failure for the array.
      if buffer.next == nil { state = .ended }
      return .failure(error, line: line)
    }
  }

  private func isAtSeparator(_ buffer: JSONStreamBuffer) -> Bool {
    guard scanner.depth == 0, !scanner.isInString, let byte = buffer.next else { return false }
    return byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]")
  }

  private func read(_ buffer: JSONStreamBuffer, upTo end: Int) -> Result<JSON, JSONError> {
    guard buffer.bytes[buffer.start] == UInt8(ascii: "{") else {
      return .failure(buffer.faultOfNonObject(upTo: end))
    }
    return buffer.read(upTo: end, limits: JSONLimits(depth: limits.depth, bytes: .max))
  }

  /// The failure of an array that the end of the input cuts off.
  private mutating func cutOff(_ buffer: inout JSONStreamBuffer) -> JSONDocumentStream.Element {
    state = .ended
    let error = JSONError(.unterminated(.array, openedInLine: line), at: buffer.position)
    return .failure(error, line: buffer.position.line)
  }

  /// Uses up one byte.
  private func take(_ buffer: inout JSONStreamBuffer) {
    buffer.scanned += 1
    buffer.consume()
  }
}
