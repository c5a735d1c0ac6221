// A streamed body and the framing that it is sent in.

struct OutgoingBody {
  /// What pulling once gave.
  enum Piece {
    case bytes([UInt8], body: Int)
    case pending
    case end([UInt8])
    case failed
  }

  /// Bytes asked of a source at once.
  static let pieceSize = 32768

  let stream: BodyStream
  private let isChunked: Bool
  /// What is left of an announced length.
  private var left: Int?

  init(_ stream: BodyStream, framing: ResponseSerializer.Framing) {
    self.stream = stream
    isChunked = framing == .chunked
    left = stream.length
  }

  /// Pulls once. A source that gives more or less than the announced length has failed: the
  /// client would take the difference for a part of another response.
  mutating func pull() -> Piece {
    if left == 0 { return .end([]) }
    switch stream.pull(limit: min(left ?? OutgoingBody.pieceSize, OutgoingBody.pieceSize)) {
    case .bytes(let bytes):
      if let left {
        if bytes.count > left { return .failed }
        self.left = left - bytes.count
      }
      return .bytes(isChunked ? ResponseSerializer.chunk(bytes) : bytes, body: bytes.count)
    case .pending: return .pending
    case .end:
      if left != nil { return .failed }
      return .end(isChunked ? ResponseSerializer.lastChunk : [])
    case .failed: return .failed
    }
  }
}
