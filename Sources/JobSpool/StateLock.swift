// state.lock: held for microseconds around the renames of state files. The holder writes
// its pid and start time into it, so that one that was stopped in between can be named.

public import LinuxIO

/// The lock on the names of state files.
struct StateLock: ~Copyable {
  private let lock: FileLock

  /// Takes the lock, waiting for others as long as the spool's `lockPatience` says.
  init(_ spool: Spool) throws(SpoolError) {
    let deadline = Clock.boot.milliseconds + spool.lockPatience
    var wait: Int64 = 1
    while true {
      let held = try spoolCalls { () throws(SystemError) in
        try FileLock(spool.root.open("state.lock", .updateOrCreate))
      }
      if let held {
        lock = held
        break
      }
      if Clock.boot.milliseconds >= deadline {
        throw .busy(lock: "state.lock", holder: spool.lockHolder("state.lock"))
      }
      pause(milliseconds: wait)
      wait = min(wait * 2, 16)
    }
    // Who it is matters only to somebody who waits: no sync, and a failure costs nothing.
    _ = try? lock.file.write(Array(LockHolder.current.text.utf8), at: 0)
  }
}

extension Spool {
  /// Whoever wrote itself into a lock file last.
  public func lockHolder(_ name: String) -> LockHolder? {
    guard let file = try? root.openIfPresent(name), let bytes = try? file.contents(limit: 256)
    else {
      return nil
    }
    return LockHolder(parsing: bytes)
  }

  /// Takes daemon.lock, waiting two seconds for a daemon that is about to leave.
  /// - Throws: `busy` with its holder if there is another daemon.
  public func lockDaemon() throws(SpoolError) -> FileLock {
    let deadline = Clock.boot.milliseconds + 2000
    while true {
      let held = try spoolCalls { () throws(SystemError) in
        try FileLock(root.open("daemon.lock", .updateOrCreate))
      }
      if let held {
        do {
          try held.file.truncate(to: 0)
          try held.file.write(Array(LockHolder.current.text.utf8), at: 0)
        } catch {
          throw .system(error)
        }
        return held
      }
      if Clock.boot.milliseconds >= deadline {
        throw .busy(lock: "daemon.lock", holder: lockHolder("daemon.lock"))
      }
      pause(milliseconds: 20)
    }
  }

  /// Whether a daemon works on this spool now.
  public func hasDaemon() -> Bool {
    guard let file = try? root.openIfPresent("daemon.lock") else { return false }
    return (try? FileLock.isHeld(on: file)) ?? false
  }
}
