// The form of a stream in which documents begin and end with lines. The rules, and what happens
// after an error, are told at JSONDocumentStream.

/// Finds documents by lines.
struct JSONLineSplitter: Sendable {
  /// Where reading may resume after a broken document.
  private struct Resumption {
    /// The last column in which the `{` may stand.
    let column: Int
    /// Bytes of the stream before which it may not stand.
    let offset: Int
    /// The white space at the beginning of the line so far; nil when something else stood there.
    var indentation: Int? = 0
  }

  private let limits: JSONLimits
  private var scanner = JSONBracketScanner()
  private var resumption: Resumption?
  /// The length at which an open document is read to see whether it is broken already. Doubling it
  /// reads each byte twice on average, where a look after each line would be quadratic.
  private var nextCheck = 0

  init(limits: JSONLimits) {
    self.limits = limits
  }

  mutating func next(
    in buffer: inout JSONStreamBuffer, endOfInput: Bool
  ) -> JSONDocumentStream.Element? {
    guard resume(in: &buffer) else { return nil }
    if buffer.length == 0 { buffer.consumeBlanks() }
    while let byte = buffer.next {
      if byte == UInt8(ascii: "\n") {
        if let element = endOfLine(in: &buffer) { return element }
      } else if buffer.length >= limits.bytes,
        byte != UInt8(ascii: "\r") || buffer.length > limits.bytes
      {
        return tooLong(in: &buffer)
      } else {
        scanner.take(byte)
      }
      buffer.scanned += 1
    }
    guard endOfInput, buffer.length > 0 else { return nil }
    return element(upTo: buffer.scanned, in: &buffer)
  }

  /// The document that ends with this line; nil if it is still open and not yet known to be broken.
  private mutating func endOfLine(
    in buffer: inout JSONStreamBuffer
  ) -> JSONDocumentStream.Element? {
    // The line feed is part of what is read: inside a string it is the error.
    let end = buffer.scanned + 1
    if beginsObject(buffer), scanner.depth > 0, !scanner.isInString {
      guard buffer.length >= nextCheck else { return nil }
      nextCheck = 2 * buffer.length
      if case .failure(let error) = read(buffer, upTo: end), error.isUnterminated { return nil }
    }
    return element(upTo: end, in: &buffer)
  }

  /// Reads what has been looked at as one document and uses it up.
  private mutating func element(
    upTo end: Int, in buffer: inout JSONStreamBuffer
  ) -> JSONDocumentStream.Element {
    let line = buffer.position.line
    switch read(buffer, upTo: end) {
    case .success(let document):
      buffer.scanned = end
      buffer.consume()
      reset()
      return .document(document, line: line)
    case .failure(let error): return failure(error, in: &buffer)
    }
  }

  /// Ends a document that has grown beyond the limit. If a line before that place is broken this is
  /// the error, so that documents behind it still count; the last line is cut off in the middle of
  /// something, and reading it would tell nothing.
  private mutating func tooLong(
    in buffer: inout JSONStreamBuffer
  ) -> JSONDocumentStream.Element {
    if let lineFeed = buffer.chunk.lastIndex(of: UInt8(ascii: "\n")),
      case .failure(let error) = read(buffer, upTo: lineFeed + 1), !error.isUnterminated
    {
      return failure(error, in: &buffer)
    }
    let place = buffer.position(of: buffer.start + limits.bytes)
    return failure(JSONError(.tooLong(limit: limits.bytes), at: place), in: &buffer)
  }

  /// Reports an error and goes back to the beginning of the line where it was found, to look from
  /// there for the next document.
  private mutating func failure(
    _ error: JSONError, in buffer: inout JSONStreamBuffer
  ) -> JSONDocumentStream.Element {
    let begin = buffer.position
    let errorIndex = min(buffer.start + error.offset - begin.offset, buffer.scanned)
    let lineFeed = buffer.bytes[buffer.start..<errorIndex].lastIndex(of: UInt8(ascii: "\n"))
    // Without a line feed it is the line of the document's own beginning, which is behind us.
    resumption = Resumption(
      column: begin.column, offset: max(error.offset, begin.offset + 1),
      indentation: lineFeed == nil ? nil : 0)
    buffer.scanned = lineFeed.map { $0 + 1 } ?? errorIndex
    buffer.consume()
    reset()
    return .failure(error, line: begin.line)
  }

  /// Moves to where reading may resume; false if that has not arrived yet.
  private mutating func resume(in buffer: inout JSONStreamBuffer) -> Bool {
    guard var state = resumption else { return true }
    while let byte = buffer.next {
      if byte == UInt8(ascii: "\n") {
        state.indentation = 0
      } else if let indentation = state.indentation {
        if byte.isBlank {
          state.indentation = indentation + 1
        } else {
          let offset = buffer.position.offset + buffer.length
          if byte == UInt8(ascii: "{"), indentation < state.column, offset >= state.offset {
            buffer.consume()
            resumption = nil
            return true
          }
          state.indentation = nil
        }
      }
      buffer.scanned += 1
    }
    buffer.consume()
    resumption = state
    return false
  }

  /// Begins anew with the next document.
  private mutating func reset() {
    scanner = JSONBracketScanner()
    nextCheck = 0
  }

  private func beginsObject(_ buffer: JSONStreamBuffer) -> Bool {
    buffer.bytes[buffer.start] == UInt8(ascii: "{")
  }

  private func read(_ buffer: JSONStreamBuffer, upTo end: Int) -> Result<JSON, JSONError> {
    guard beginsObject(buffer) else { return .failure(buffer.faultOfNonObject(upTo: end)) }
    // The length has been looked after; here it may include the end of the line.
    return buffer.read(upTo: end, limits: JSONLimits(depth: limits.depth, bytes: .max))
  }
}

extension JSONError {
  /// Whether all that is wrong is that the text ends too early.
  var isUnterminated: Bool {
    guard case .unterminated = reason else { return false }
    return true
  }
}
