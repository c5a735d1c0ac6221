// runs/<id>/hooks.log: what hooks of a job have written, and how they ended. Only the last of it is
// kept: it is for people, and nothing depends on it.

internal import LinuxIO

extension Spool {
  private static let hookLogName = "hooks.log"
  private static let unfinishedHookLog = "hooks.new"
  /// So many bytes of a job's hooks are kept at most.
  public static let hookLogLimit = 64 << 10

  /// Adds to the log of a job's hooks; the oldest lines go when it becomes too long.
  public func appendHookLog(_ id: String, _ bytes: [UInt8]) throws(SpoolError) {
    try spoolCalls { () throws(SystemError) in
      let job = try clearedWay(to: id, in: runs)
      let file = try job.open(Spool.hookLogName, .readAndAppend)
      try file.write(bytes)
      let size = try file.status().size
      guard size > Int64(Spool.hookLogLimit) else { return }
      // Somewhat less than the limit, so that not every line has to do this.
      let kept = Spool.hookLogLimit * 3 / 4
      let tail = try file.read(limit: kept, at: size - Int64(kept))
      let start = tail.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      try job.remove(Spool.unfinishedHookLog)
      try job.open(Spool.unfinishedHookLog, .createNew).write(tail[start...])
      try job.rename(Spool.unfinishedHookLog, to: Spool.hookLogName, in: job)
    }
  }

  /// What the hooks of a job have written; nil if none has run.
  public func hookLog(_ id: String) throws(SpoolError) -> [UInt8]? {
    try spoolCalls { () throws(SystemError) in
      guard try runs.status(of: id)?.kind == .directory,
        let file = try Directory(id, in: runs).openIfPresent(Spool.hookLogName)
      else { return nil }
      return try file.read(limit: 2 * Spool.hookLogLimit, at: 0)
    }
  }

  /// Paths of what an attempt has written, as far as that is there.
  public func logPaths(_ id: String, run: Int?, attempt: Int?) -> (stdout: String?, stderr: String?)
  {
    guard let run, let attempt,
      let directory = (try? self.run(id, directoryName: "\(run).\(attempt)")) ?? nil
    else { return (nil, nil) }
    func place(of name: String) -> String? {
      guard let status = try? directory.directory.status(of: name) else { return nil }
      return status.kind == .regular ? "\(path)/runs/\(id)/\(run).\(attempt)/\(name)" : nil
    }
    return (place(of: RunDirectory.Name.stdout), place(of: RunDirectory.Name.stderr))
  }
}
