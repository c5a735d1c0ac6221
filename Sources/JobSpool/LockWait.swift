// Waiting for named locks, one after the other in the order of their names: whoever does so can
// wait for no one who waits for them. Nobody polls: the kernel tells of the close of a lock's file.
// It does so before it lets go of the lock of a process that was killed, so the looks after it come
// at growing intervals; they also make up for hints that were lost.

public import JobCore
public import LinuxIO

/// The wish for some named locks, and those of them that are held by now.
public final class LockWait {
  /// Pauses between looks, in milliseconds.
  private static let shortestPause: Int64 = 1
  private static let longestPause: Int64 = 5000

  private let spool: Spool
  private let names: [String]
  private let holder: LockRecord.Holder
  private let watch: FileWatch
  /// Those that are held by now.
  public private(set) var held: [NamedLock] = []
  private var pause = LockWait.shortestPause
  /// When to look again if nothing is told before, on the boot clock in milliseconds.
  public private(set) var nextLook: Int64 = 0

  /// - Parameters:
  ///   - names: in any order.
  ///   - holder: who has them, for people who wait.
  public init(
    _ names: some Sequence<String>, for holder: LockRecord.Holder, in spool: Spool
  ) throws(SystemError) {
    self.spool = spool
    self.names = Set(names).sorted()
    self.holder = holder
    watch = try FileWatch()
    // Before the first look: what ends after it is told.
    _ = try watch.add(path: spool.locksPath, for: .written)
  }

  /// What to wait for.
  public var descriptor: Descriptor { _read { yield watch.descriptor } }

  /// The lock that is waited for; nil if all are held.
  public var missing: String? { held.count < names.count ? names[held.count] : nil }

  /// Takes what can be had.
  /// - Returns: whether all are held.
  public func advance() throws(SystemError) -> Bool {
    let now = Clock.boot.milliseconds
    let file = missing.map(LockRecord.fileName)
    let isHinted = try watch.hints().contains { hint in
      if case .changed(_, let name, _) = hint { name == file } else { true }
    }
    if isHinted { pause = LockWait.shortestPause }
    while let name = missing {
      guard let lock = try spool.tryLock(name) else {
        nextLook = now + pause
        pause = min(pause * 2, LockWait.longestPause)
        return false
      }
      lock.tell(holder, at: Instant(milliseconds: Clock.real.milliseconds))
      held.append(lock)
      pause = LockWait.shortestPause
    }
    return true
  }

  /// Who keeps this from going on, in words.
  public var obstacle: String {
    guard let name = missing else { return "" }
    let record = spool.holder(ofLock: name)
    let since = record.map { " since \($0.since.rfc3339)" } ?? ""
    return "lock \"\(name)\": \(record?.who ?? "somebody") has it\(since)"
  }

  /// Lets go of all.
  public func release() {
    for lock in held { lock.release() }
    held = []
  }
}
