// Bytes that have been made and not been pulled yet.

/// A queue of bytes that is taken in parts.
struct PendingBytes {
  private var bytes: [UInt8] = []
  private var start = 0

  var isEmpty: Bool { start == bytes.count }
  var count: Int { bytes.count - start }

  mutating func append(_ more: some Sequence<UInt8>) { bytes += more }

  /// Takes the first bytes, at most so many.
  mutating func take(_ limit: Int) -> [UInt8] {
    let end = min(start + limit, bytes.count)
    let taken = Array(bytes[start..<end])
    start = end
    if isEmpty { self = PendingBytes() }
    return taken
  }
}
