// What may go, and when: finished jobs after their purgeDays, logs of all but the last
// runs, unfinished writes, records that no job owns.

public import JobCore
internal import LinuxIO

extension Spool {
  /// Logs of so many runs of a job are kept.
  static let keptRuns = 20
  /// Longer than any write takes, in milliseconds.
  private static let unfinishedTime: Int64 = 36 * 3_600_000

  /// Removes unfinished writes: old ones, and those that were published and only not
  /// unlinked any more.
  public func sweepTemporary(at now: Instant) throws(SpoolError) {
    try spoolCalls { () throws(SystemError) in
      for name in try tmp.names() {
        guard let status = try tmp.status(of: name), status.kind == .regular else { continue }
        if status.links > 1 || now.milliseconds - status.modified > Spool.unfinishedTime {
          try tmp.remove(name)
        }
      }
    }
  }

  /// Ids that have a directory in runs/.
  public func jobsWithRuns() throws(SpoolError) -> [String] {
    try spoolCalls { () throws(SystemError) in try runs.names().filter(JobIdentifier.isValid) }
  }

  /// Ids of finished jobs.
  public func finishedIdentifiers() throws(SpoolError) -> [String] {
    try spoolCalls { () throws(SystemError) in
      try done.names().compactMap(Spool.identifier(fileName:))
    }
  }

  /// Clears what attempts of a job have left that its state does not call live; all of it
  /// if there is no such job.
  /// - Returns: attempts that a supervisor runs although the state does not name them.
  public func sweepRuns(_ id: String) throws(SpoolError) -> [String] {
    let state: JobState?
    do throws(SpoolError) {
      state = try job(id)?.state
    } catch {
      // A job that cannot be read keeps what it has.
      guard case .damaged = error else { throw error }
      return []
    }
    return try spoolCalls { () throws(SystemError) in
      var strangers: [String] = []
      for name in try runNames(id) where name != state?.phase.liveAttempt?.directoryName {
        guard let run = try run(id, directoryName: name) else { continue }
        if try run.directory.status(of: RunDirectory.Name.lock) == nil,
          try run.directory.status(of: RunDirectory.Name.plan) == nil
        {
          // Cleared already; a crash may have come before its empty directory went.
          _ = try Directory(id, in: runs).removeDirectory(name)
          continue
        }
        if try !clearRun(id, directoryName: name, keepLogs: true) { strangers.append(name) }
      }
      // Looked at again: a submit under that id may have come in between.
      if state == nil, strangers.isEmpty, try jobs.status(of: Spool.fileName(id)) == nil,
        try done.status(of: Spool.fileName(id)) == nil
      {
        try runs.removeTree(id)
      } else {
        try runs.removeDirectory(id)
      }
      return strangers
    }
  }

  /// Removes logs of all but the last runs of a job.
  public func trimRuns(_ id: String, latest: Int) throws(SpoolError) {
    guard latest > Spool.keptRuns else { return }
    try spoolCalls { () throws(SystemError) in
      for name in try runNames(id) {
        guard let run = name.split(separator: ".").first.flatMap({ Int($0) }),
          run <= latest - Spool.keptRuns
        else { break }
        if try clearRun(id, directoryName: name, keepLogs: true),
          // Gone with the last of its attempts, if none of them left anything.
          try runs.status(of: id) != nil
        {
          _ = try Directory(id, in: runs).removeTree(name)
        }
      }
    }
  }

  /// Removes a finished job and its logs, if it ended more than its purgeDays ago.
  /// - Returns: whether it was removed.
  public func purge(_ id: String, at now: Instant) throws(SpoolError) -> Bool {
    let stored: StoredJob?
    do throws(SpoolError) {
      stored = try job(id, in: .done)
    } catch {
      guard case .damaged(_, let reason) = error else { throw error }
      try spoolCalls { () throws(SystemError) in
        _ = try quarantine(Spool.fileName(id), from: .done, because: reason)
      }
      return false
    }
    guard let stored, let finishedAt = stored.state.finishedAt,
      now - finishedAt > TimeSpan(milliseconds: Int64(stored.state.spec.purgeDays) * 86_400_000)
    else { return false }
    let lock = try StateLock(self)
    // A rerun may have taken it back to jobs/ meanwhile, and even ended.
    let isRemoved = try spoolCalls { () throws(SystemError) in
      let name = Spool.fileName(id)
      guard let current = try done.status(of: name), current.isSameFile(as: stored.status)
      else { return false }
      try done.remove(name)
      try done.sync()
      return true
    }
    _ = consume lock
    if isRemoved {
      try spoolCalls { () throws(SystemError) in _ = try runs.removeTree(id) }
    }
    return isRemoved
  }
}
