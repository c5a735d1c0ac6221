// Splits what is piped into `submit -` into documents, while it arrives, in pieces cut anywhere.
// It guarantees that the elements do not depend on the cuts, that no more than the limit of one
// document is kept beyond what was appended, and that nothing inside a broken document is taken
// for a document.

/// Job documents from a stream of bytes: one object, an array of objects, or objects line by line.
///
/// The first byte that is not white space decides. `[` begins an array, whose elements are the
/// documents. Anything else is read by lines: a document begins with the first `{` of a line and
/// ends with the line in which its brackets are closed, so it may be one line of many (NDJSON) or
/// be spread over lines. Empty lines mean nothing, and CR LF ends a line as LF does.
///
/// After a broken document, reading resumes at the next line that begins with `{`, at or behind
/// the place of the error and indented no further than the broken document was. In NDJSON this is
/// the next line. In a document spread over lines it passes over the indented objects inside,
/// which must not be taken for documents; all that is passed over belongs to the one failure.
///
/// In an array, an element that is broken is passed over to its comma. Where it cannot be told
/// where it ends (a string that is not closed in its line), the array ends there.
public struct JSONDocumentStream: Sendable {
  /// What a stream holds.
  public enum Element: Hashable, Sendable {
    /// A document, always an object, and the line of its first byte, from 1.
    case document(JSON, line: Int)
    /// A broken document, with its place in the whole stream, and the line of its first byte.
    case failure(JSONError, line: Int)
  }

  private enum Form: Sendable {
    case undecided
    case lines(JSONLineSplitter)
    case array(JSONArraySplitter)
  }

  private let limits: JSONLimits
  private var buffer = JSONStreamBuffer()
  private var form = Form.undecided

  /// A stream of documents, each within the limits; there may be any number of them.
  public init(limits: JSONLimits = JSONLimits()) {
    self.limits = limits
  }

  /// Takes in the next bytes. Call `next` until it is nil before more are appended, so that they
  /// do not pile up.
  public mutating func append(_ bytes: some Sequence<UInt8>) {
    buffer.append(bytes)
  }

  /// The next document or failure; nil if it takes more bytes, or, at the end of the input, if
  /// there is none left.
  ///
  /// - Parameter endOfInput: Whether all bytes have been appended.
  public mutating func next(endOfInput: Bool) -> Element? {
    if case .undecided = form {
      buffer.consumeBlanks()
      guard let first = buffer.next else { return nil }
      if first == UInt8(ascii: "[") {
        form = .array(JSONArraySplitter(limits: limits, at: buffer.position))
      } else {
        form = .lines(JSONLineSplitter(limits: limits))
      }
    }
    switch form {
    case .undecided: return nil
    case .lines(var splitter):
      defer { form = .lines(splitter) }
      return splitter.next(in: &buffer, endOfInput: endOfInput)
    case .array(var splitter):
      defer { form = .array(splitter) }
      return splitter.next(in: &buffer, endOfInput: endOfInput)
    }
  }
}
