// What can go wrong with a spool, as data. The edge gives each its exit code and remedy.

public import JobCore
public import LinuxIO

/// A failure of the spool as a whole, or of one thing in it.
public enum SpoolError: Error, Sendable {
  /// A system call failed.
  case system(SystemError)
  /// The directory cannot be trusted or understood: owner, mode, format, or no directory.
  case refused(path: String, reason: String)
  /// Somebody has held a lock for too long.
  case busy(lock: String, holder: LockHolder?)
  /// A file of the spool does not hold what it should.
  case damaged(path: String, reason: String)
  /// A job of that id is there already.
  case exists(id: String)
  /// A job of that id is there, and it is another one than the one submitted.
  case differs(id: String)

  /// A new job says something that is not so in this spool.
  case invalid(DocumentError)

  init(_ error: SystemError) { self = .system(error) }
}

/// Who holds a lock, as it wrote into the lock file.
public struct LockHolder: Hashable, Sendable {
  public let pid: Int32
  /// Start in clock ticks since boot; with the pid it names one process.
  public let startTime: UInt64

  /// The process that calls.
  static let current = LockHolder(
    pid: CurrentProcess.pid, startTime: ProcessTable.startTime(of: CurrentProcess.pid) ?? 0)

  var text: String { "\(pid) \(startTime)\n" }

  init(pid: Int32, startTime: UInt64) {
    self.pid = pid
    self.startTime = startTime
  }

  init?(parsing bytes: [UInt8]) {
    // The first line alone: a holder does not cut off what a longer one left behind it.
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    let words = String(decoding: line, as: UTF8.self).split(separator: " ")
    guard words.count == 2, let pid = Int32(words[0]), let startTime = UInt64(words[1]) else {
      return nil
    }
    self.init(pid: pid, startTime: startTime)
  }

  /// Whether that very process still exists.
  public var isAlive: Bool { ProcessTable.startTime(of: pid) == startTime }
}

/// Runs a body of system calls, turning their error into the spool's.
func spoolCalls<Result: ~Copyable>(
  _ body: () throws(SystemError) -> Result
) throws(SpoolError) -> Result {
  do {
    return try body()
  } catch {
    throw .system(error)
  }
}
