// The clocks: one people read, and two that only ever run forward.

internal import CLinux
internal import Glibc

/// A clock of the kernel (clock_gettime(2)).
public enum Clock: Sendable {
  /// Wall clock, UTC; it can be set forward and back.
  case real
  /// Time since boot, suspended time included; never set.
  case boot
  /// Time since boot without suspended time, in which service managers count.
  case awake

  var identifier: clockid_t {
    switch self {
    case .real: CLOCK_REALTIME
    case .boot: CLOCK_BOOTTIME
    case .awake: CLOCK_MONOTONIC
    }
  }

  /// Milliseconds: since 1970 UTC for `real`, since boot for the others.
  public var milliseconds: Int64 { nanoseconds / 1_000_000 }

  /// Nanoseconds, from the same origin.
  public var nanoseconds: Int64 {
    var time = timespec()
    clock_gettime(identifier, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// Lets the calling process rest; only for short waits on a lock or another process.
public func pause(milliseconds: Int64) {
  var time = timespec(
    tv_sec: Int(milliseconds / 1000), tv_nsec: Int(milliseconds % 1000) * 1_000_000)
  nanosleep(&time, nil)
}
