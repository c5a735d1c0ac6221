// Bytes that came in and were not understood yet. Taking from the front does not move the
// rest, and a line that comes byte by byte is not searched again from its start.

struct ByteQueue {
  private var bytes: [UInt8] = []
  private var start = 0
  /// Up to here there is no line feed.
  private var searched = 0

  /// What looking for a line found.
  enum Line {
    case incomplete
    /// Longer than allowed, whether or not it has ended.
    case tooLong
    /// Without its CRLF.
    case complete(ArraySlice<UInt8>)
  }

  var count: Int { bytes.count - start }
  var isEmpty: Bool { count == 0 }
  var first: UInt8? { isEmpty ? nil : bytes[start] }

  mutating func append(_ more: some Collection<UInt8>) {
    // Moving the rest to the front costs its length, so it has to be worth it.
    if start > 0 && start >= count {
      bytes.removeSubrange(..<start)
      searched = max(0, searched - start)
      start = 0
    }
    bytes.append(contentsOf: more)
  }

  /// Gives back the memory of a large request, which an idle connection has no use for.
  mutating func releaseSpareRoom() {
    if isEmpty && bytes.capacity > 4096 { removeAll() }
  }

  mutating func removeAll() { self = ByteQueue() }

  /// The first bytes, left where they are.
  func prefix(_ length: Int) -> ArraySlice<UInt8> { bytes[start...].prefix(length) }

  /// Takes up to `length` bytes.
  mutating func take(_ length: Int) -> ArraySlice<UInt8> {
    let taken = prefix(length)
    start += taken.count
    return taken
  }

  /// Takes a line that ends in CRLF (RFC 9112 section 2.2) of at most `limit` bytes, its
  /// end included. A line feed alone is refused: another program on the way may not have
  /// taken it for an end, and then both see different requests.
  mutating func takeLine(limit: Int) throws(Refusal) -> Line {
    let from = max(start, searched)
    guard let end = bytes[from...].firstIndex(of: Syntax.lineFeed) else {
      searched = bytes.count
      return count >= limit ? .tooLong : .incomplete
    }
    if end - start + 1 > limit { return .tooLong }
    guard end > start, bytes[end - 1] == Syntax.carriageReturn else {
      throw .bad("a line ends without a carriage return")
    }
    let line = bytes[start..<end - 1]
    start = end + 1
    return .complete(line)
  }
}
