// Whole-file locks that belong to the open file description (F_OFD_SETLK, fcntl(2)).
// They vanish with their holder, so there is never a stale one to clean up.

internal import CLinux
internal import Glibc

/// A held lock on a file; letting go of it unlocks.
public struct FileLock: ~Copyable {
  /// The locked file.
  public let file: Descriptor
  private var isGivenAway = false

  /// Locks a file exclusively without waiting; nil if somebody else holds it.
  public init?(_ file: consuming Descriptor) throws(SystemError) {
    let number = file.number
    let outcome = clinux_lock(number, 1)
    let code = errno
    self.file = file
    if outcome == 0 { return }
    if code == EAGAIN || code == EACCES { return nil }
    throw SystemError("fcntl(F_OFD_SETLK)", "", code: code)
  }

  // Unlocked before it is closed: a child forked meanwhile may hold a copy of the
  // descriptor, and closing ours would not release the lock then.
  deinit { if !isGivenAway { _ = clinux_unlock(file.number) } }

  /// Leaves the lock to whoever has a copy of its descriptor: letting go only closes this one, and
  /// it is the last copy whose end frees the lock.
  public mutating func giveAway() { isGivenAway = true }

  /// Whether somebody holds a lock on an open file; never takes it.
  public static func isHeld(on file: borrowing Descriptor) throws(SystemError) -> Bool {
    let number = file.number
    return try check("fcntl(F_OFD_GETLK)") { clinux_is_locked(number) } == 1
  }
}
