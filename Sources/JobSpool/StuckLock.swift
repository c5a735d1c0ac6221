// A state.lock that is not given back: whoever holds it was stopped, or hangs. It is held
// for microseconds in the ordinary course, and its holder writes itself into it, so the
// file's own time tells since when.

public import JobCore
internal import LinuxIO

/// state.lock, held for longer than any change takes.
public struct StuckLock: Sendable, CustomStringConvertible {
  /// Held so long, it is worth a word.
  static let worthAWord = TimeSpan.seconds(2)

  public let holder: LockHolder
  public let heldFor: TimeSpan
  /// Whether the holder was stopped, by SIGSTOP or a terminal.
  public let isStopped: Bool

  /// One line for people.
  public var description: String {
    let seconds = TimeSpan(milliseconds: heldFor.milliseconds / 1000 * 1000)
    return "process \(holder.pid) has held state.lock for \(seconds)"
      + "\(isStopped ? " and is stopped" : ""); changes of jobs wait for it"
  }
}

extension Spool {
  /// Who has held state.lock for two seconds or more; nil if nobody has.
  public func stuckLock(at now: Instant) -> StuckLock? {
    guard let first = heldLock(at: now) else { return nil }
    // Between taking the lock and writing itself into it, a holder looks like the last one
    // did, long ago. Another look a little later tells them apart.
    pause(milliseconds: 20)
    guard let second = heldLock(at: now), second.holder == first.holder,
      second.heldFor == first.heldFor
    else { return nil }
    return second
  }

  private func heldLock(at now: Instant) -> StuckLock? {
    guard let file = try? root.openIfPresent("state.lock"), let status = try? file.status(),
      let holder = lockHolder("state.lock")
    else { return nil }
    let heldFor = now - Instant(milliseconds: status.modified)
    guard heldFor >= StuckLock.worthAWord, (try? FileLock.isHeld(on: file)) ?? false else {
      return nil
    }
    return StuckLock(
      holder: holder, heldFor: heldFor,
      isStopped: holder.isAlive && ProcessTable.isStopped(holder.pid))
  }
}
