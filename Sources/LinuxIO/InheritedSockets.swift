// Listening sockets that a service manager opened for this process (sd_listen_fds(3)).

internal import CLinux
internal import Glibc

/// Socket activation: descriptors handed over through LISTEN_FDS.
public enum InheritedSockets {
  /// The numbers of the descriptors meant for this process; empty without LISTEN_FDS or if
  /// LISTEN_PID names another process. They become close-on-exec, and the variables are
  /// removed, so that no child takes them for its own: a second call returns nothing.
  public static func take() -> [Int32] {
    // SD_LISTEN_FDS_START.
    take(from: 3)
  }

  /// Where a descriptor listens; nil if it is no stream socket that accepts connections.
  public static func address(of number: Int32) -> SocketAddress? {
    let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { return nil }
    let socket = Socket(owning: copy)
    return socket.isListening ? (try? socket.localAddress()) ?? nil : nil
  }

  static func take(from first: Int32) -> [Int32] {
    defer { for name in ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"] { unsetenv(name) } }
    guard let pid = Environment.value("LISTEN_PID"), Int32(pid) == getpid(),
      let text = Environment.value("LISTEN_FDS"), let count = Int32(text), (1...1024) ~= count
    else { return [] }
    let numbers = Array(first..<first + count)
    for number in numbers { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
    return numbers
  }
}
