// The right to answer one request, now or in a later turn of the loop.

/// Answers one request, once.
///
/// One that is let go without an answer answers 500: a forgotten request must not keep its
/// client waiting.
public final class Responder {
  private weak var connection: Connection?
  private let exchange: UInt64

  init(_ connection: Connection, exchange: UInt64) {
    self.connection = connection
    self.exchange = exchange
  }

  /// Whether an answer would still reach somebody: not answered yet, not timed out, and
  /// the client has not been seen to leave.
  public var isWaiting: Bool { connection?.isAnswering(exchange) ?? false }

  /// Answers. The second answer, and one that comes too late, is dropped: false.
  @discardableResult
  public func answer(_ response: Response) -> Bool {
    guard let connection, connection.isAnswering(exchange) else {
      if case .stream(let stream) = response.body { stream.close() }
      return false
    }
    connection.answer(response)
    return true
  }

  /// Lets the body of the request come, when a request's head was to be admitted
  /// (`Server.admission`): the handler gets the whole of it in its turn. Does nothing otherwise.
  public func proceed() { connection?.proceed(exchange) }

  /// Tells who made the request, for the access log.
  public func identify(as user: String) {
    connection?.identify(as: user, exchange: exchange)
  }

  /// Tells what the request is for, for the access log.
  public func assign(to route: String) {
    connection?.assign(to: route, exchange: exchange)
  }

  deinit {
    guard let connection, connection.isAnswering(exchange) else { return }
    connection.answer(.text(.internalError, "no answer was given\n"))
  }
}
