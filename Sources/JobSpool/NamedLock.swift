// locks/: a file for each named lock. Who has the kernel's lock on it has the lock; so it goes with
// its last holder, however that ends, and nothing is ever left to be cleaned up. What stands in the
// file tells who that is. A file that was not used for a month is removed: whoever has locked one
// looks whether it still has its name.

public import JobCore
public import LinuxIO

/// A named lock, held.
public final class NamedLock {
  public let name: String
  private var lock: FileLock?
  /// The number of its descriptor, for a process that is to have it too.
  public let number: Int32

  fileprivate init(_ name: String, _ lock: consuming FileLock) {
    // Who had it before has it no longer. Who has it now follows in a moment.
    _ = try? lock.file.truncate(to: 0)
    self.name = name
    number = lock.file.number
    self.lock = consume lock
  }

  /// Takes over a lock that this process was started with; nil if it was not.
  public init?(inherited number: Int32) {
    guard let file = Descriptor.inherited(number), let lock = try? FileLock(file) else {
      return nil
    }
    name = ""
    self.number = number
    self.lock = consume lock
  }

  /// Says who has it. That is for people who wait: a failure costs nothing else.
  public func tell(_ holder: LockRecord.Holder, pid: Int32 = CurrentProcess.pid, at now: Instant) {
    let record = LockRecord(
      name, holder, pid: pid, startTime: ProcessTable.startTime(of: pid) ?? 0, since: now)
    let bytes = record.bytes
    _ = try? lock?.file.write(bytes, at: 0)
    _ = try? lock?.file.truncate(to: Int64(bytes.count))
  }

  /// Leaves it to a process that has its descriptor too.
  public func giveAway() { lock?.giveAway() }

  /// Lets go of it.
  public func release() { lock = nil }
}

extension Spool {
  /// Without being used for so long, the file of a lock goes, in milliseconds.
  private static let unusedLockTime: Int64 = 30 * 86_400_000

  /// What came of the wish for several locks.
  public enum LockTry {
    case taken([NamedLock])
    /// Somebody has this one, and so none was taken.
    case held(String)
  }

  /// Takes all of some locks, without waiting, or none.
  public func tryLocks(_ names: [String]) throws(SystemError) -> LockTry {
    var taken: [NamedLock] = []
    for name in names {
      guard let lock = try tryLock(name) else { return .held(name) }
      taken.append(lock)
    }
    return .taken(taken)
  }

  /// Takes a lock without waiting; nil if somebody has it.
  public func tryLock(_ name: String) throws(SystemError) -> NamedLock? {
    // Looked at first: closing a file that was open for writing is what those who wait take for
    // the end of a holder.
    if try isLocked(name) { return nil }
    while true {
      let file = try locks.open(LockRecord.fileName(of: name), .updateOrCreate)
      guard let lock = try FileLock(file) else { return nil }
      if try lock.file.status().links > 0 { return NamedLock(name, lock) }
    }
  }

  /// Whether anybody has a lock; never takes it.
  public func isLocked(_ name: String) throws(SystemError) -> Bool {
    guard let file = try locks.openIfPresent(LockRecord.fileName(of: name)) else { return false }
    return try FileLock.isHeld(on: file)
  }

  /// Who has a lock, as it says of itself; nil if nobody has it, or whoever has it has said nothing.
  public func holder(ofLock name: String) -> LockRecord? {
    guard let first = record(ofLock: name) else { return nil }
    // Between taking it and writing into it, a holder looks like the last one did.
    guard ProcessTable.startTime(of: first.pid) != first.startTime else { return first }
    pause(milliseconds: 5)
    guard let second = record(ofLock: name),
      ProcessTable.startTime(of: second.pid) == second.startTime
    else { return nil }
    return second
  }

  private func record(ofLock name: String) -> LockRecord? {
    guard let file = try? locks.openIfPresent(LockRecord.fileName(of: name)),
      (try? FileLock.isHeld(on: file)) ?? false, let bytes = try? file.contents(limit: 1 << 16)
    else { return nil }
    return try? LockRecord(parsing: bytes)
  }

  /// Absolute path of locks/, for those who watch it.
  public var locksPath: String { "\(path)/locks" }

  /// Names in locks/.
  public func namesOfLocks() throws(SpoolError) -> DirectoryStream {
    try spoolCalls { () throws(SystemError) in try DirectoryStream(locks) }
  }

  /// Removes the file of a lock that nobody has, and nobody has had for a month.
  /// - Returns: whether it was removed.
  @discardableResult
  public func trimLock(_ fileName: String, at now: Instant) throws(SpoolError) -> Bool {
    try spoolCalls { () throws(SystemError) in
      func isUnused() throws(SystemError) -> Bool {
        guard let status = try locks.status(of: fileName), status.kind == .regular else {
          return false
        }
        return now.milliseconds - status.modified > Spool.unusedLockTime
      }
      guard try isUnused(), let lock = try FileLock(locks.open(fileName, .update)),
        // Looked at again: somebody may have used it, or removed it and made it anew, before it
        // was locked here.
        try isUnused(), let named = try locks.status(of: fileName),
        try lock.file.status().isSameFile(as: named)
      else { return false }
      return try locks.remove(fileName)
    }
  }
}
