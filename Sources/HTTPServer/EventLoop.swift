// One thread waiting for descriptors and deadlines (epoll(7), timerfd_create(2)). Everything
// it calls runs to its end before the next thing is called, so nothing needs a lock.

public import LinuxIO

/// Waits for descriptors and deadlines and calls who asked for them.
public final class EventLoop {
  /// Names one registration; never used twice.
  public struct Token: Hashable, Sendable {
    let number: UInt64
  }

  /// Why an action is called.
  public enum Occurrence: Sendable {
    /// The descriptor has something to tell.
    case ready(Poller.Event)
    /// The deadline has come; it is unset now.
    case deadline
  }

  /// What is called; it must not wait for anything.
  public typealias Action = (Occurrence) -> Void

  private static let timerToken: UInt64 = 0

  private let poller: Poller
  private let timer: Timer
  private var actions: [UInt64: Action] = [:]
  private var deadlines = DeadlineQueue()
  private var armed: Int64?
  private var lastToken = EventLoop.timerToken
  private var postponed: [() -> Void] = []

  /// Milliseconds since boot, as of when the current turn woke up: deadlines are set from
  /// it without asking the kernel each time.
  public private(set) var now = Clock.boot.milliseconds

  /// Makes a loop that waits for nothing.
  public init() throws(SystemError) {
    poller = try Poller()
    timer = try Timer(clock: .boot)
    try poller.add(timer.descriptor, token: EventLoop.timerToken)
  }

  /// Registers an action without a descriptor, to be called at deadlines only.
  public func add(_ action: @escaping Action) -> Token {
    lastToken += 1
    actions[lastToken] = action
    return Token(number: lastToken)
  }

  /// Watches a descriptor. The caller keeps it open until `remove`.
  public func add(
    _ descriptor: borrowing Descriptor, for interest: Poller.Interest = .read,
    _ action: @escaping Action
  ) throws(SystemError) -> Token {
    let token = lastToken + 1
    try poller.add(descriptor, for: interest, token: token)
    return add(action)
  }

  /// Changes what a descriptor is watched for; with nothing, only hang-ups are told.
  public func modify(
    _ token: Token, _ descriptor: borrowing Descriptor, for interest: Poller.Interest
  ) throws(SystemError) {
    try poller.modify(descriptor, for: interest, token: token.number)
  }

  /// Stops watching a descriptor and forgets its action and deadline. Its action is not
  /// called again, not even for what the current turn has already found.
  public func remove(_ token: Token, _ descriptor: borrowing Descriptor) {
    // Fails only for a descriptor that is not watched, and then there is nothing to undo.
    try? poller.remove(descriptor)
    remove(token)
  }

  /// Forgets an action without a descriptor.
  public func remove(_ token: Token) {
    actions[token.number] = nil
    deadlines.remove(token.number)
  }

  /// Sets or (nil) unsets the one deadline of a registration, in milliseconds since boot.
  public func setDeadline(_ token: Token, at instant: Int64?) {
    guard actions[token.number] != nil else { return }
    deadlines.set(token.number, at: instant)
  }

  /// Calls something later, after what is ready now has had its turn.
  public func postpone(_ action: @escaping () -> Void) {
    postponed.append(action)
  }

  /// Turns until the condition fails.
  public func run(while condition: () -> Bool) throws(SystemError) {
    while condition() { try turn() }
  }

  /// Waits once, at most `timeout` milliseconds (nil: until something happens), and calls
  /// the actions of all that happened.
  public func turn(timeout: Int32? = nil) throws(SystemError) {
    try arm()
    let events = try poller.wait(timeout: postponed.isEmpty ? timeout : 0)
    now = Clock.boot.milliseconds
    for event in events {
      if event.token == EventLoop.timerToken {
        timer.acknowledge()
        armed = nil
      } else {
        // Looked up at each event: an earlier one may have removed it.
        actions[event.token]?(.ready(event))
      }
    }
    for token in deadlines.takeDue(at: now) { actions[token]?(.deadline) }
    let postponed = postponed
    self.postponed = []
    for action in postponed { action() }
  }

  /// Sets the timer if it would go off too late. One that goes off early is left alone: it
  /// costs one turn, while setting it at every move of a deadline costs a call each.
  private func arm() throws(SystemError) {
    guard let next = deadlines.next else { return }
    if let armed, armed <= next { return }
    try timer.set(at: next)
    armed = next
  }
}
