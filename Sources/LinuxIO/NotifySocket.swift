// What a service manager is told of this process (sd_notify(3)): one datagram a time, sent and
// forgotten. Nobody has to listen: a socket that is gone, or that nobody reads, costs no more than
// a moment. The variables are removed, so that no child speaks for this process.

internal import CLinux
internal import Glibc

/// The socket of a service manager.
public struct NotifySocket: Sendable {
  /// How often the manager wants to hear of this process, in milliseconds: half of what it waits
  /// for (sd_watchdog_enabled(3)); nil if it does not.
  public let watchdogInterval: Int64?
  private let name: [UInt8]

  /// A message that must arrive waits so long for a manager that is behind, in microseconds.
  private static let patience = 500_000

  /// The socket in NOTIFY_SOCKET, with WATCHDOG_USEC if that is meant for this process; nil if
  /// there is none. The variables are removed: a second call returns nil.
  public static func take() -> NotifySocket? {
    defer { for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] { unsetenv(name) } }
    guard let text = Environment.value("NOTIFY_SOCKET") else { return nil }
    return NotifySocket(
      text, watchdog: Environment.value("WATCHDOG_USEC"), of: Environment.value("WATCHDOG_PID"))
  }

  /// - Parameters:
  ///   - text: an absolute path, or `@` and a name without a file; nothing else is understood.
  ///   - watchdog: microseconds.
  ///   - process: whom the watchdog is meant for; nil: whoever reads it.
  init?(_ text: String, watchdog: String?, of process: String?) {
    var name = Array(text.utf8)
    let room = MemoryLayout<sockaddr_un>.size - MemoryLayout<sa_family_t>.size
    guard name.count > 1, name.count < room, ["/", "@"].contains(text.first) else { return nil }
    if text.first == "@" { name[0] = 0 }
    self.name = name
    let isMeant = process.map { Int32($0) == getpid() } ?? true
    watchdogInterval =
      isMeant
      ? watchdog.flatMap(Int64.init).flatMap { $0 > 0 ? max($0 / 2000, 1) : nil } : nil
  }

  /// Sends assignments, one a line, such as `READY=1`.
  /// - Parameter mustArrive: whether to wait a moment for a manager that is behind.
  public func send(_ assignments: String, mustArrive: Bool) {
    let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
    let number = socket(AF_UNIX, kind, 0)
    guard number >= 0 else { return }
    defer { close(number) }
    var patience = timeval(tv_sec: 0, tv_usec: NotifySocket.patience)
    setsockopt(
      number, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    let flags = Int32(MSG_NOSIGNAL) | (mustArrive ? 0 : Int32(MSG_DONTWAIT))
    let bytes = Array(assignments.utf8)
    // A failure is the manager's business: it knows how long it waits for whom.
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        _ = sendto(number, bytes, bytes.count, flags, raw, length)
      }
    }
  }
}
