// One epoll instance: the only place where a jobrun process waits.

internal import CLinux
internal import Glibc

/// Waits for many descriptors at once (epoll(7)), level triggered.
public struct Poller: ~Copyable {
  /// What a descriptor is watched for.
  public struct Interest: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Bytes to read, a connection to accept, a timer that went off, a process that ended.
    public static let read = Interest(rawValue: EPOLLIN.rawValue)
    /// Room to write.
    public static let write = Interest(rawValue: EPOLLOUT.rawValue)
  }

  /// One descriptor that has something to tell.
  public struct Event: Sendable {
    /// The number the descriptor was added under.
    public let token: UInt64
    /// Reading will not wait (the end of the file included).
    public let isReadable: Bool
    /// Writing will not wait.
    public let isWritable: Bool
    /// The other end is gone or the descriptor is in error.
    public let isHangUp: Bool
  }

  private let descriptor: Descriptor

  /// Makes an empty set.
  public init() throws(SystemError) {
    descriptor = Descriptor(
      owning: try check("epoll_create1") {
        epoll_create1(Int32(EPOLL_CLOEXEC))
      })
  }

  /// Starts watching; `token` comes back with each event.
  public func add(
    _ watched: borrowing Descriptor, for interest: Interest = .read, token: UInt64
  ) throws(SystemError) {
    try control(EPOLL_CTL_ADD, watched.number, interest, token)
  }

  /// Changes what a watched descriptor is watched for.
  public func modify(
    _ watched: borrowing Descriptor, for interest: Interest, token: UInt64
  ) throws(SystemError) {
    try control(EPOLL_CTL_MOD, watched.number, interest, token)
  }

  /// Stops watching. To be called before the descriptor is closed: a copy of it in a
  /// child would keep its events coming.
  public func remove(_ watched: borrowing Descriptor) throws(SystemError) {
    try control(EPOLL_CTL_DEL, watched.number, [], 0)
  }

  private func control(
    _ operation: Int32, _ number: Int32, _ interest: Interest, _ token: UInt64
  ) throws(SystemError) {
    var event = epoll_event()
    event.events = interest.rawValue
    event.data.u64 = token
    _ = try check("epoll_ctl") { epoll_ctl(descriptor.number, operation, number, &event) }
  }

  /// Waits for at least one event, at most `timeout` milliseconds (nil: for ever), and
  /// returns up to `limit` of them. Empty after the timeout.
  public func wait(timeout: Int32? = nil, limit: Int = 256) throws(SystemError) -> [Event] {
    var raw = [epoll_event](repeating: epoll_event(), count: limit)
    let count = try check("epoll_wait") {
      epoll_wait(descriptor.number, &raw, Int32(limit), timeout ?? -1)
    }
    return raw.prefix(Int(count)).map { event in
      Event(
        token: event.data.u64,
        isReadable: event.events & EPOLLIN.rawValue != 0,
        isWritable: event.events & EPOLLOUT.rawValue != 0,
        isHangUp: event.events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0)
    }
  }
}
