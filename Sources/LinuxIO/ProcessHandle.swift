// A process that cannot be confused with a later one of the same number (pidfd_open(2)).

internal import CLinux
internal import Glibc

/// A handle on a process; readable once the process has ended.
public struct ProcessHandle: ~Copyable, Sendable {
  /// The descriptor to wait for.
  public let descriptor: Descriptor
  /// The number it was opened by.
  public let pid: Int32

  /// Opens a handle; nil if there is no such process.
  public init?(pid: Int32) throws(SystemError) {
    let number = clinux_pidfd_open(pid)
    if number < 0 {
      if errno == ESRCH { return nil }
      throw SystemError("pidfd_open", "\(pid)")
    }
    descriptor = Descriptor(owning: number)
    self.pid = pid
  }

  /// Sends a signal; false if the process has ended.
  @discardableResult
  public func send(_ signal: Signal) -> Bool {
    clinux_pidfd_send_signal(descriptor.number, signal.rawValue) == 0
  }
}
