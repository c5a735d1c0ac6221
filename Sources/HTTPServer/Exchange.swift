// One request and what has become of it so far.

internal import LinuxIO

struct Exchange {
  /// Counts the exchanges of one connection.
  let number: UInt64
  let method: Method?
  let target: String?
  let version: Version
  /// Whether the connection goes on behind the answer.
  var keepAlive: Bool
  /// Whether the body has come, too.
  var isWhole = true
  /// When the first byte came, and when the handler got the request; milliseconds since boot.
  let begun: Int64
  let handed: Int64
  var user: String?
  var route: String?
  var status: Status?
  var bodyBytes = 0
  var note: String?

  init(_ request: Request, number: UInt64, begun: Int64, handed: Int64) {
    self.number = number
    method = request.method
    target = request.target
    version = request.version
    keepAlive = request.keepAlive
    self.begun = begun
    self.handed = handed
  }

  init(_ refusal: Refusal, number: UInt64, begun: Int64, handed: Int64) {
    self.number = number
    method = nil
    target = nil
    version = .http11
    keepAlive = false
    self.begun = begun
    self.handed = handed
    note = refusal.reason
  }

  func record(peer: SocketAddress?, at now: Int64, isComplete: Bool) -> AccessRecord {
    AccessRecord(
      peer: peer, user: user, method: method, target: target, route: route, status: status,
      bodyBytes: bodyBytes,
      milliseconds: now - begun, isComplete: isComplete, note: note)
  }
}
