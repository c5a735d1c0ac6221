// daemon.lock: held by the daemon of a spool as long as it works. Its first line names the
// holder, the second one says what the daemon waits for, if something is short, the third one which
// config.json it goes by, and the fourth one who runs its jobs, and what is the matter there.

public import JobCore
internal import LinuxIO

/// The right to be the daemon of a spool, held.
public struct DaemonLock: ~Copyable {
  /// Bytes of the file. Always all of them are written, over those that are there: where a
  /// file system writes in place, that needs no room on a disk that is full.
  private static let size = 1024
  private static let longestNotice = 200
  private static let longestFault = 400

  private let lock: FileLock

  fileprivate init(_ lock: consuming FileLock) {
    self.lock = lock
    tell(DaemonNotice())
  }

  /// Says what there is to know of the daemon.
  public func tell(_ notice: DaemonNotice) {
    // Whatever a notice says, the line behind it has its room.
    let waitsFor = (notice.waitsFor ?? "").utf8.prefix(DaemonLock.longestNotice)
    let settings = "\(notice.configMark ?? "-") \(notice.configFault ?? "")".utf8
    let engine = "\(notice.engine.rawValue) \(notice.engineFault ?? "")".utf8
    var bytes = Array(LockHolder.current.text.utf8) + waitsFor
    for line in [settings.prefix(DaemonLock.longestFault), engine.prefix(DaemonLock.longestNotice)]
    {
      bytes.append(UInt8(ascii: "\n"))
      bytes += line.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: " ") : $0 }
    }
    bytes = Array(bytes.prefix(DaemonLock.size - 1))
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: DaemonLock.size - 1 - bytes.count)
    bytes.append(UInt8(ascii: "\n"))
    // It only tells people something: a failure costs nothing else.
    _ = try? lock.file.write(bytes, at: 0)
  }
}

/// What a daemon tells of itself.
public struct DaemonNotice: Hashable, Sendable {
  /// What it waits for, starting nothing; nil if nothing is short.
  public var waitsFor: String?
  /// Which config.json it has looked at last.
  public var configMark: String?
  /// Why it goes on with earlier settings; nil if it has those of the file.
  public var configFault: String?
  /// Who runs the jobs of queues that do not say.
  public var engine = EngineName.local
  /// Why that gets nowhere for now; nil if it does.
  public var engineFault: String?

  /// Nothing to tell.
  public init() {}
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

  /// What the daemon of this spool tells; nil if there is none.
  public func daemonNotice() -> DaemonNotice? {
    guard hasDaemon(), let file = try? root.openIfPresent("daemon.lock"),
      let bytes = try? file.contents(limit: 4096)
    else { return nil }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self).split(separator: " ") }
    var notice = DaemonNotice()
    if lines.count > 1, !lines[1].isEmpty { notice.waitsFor = lines[1].joined(separator: " ") }
    if lines.count > 2 {
      notice.configMark = lines[2].first.map(String.init)
      let fault = lines[2].dropFirst().joined(separator: " ")
      if !fault.isEmpty { notice.configFault = fault }
    }
    if lines.count > 3 {
      notice.engine = lines[3].first.flatMap { EngineName(rawValue: String($0)) } ?? .local
      let fault = lines[3].dropFirst().joined(separator: " ")
      if !fault.isEmpty { notice.engineFault = fault }
    }
    return notice
  }
}
