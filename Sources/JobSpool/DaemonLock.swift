// daemon.lock: held by the daemon of a spool as long as it works. Its first line names the
// holder, its second one says what the daemon waits for, if something is short.

internal import LinuxIO

/// The right to be the daemon of a spool, held.
public struct DaemonLock: ~Copyable {
  /// Bytes of the file. Always all of them are written, over those that are there: where a
  /// file system writes in place, that needs no room on a disk that is full.
  private static let size = 512

  private let lock: FileLock

  fileprivate init(_ lock: consuming FileLock) {
    self.lock = lock
    tell(nil)
  }

  /// Says what the daemon waits for; nil if nothing.
  public func tell(_ notice: String?) {
    var bytes = Array("\(LockHolder.current.text)\(notice ?? "")".utf8.prefix(DaemonLock.size - 1))
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: DaemonLock.size - 1 - bytes.count)
    bytes.append(UInt8(ascii: "\n"))
    // It only tells people something: a failure costs nothing else.
    _ = try? lock.file.write(bytes, at: 0)
  }
}

extension Spool {
  /// Takes daemon.lock, waiting two seconds for a daemon that is about to leave.
  /// - Throws: `busy` with its holder if there is another daemon.
  public func lockDaemon() throws(SpoolError) -> DaemonLock {
    let deadline = Clock.boot.milliseconds + 2000
    while true {
      let held = try spoolCalls { () throws(SystemError) in
        try FileLock(root.open("daemon.lock", .updateOrCreate))
      }
      if let held { return DaemonLock(held) }
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

  /// What the daemon of this spool waits for; nil if it waits for nothing, or there is none.
  public func daemonNotice() -> String? {
    guard hasDaemon(), let file = try? root.openIfPresent("daemon.lock"),
      let bytes = try? file.contents(limit: 4096)
    else { return nil }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.count > 1 else { return nil }
    let words = String(decoding: lines[1], as: UTF8.self).split(separator: " ")
    return words.isEmpty ? nil : words.joined(separator: " ")
  }
}
