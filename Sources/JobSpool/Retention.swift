// What may go, and when: logs of all but the last runs, unfinished writes, records that no
// job owns, old history, and what has been in corrupt/ for long.

public import JobCore
public import LinuxIO

extension Spool {
  /// Logs of so many runs of a job are kept.
  static let keptRuns = 20
  /// Longer than any write takes, in milliseconds.
  private static let unfinishedTime: Int64 = 36 * 3_600_000
  /// Days for which history and what is in corrupt/ are kept.
  private static let keptDays: Int64 = 90
  /// So many bytes of history are kept, and today's in any case.
  private static let historyLimit: Int64 = 1 << 30
  /// What a run directory that lost its name to a purge is called in tmp/.
  static let purgedPrefix = "purged-"

  /// Removes unfinished writes: old ones, those that were published and only not unlinked any
  /// more, and what a purge has left.
  public func sweepTemporary(at now: Instant) throws(SpoolError) {
    try spoolCalls { () throws(SystemError) in
      for name in try leftovers(at: now) { try tmp.removeTree(name) }
    }
  }

  /// Names in tmp/ that nobody is at work on.
  func leftovers(at now: Instant) throws(SystemError) -> [String] {
    var leftovers: [String] = []
    for name in try tmp.names() {
      guard let status = try tmp.status(of: name) else { continue }
      let isLeft =
        status.kind == .directory
        ? name.hasPrefix(Spool.purgedPrefix)
        : status.links > 1 || now.milliseconds - status.modified > Spool.unfinishedTime
      if isLeft { leftovers.append(name) }
    }
    return leftovers
  }

  /// Names in runs/: ids of jobs that have left something.
  public func namesWithRuns() throws(SpoolError) -> DirectoryStream {
    try spoolCalls { () throws(SystemError) in try DirectoryStream(runs) }
  }

  /// Names in jobs/: files of live jobs.
  public func namesOfLive() throws(SpoolError) -> DirectoryStream {
    try spoolCalls { () throws(SystemError) in try DirectoryStream(jobs) }
  }

  /// Names in done/: files of finished jobs.
  public func namesOfFinished() throws(SpoolError) -> DirectoryStream {
    try spoolCalls { () throws(SystemError) in try DirectoryStream(done) }
  }

  /// Names in corrupt/.
  public func namesInQuarantine() throws(SpoolError) -> DirectoryStream {
    try spoolCalls { () throws(SystemError) in try DirectoryStream(corrupt) }
  }

  /// Removes what has been in corrupt/ for ninety days, given the name of its reason: that was
  /// written when it was put there, while the file itself may be older.
  /// - Returns: the name of what was removed; nil if nothing was.
  public func trimQuarantine(_ reason: String, at now: Instant) throws(SpoolError) -> String? {
    guard reason.hasSuffix(".why") else { return nil }
    return try spoolCalls { () throws(SystemError) in
      guard let status = try corrupt.status(of: reason), status.kind == .regular,
        now.milliseconds - status.modified > Spool.keptDays * 86_400_000
      else { return nil }
      let name = String(reason.dropLast(4))
      // Before its reason, so that a crash in between leaves nothing that nobody explains.
      try corrupt.removeTree(name)
      try corrupt.remove(reason)
      return name
    }
  }

  /// Removes history that is older than ninety days, or the oldest of what is more than 1 GiB.
  /// - Returns: the files that were removed.
  public func trimHistory(at now: Instant) throws(SpoolError) -> [String] {
    let today = String(now.rfc3339.prefix(10))
    let oldest = String((now - .seconds(Spool.keptDays * 86_400)).rfc3339.prefix(10))
    return try spoolCalls { () throws(SystemError) in
      var total: Int64 = 0
      var removed: [String] = []
      // The names sort as the days do.
      for name in try events.names().filter({ $0.hasSuffix(".ndjson") }).sorted(by: >) {
        guard let status = try events.status(of: name), status.kind == .regular else { continue }
        total += status.size
        let day = name.dropLast(7)
        if day >= today || (day >= oldest && total <= Spool.historyLimit) { continue }
        if try events.remove(name) { removed.append(name) }
      }
      return removed
    }
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
    let names = try spoolCalls { () throws(SystemError) -> [String]? in
      if let there = try runs.status(of: id), there.kind != .directory {
        try quarantine(id, in: runs, because: "a directory belongs there")
        return nil
      }
      let names = try runNames(id)
      // A process that has the job prepares an attempt before the state names it.
      return try isOwned(id) ? nil : names
    }
    guard let names else { return [] }
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
      for name in names where name != state?.phase.liveAttempt?.directoryName {
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
      if try isOwned(id) { return strangers }
      if state?.isFinished ?? true, try !removeOwner(of: id) { return strangers }
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
}
