// How many clients there may be and how long they may take.

/// Bounds of the server as a whole. Times are in milliseconds.
///
/// A connection holds at most one body, one request's header fields, 64 KiB of what came in
/// behind it, and of what goes out one response or 64 KiB and a piece of a stream. An idle
/// one holds next to nothing.
public struct ServerLimits: Hashable, Sendable {
  /// Bounds of each request.
  public var request = RequestLimits()
  /// Connections in all; those beyond get 503.
  public var connections = 1024
  /// Connections of one client address (of IPv6: one /64 network); those beyond get 503.
  /// Unix sockets are not counted. To be raised behind a proxy, where all come from one.
  public var connectionsPerAddress = 256
  /// Connections beyond a limit that are kept just long enough to tell them 503. Further
  /// ones wait in the kernel's queue while the server is full, and are closed at once if
  /// only their address has too many: they must not keep others waiting.
  public var refusedConnections = 64
  /// From the first byte of a request to the end of its header fields (408).
  public var headTime: Int64 = 20_000
  /// From the end of the header fields to the end of the body (408).
  public var bodyTime: Int64 = 60_000
  /// Between requests, and before the first one; then the connection is closed silently.
  public var idleTime: Int64 = 60_000
  /// What a handler may take to answer (503).
  public var answerTime: Int64 = 120_000
  /// How long a client may refuse to take a single byte of what is being sent to it.
  public var sendTime: Int64 = 30_000
  /// How long a client may still send after its last answer. Closing at once could destroy
  /// that answer on its way (RFC 9112 section 9.6).
  public var lingerTime: Int64 = 2_000
  /// How many bytes it may send meanwhile.
  public var lingerBytes = 16 << 20
  /// Before trying again when the process was out of descriptors or memory.
  public var shortageTime: Int64 = 1_000

  /// The defaults of every bound.
  public init() {}
}
