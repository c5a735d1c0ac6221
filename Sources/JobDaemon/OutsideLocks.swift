// Locks that a job was to start with and that somebody has who is no run of this daemon: a command
// of `jobrun lock`, a `jobrun exec`, or a supervisor that is about to end. Nobody tells the daemon
// when they let go, but the kernel does: by the close of the lock's file.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// Locks that others have, and the watch for their end.
final class OutsideLocks {
  /// Where hints come from.
  let watch: FileWatch
  private var names: [String: String] = [:]
  private(set) var rechecks = Rechecks()

  /// Watches from now on: a lock that is found held later cannot be let go unseen.
  init(_ spool: Spool) throws(SystemError) {
    watch = try FileWatch()
    _ = try watch.add(path: spool.locksPath, for: .written)
  }

  /// Somebody else has a lock.
  func add(_ name: String) {
    let file = LockRecord.fileName(of: name)
    names[file] = name
    rechecks.begin(file)
  }

  /// Takes the hints that are there. Those of locks that nobody waits for say nothing.
  func takeHints() throws(SystemError) {
    for hint in try watch.hints() {
      switch hint {
      case .overflow: rechecks.hintAll()
      case .ended: break
      case .changed(_, let file, _): rechecks.hint(file)
      }
    }
  }

  /// Looks at all of them soon: the net under the hints.
  func lookAtAll() { rechecks.hintAll() }

  /// Looks at those whose time has come. One that cannot be looked at is taken for held, and looked
  /// at again.
  /// - Returns: locks that are free now.
  func freed(in spool: Spool) -> [String] {
    var freed: [String] = []
    for file in rechecks.takeDue() {
      guard let name = names[file], let isHeld = try? spool.isLocked(name), !isHeld else {
        continue
      }
      freed.append(name)
      names[file] = nil
      rechecks.end(file)
    }
    return freed
  }
}
