// Locks between processes that change one spool. The holder writes its pid and start time into
// the file, so that one that was stopped in between can be named.

internal import LinuxIO

/// A lock, held.
struct SpoolLock: ~Copyable {
  /// The file that is locked.
  enum Name: String {
    /// On the names of state files: held for microseconds around renames.
    case state = "state.lock"
    /// On what jobs run after: held while that is looked at and written, so that no two processes
    /// make a circle, or an endless job of one that somebody begins to wait for.
    case parents = "parents.lock"
    /// On plans/: held while a plan and the jobs derived from it are replaced.
    case plans = "plans.lock"
    /// On config.json: held while it is read and replaced.
    case config = "config.lock"
  }

  private let lock: FileLock

  /// Takes the lock, waiting for others.
  /// - Parameter patience: milliseconds; nil: as the spool's `lockPatience` says.
  init(_ name: Name, of spool: Spool, patience: Int64? = nil) throws(SpoolError) {
    let deadline = Clock.boot.milliseconds + (patience ?? spool.lockPatience)
    var wait: Int64 = 1
    while true {
      let held = try spoolCalls { () throws(SystemError) in
        try FileLock(spool.root.open(name.rawValue, .updateOrCreate))
      }
      if let held {
        lock = held
        break
      }
      if Clock.boot.milliseconds >= deadline {
        throw .busy(lock: name.rawValue, holder: spool.lockHolder(name.rawValue))
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
