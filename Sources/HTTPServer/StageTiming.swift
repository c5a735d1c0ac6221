// The one deadline of a connection, by what it is doing.

/// Which of a connection's time limits counts now, and when it is reached.
struct StageTiming {
  private enum Phase: Equatable {
    case none
    case reading(RequestParser.Stage)
    case answering(since: Int64)
    case sending
    case lingering
  }

  /// A deadline to set; nil unsets it.
  struct Deadline { let instant: Int64? }

  private let limits: ServerLimits
  private var phase = Phase.none
  private var instant: Int64?
  private var hasChanged = false

  init(limits: ServerLimits) { self.limits = limits }

  /// Makes the deadline that of what the connection is doing now.
  /// - Parameter isSending: whether something waits for the client to take it. While it
  ///   does, no request is late: answers to earlier ones go first.
  mutating func follow(
    _ state: Connection.State, _ stage: RequestParser.Stage, isSending: Bool, at now: Int64
  ) {
    switch state {
    case .reading, .streaming, .finishing:
      if isSending { return enter(.sending, at: now + limits.sendTime) }
      guard case .reading = state else { return enter(.none, at: nil) }
      enter(.reading(stage), at: now + allowed(stage))
    case .answering(let exchange):
      enter(.answering(since: exchange.handed), at: exchange.handed + limits.answerTime)
    case .lingering: enter(.lingering, at: now + limits.lingerTime)
    case .closed: enter(.none, at: nil)
    }
  }

  private func allowed(_ stage: RequestParser.Stage) -> Int64 {
    switch stage {
    case .idle: limits.idleTime
    case .head: limits.headTime
    case .body: limits.bodyTime
    }
  }

  /// What to say to a client that was too slow. Nothing to an idle one: an answer that
  /// nobody asked for would be taken for that of a request already on its way.
  static func refusal(_ stage: RequestParser.Stage) -> Refusal? {
    switch stage {
    case .idle: nil
    case .head: Refusal(.requestTimeout, "the header fields took too long")
    case .body: Refusal(.requestTimeout, "the body took too long")
    }
  }

  /// The client took some bytes: the time for taking the next ones starts anew.
  mutating func sent(at now: Int64) {
    if phase == .sending { set(now + limits.sendTime) }
  }

  /// The next request has its own time, even in the same stage.
  mutating func restart() { phase = .none }

  /// The deadline, if it is another one than at the last call.
  mutating func takeChange() -> Deadline? {
    defer { hasChanged = false }
    return hasChanged ? Deadline(instant: instant) : nil
  }

  /// Time counts from entering a phase: staying in it does not prolong it.
  private mutating func enter(_ next: Phase, at instant: Int64?) {
    if next == phase { return }
    phase = next
    set(instant)
  }

  private mutating func set(_ instant: Int64?) {
    if instant == self.instant { return }
    self.instant = instant
    hasChanged = true
  }
}
