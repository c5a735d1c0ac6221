// Removing finished jobs for good, with their logs: because their time is over, or because
// somebody asked. The job and its run directory lose their names under state.lock, so that
// neither a rerun nor a new job of the same id can get in between; what has no name any more
// is deleted afterwards.

public import JobCore
public import LinuxIO

/// What became of one job that was to be removed.
public enum PurgeResult: Hashable, Sendable {
  case removed
  /// It is not what was read any more: gone, or run again.
  case stale
  /// A supervisor still holds this attempt.
  case busy(attempt: String)
  /// It is still there.
  case failed(SystemError)
}

extension Spool {
  /// How many jobs are removed together: each is an open file meanwhile, and some tenths of a
  /// millisecond for which state.lock is held.
  public static let purgeBatch = 20

  /// Reads a finished job that is to be removed, if its purgeDays are over.
  /// - Throws: `damaged` if it cannot be read.
  public func expiredJob(_ id: String, at now: Instant) throws(SpoolError) -> StoredJob? {
    guard let stored = try job(id, in: .done), let finishedAt = stored.state.finishedAt,
      now - finishedAt > TimeSpan(milliseconds: Int64(stored.state.spec.purgeDays) * 86_400_000)
    else { return nil }
    return stored
  }

  /// Removes finished jobs with their logs; those that are not in done/ are stale.
  /// - Parameter reason: for the history.
  /// - Parameter patience: milliseconds to wait for state.lock; nil: as `lockPatience` says.
  /// - Returns: a result for each, in order, once all that were removed are durably so.
  public func purge(
    _ jobs: [StoredJob], because reason: String, at now: Instant,
    patience: Int64? = nil
  ) throws(SpoolError) -> [PurgeResult] {
    var results: [PurgeResult] = []
    var trees: [String] = []
    do {
      let lock = try SpoolLock(.state, of: self, patience: patience)
      for job in jobs {
        do throws(SystemError) {
          results.append(try takeNames(of: job, trees: &trees))
        } catch {
          results.append(.failed(error))
        }
      }
      _ = consume lock
    }
    let removed = zip(jobs, results).filter { $0.1 == .removed }.map(\.0.state)
    // Durable before the id can be used again: after a power cut the old job must not come
    // back and be taken for the newer one.
    if !removed.isEmpty { try spoolCalls { () throws(SystemError) in try done.sync() } }
    for tree in trees { _ = try? tmp.removeTree(tree) }
    append(removed.map { HistoryEntry($0, Decision(at: now, .purged, reason)) })
    return results
  }

  /// Takes its names from a job and its run directory. With the lock held.
  private func takeNames(
    of job: StoredJob, trees: inout [String]
  ) throws(SystemError) -> PurgeResult {
    let id = job.state.id
    let name = Spool.fileName(id)
    guard job.place == .done, let current = try done.status(of: name),
      current.isSameFile(as: job.status)
    else { return .stale }
    for attempt in try runNames(id) {
      if let run = try run(id, directoryName: attempt), try !run.fence() {
        return .busy(attempt: attempt)
      }
    }
    try done.remove(name)
    if try runs.status(of: id) != nil {
      let tree = "\(Spool.purgedPrefix)\(temporaryName())"
      // If this fails, the records belong to no job, and the housekeeping finds them.
      if (try? runs.rename(id, to: tree, in: tmp)) != nil { trees.append(tree) }
    }
    return .removed
  }
}
