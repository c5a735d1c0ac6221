// A response body in pieces. The connection pulls when it has room, so that a slow client
// holds back its source and not the server's memory; a source that has nothing at the
// moment says so and wakes the connection later.

/// A response body that is made while it is sent.
public final class BodyStream {
  /// What a source has to give.
  public enum Piece {
    /// The next bytes; an empty piece counts as `pending`.
    case bytes([UInt8])
    /// Nothing now; `wake()` will tell when there is.
    case pending
    /// The body is complete.
    case end
    /// The rest cannot be had: the connection is cut, so that the client sees a body cut
    /// short and does not take it for complete (RFC 9112 section 8).
    case failed
  }

  /// How many bytes the body will have; nil: sent in chunks.
  public let length: Int?
  /// Called once when nobody needs the body any more: it was sent, the client is gone, or
  /// it asked for the head only. Lets a source stop watching its file.
  public var onClose: (() -> Void)?

  /// It may go on for ever: a server that stops does not wait for its end, but cuts it.
  public let isEndless: Bool

  /// Each piece takes milliseconds to make, so that there is one in a turn of the loop.
  public let isCostly: Bool

  private let source: (Int) -> Piece
  private weak var connection: Connection?
  private var isClosed = false

  /// Makes a body from a source.
  /// - Parameters:
  ///   - isEndless: a server that stops does not wait for its end.
  ///   - isCostly: a piece takes milliseconds to make.
  ///   - source: gives the next piece of at most the number of bytes passed. Called
  ///     on the loop, so it must not wait. A client that goes away silently is only noticed
  ///     when something is sent to it: a stream that can be quiet for long should now and
  ///     then give a few bytes (a comment line, in server-sent events).
  public init(
    length: Int? = nil, isEndless: Bool = false, isCostly: Bool = false,
    source: @escaping (_ limit: Int) -> Piece
  ) {
    self.length = length
    self.isCostly = isCostly
    self.isEndless = isEndless
    self.source = source
  }

  /// Tells the connection that there is more, or that the body has ended. Not to be called
  /// by the source itself: what it has, it gives.
  public func wake() {
    connection?.resumeStream()
  }

  func attach(to connection: Connection) { self.connection = connection }

  func pull(limit: Int) -> Piece {
    let piece = source(limit)
    if case .bytes(let bytes) = piece, bytes.isEmpty { return .pending }
    return piece
  }

  func close() {
    if isClosed { return }
    isClosed = true
    connection = nil
    onClose?()
    onClose = nil
  }
}
