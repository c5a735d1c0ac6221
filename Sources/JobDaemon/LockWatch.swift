// Somebody holds a lock of the spool for longer than any change takes. Only what needs the
// lock waits; who holds it is told, and a process that was stopped with it is woken.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// What a daemon does about a lock that it cannot have.
struct LockWatch {
  /// Held so long by a stopped process, the lock is worth a SIGCONT to it.
  static let stoppedTime = TimeSpan.seconds(10)

  /// Who was named already: one line a holder is enough.
  private var named: LockHolder?

  /// The lock could be had again.
  mutating func clear() { named = nil }

  /// Looks who keeps the lock, after it could not be had.
  mutating func look(_ spool: Spool, _ log: Log, at now: Instant) {
    guard let stuck = spool.stuckLock(at: now) else { return }
    if named != stuck.holder { log.warning("\(stuck)") }
    named = stuck.holder
    guard stuck.isStopped, stuck.heldFor >= LockWatch.stoppedTime,
      let process = try? ProcessHandle(pid: stuck.holder.pid),
      // Looked at after the handle was opened: the number cannot have changed owners since.
      stuck.holder.isAlive
    else { return }
    process.send(.resume)
    log.warning("process \(stuck.holder.pid) is told to go on")
  }
}
