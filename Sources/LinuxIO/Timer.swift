// A timer that is a descriptor (timerfd_create(2)).

internal import CLinux
internal import Glibc

/// A timer on one clock; readable once its instant has come.
public struct Timer: ~Copyable {
  /// The descriptor to watch.
  public let descriptor: Descriptor
  private let clock: Clock

  /// Makes a timer that is not set.
  public init(clock: Clock) throws(SystemError) {
    self.clock = clock
    descriptor = Descriptor(
      owning: try check("timerfd_create") {
        timerfd_create(clock.identifier, Int32(TFD_CLOEXEC) | Int32(TFD_NONBLOCK))
      })
  }

  /// Sets the timer to an instant of its clock in milliseconds; nil unsets it. An instant
  /// that has passed goes off at once. A timer on the wall clock also goes off when that
  /// clock is set (TFD_TIMER_CANCEL_ON_SET), because every wait has to be judged again.
  public func set(at milliseconds: Int64?) throws(SystemError) {
    var setting = itimerspec()
    if let milliseconds {
      // Zero would unset it.
      let instant = max(milliseconds, 1)
      setting.it_value.tv_sec = Int(instant / 1000)
      setting.it_value.tv_nsec = Int(instant % 1000) * 1_000_000
    }
    var flags = Int32(TFD_TIMER_ABSTIME)
    if clock == .real { flags |= Int32(TFD_TIMER_CANCEL_ON_SET) }
    _ = try check("timerfd_settime") {
      timerfd_settime(descriptor.number, flags, &setting, nil)
    }
  }

  /// Takes note of an expiry, so that the descriptor is quiet again.
  public func acknowledge() {
    var count: UInt64 = 0
    // ECANCELED (the clock was set) and EAGAIN mean the same to the caller: look again.
    _ = read(descriptor.number, &count, 8)
  }
}
