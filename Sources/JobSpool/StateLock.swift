// state.lock: held for microseconds around the renames of state files. The holder writes
// its pid and start time into it, so that one that was stopped in between can be named.

internal import LinuxIO

/// The lock on the names of state files.
struct StateLock: ~Copyable {
  private let lock: FileLock

  /// Takes the lock, waiting for others.
  /// - Parameter patience: milliseconds; nil: as the spool's `lockPatience` says.
  init(_ spool: Spool, patience: Int64? = nil) throws(SpoolError) {
    let deadline = Clock.boot.milliseconds + (patience ?? spool.lockPatience)
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
    guard let file = try? root.openIfPresent(name), let bytes = try? file.contents(limit: 4096)
    else {
      return nil
    }
    return LockHolder(parsing: bytes)
  }
}
