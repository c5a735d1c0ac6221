// The bytes of a stream that have arrived and are not used up yet, and where they stand in it.
// It guarantees that using up costs no more than arriving did: bytes are moved only when at least
// as many before them are gone.

/// Arrived bytes, of which the first part is used up and another part already looked at.
struct JSONStreamBuffer {
  /// Used bytes are dropped when there are this many and they are half of all: 64 KiB, what a pipe
  /// delivers at most in one read.
  private static let dropSize = 1 << 16

  private(set) var bytes: [UInt8] = []
  /// The index of the first byte that is not used up.
  private(set) var start = 0
  /// The index of the next byte to look at, never before `start`.
  var scanned = 0
  /// The place of `start` in the stream.
  private(set) var position = JSONPosition()

  /// Takes in what has arrived.
  mutating func append(_ more: some Sequence<UInt8>) {
    if start >= Self.dropSize, start >= bytes.count / 2 {
      bytes.removeFirst(start)
      scanned -= start
      start = 0
    }
    bytes.append(contentsOf: more)
  }

  /// The byte at `scanned`, if it has arrived.
  var next: UInt8? { scanned < bytes.count ? bytes[scanned] : nil }

  /// How many bytes have been looked at and are not used up.
  var length: Int { scanned - start }

  /// The bytes that have been looked at and are not used up.
  var chunk: ArraySlice<UInt8> { bytes[start..<scanned] }

  /// Looks at all that has arrived and is left as one chunk that never was.
  mutating func discardAll() {
    scanned = bytes.count
    consume()
  }

  /// Uses up what has been looked at.
  mutating func consume() {
    position.advance(over: chunk)
    start = scanned
  }

  /// Uses up white space.
  mutating func consumeBlanks() {
    while let next, next.isBlank { scanned += 1 }
    consume()
  }

  /// The place of an index that is not used up.
  func position(of index: Int) -> JSONPosition {
    var position = position
    position.advance(over: bytes[start..<index])
    return position
  }

  /// Lets a reader loose on bytes from `start` up to an index.
  func read(upTo end: Int, limits: JSONLimits) -> Result<JSON, JSONError> {
    bytes.withUnsafeBytes { all in
      var reader = JSONReader(
        UnsafeRawBufferPointer(rebasing: all[start..<end]), limits: limits, from: position)
      do throws(JSONError) {
        return .success(try reader.document())
      } catch {
        return .failure(error)
      }
    }
  }

  /// Why what begins at `start` is no object.
  func faultOfNonObject(upTo end: Int) -> JSONError {
    fault(upTo: end) { JSONFault.reason(at: $0, expecting: .object) }
  }

  /// Why what begins at `start` may not follow a document.
  func faultOfTrailing(upTo end: Int) -> JSONError {
    fault(upTo: end) { JSONFault.trailing(at: $0) }
  }

  private func fault(
    upTo end: Int, reason: (JSONCursor) -> JSONError.Reason
  ) -> JSONError {
    bytes.withUnsafeBytes { all in
      let cursor = JSONCursor(UnsafeRawBufferPointer(rebasing: all[start..<end]), from: position)
      return cursor.failure(reason(cursor))
    }
  }
}
