// metrics.json: what the daemons of a spool have counted. Not truth, so it is not synced; it is
// written whole and renamed, so that no reader sees half of it.

public import JobCore
public import LinuxIO

extension Spool {
  static let metricsFile = "metrics.json"
  /// Far above what is written; more is nothing of jobrun's.
  private static let metricsLimit = 64 << 10

  /// What the daemons have counted so far; nil if none has written it yet.
  /// - Throws: `damaged` if the file cannot be understood.
  public func metrics() throws(SpoolError) -> DaemonMetrics? {
    let path = root.path(of: Spool.metricsFile)
    guard let file = try openMetrics(path) else { return nil }
    let status = try spoolCalls { () throws(SystemError) in try file.status() }
    guard status.kind == .regular else {
      throw .damaged(path: path, reason: "it is not a regular file")
    }
    let contents = try spoolCalls { () throws(SystemError) in
      try file.contents(limit: Spool.metricsLimit)
    }
    guard let bytes = contents else {
      throw .damaged(path: path, reason: "it is larger than any such file")
    }
    do {
      return try DaemonMetrics(parsing: bytes)
    } catch {
      throw .damaged(path: path, reason: error.message)
    }
  }

  private func openMetrics(_ path: String) throws(SpoolError) -> Descriptor? {
    do throws(SystemError) {
      return try root.openIfPresent(Spool.metricsFile)
    } catch {
      if error.isLink { throw .damaged(path: path, reason: "it is a symbolic link") }
      if error.isUnreadable {
        throw .damaged(path: path, reason: "it cannot be opened: \(error.reason)")
      }
      throw .system(error)
    }
  }

  /// Replaces what has been counted, unless the room for that is kept for jobs.
  public func write(_ metrics: DaemonMetrics) throws(SystemError) {
    try checkRoom()
    let name = temporaryName()
    do throws(SystemError) {
      try tmp.open(name, .createNew).write(metrics.bytes, at: 0)
      try tmp.rename(name, to: Spool.metricsFile, in: root)
    } catch {
      _ = try? tmp.remove(name)
      throw error
    }
  }

  /// Moves a file that cannot be understood to corrupt/.
  /// - Returns: the name it has there.
  @discardableResult
  public func quarantineMetrics(because reason: String) throws(SystemError) -> String {
    try quarantine(Spool.metricsFile, in: root, because: reason)
  }
}
