// What a connection can be doing.

extension Connection {
  /// What a connection is doing.
  enum State {
    /// Requests are taken from the client.
    case reading
    /// A handler has the request.
    case answering(Exchange)
    /// The body of an answer is being pulled.
    case streaming(Exchange, OutgoingBody)
    /// Nothing more is read; what is in the output still goes out.
    case finishing
    /// All is sent and the client told so; what it still sends is dropped, because closing
    /// with unread bytes would make the kernel throw away the answer (RFC 9112 section 9.6).
    case lingering(bytes: Int)
    case closed

    /// Whether bytes from the client are looked at, if only to drop them.
    var takesInput: Bool {
      switch self {
      case .reading, .lingering: true
      case .answering, .streaming, .finishing, .closed: false
      }
    }

    /// Whether a step in it takes milliseconds.
    var isCostly: Bool {
      if case .streaming(_, let body) = self { body.stream.isCostly } else { false }
    }

    /// Whether the exchange of a number waits for its answer.
    func isAnswering(_ number: UInt64) -> Bool {
      if case .answering(let exchange) = self { return exchange.number == number }
      return false
    }
  }

  /// How one step of work ended.
  enum Progress {
    case more
    /// The output has to drain first.
    case full
    /// Nothing to do before something happens.
    case waiting
  }
}
