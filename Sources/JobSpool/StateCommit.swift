// Changing state files: read, decide, write and sync the new file, then under the lock see
// that nobody else was faster, and rename. Many changes share one lock and one sync.

public import JobCore
public import LinuxIO

/// One job's next state, and what it was decided on.
public struct StateChange {
  /// What was read.
  public let basis: StoredJob
  /// What it becomes.
  public let next: JobState

  /// Puts a change together.
  public init(_ basis: StoredJob, _ next: JobState) {
    self.basis = basis
    self.next = next
  }
}

/// What became of one change.
public enum CommitResult: Sendable {
  /// It is in place, and durable once the commit has returned.
  case committed
  /// Somebody else changed the job in between: read it again and decide anew.
  case stale
  /// It could not be written; the old state stands.
  case failed(SystemError)
}

extension Spool {
  /// Replaces state files; a job about which nothing is left to do moves to done/, others to jobs/.
  /// - Returns: a result for each change, in order.
  /// - Throws: if the lock cannot be had, or a directory cannot be synced; then nobody
  ///   knows what a power cut would leave, and nothing may be acted on.
  public func commit(_ changes: [StateChange]) throws(SpoolError) -> [CommitResult] {
    var results = [CommitResult](repeating: .committed, count: changes.count)
    var start = 0
    while start < changes.count {
      let end = min(start + Staging.limit, changes.count)
      try commit(changes, start..<end, &results)
      start = end
    }
    return results
  }

  private func commit(
    _ changes: [StateChange], _ range: Range<Int>, _ results: inout [CommitResult]
  ) throws(SpoolError) {
    let staging = Staging(self)
    for index in range {
      do throws(SystemError) {
        try staging.write(changes[index].next.json.serialized(), as: index)
      } catch {
        results[index] = .failed(error)
      }
    }
    var failures: [Int: SystemError] = [:]
    staging.sync { index, error in failures[index] = error }
    for (index, error) in failures { results[index] = .failed(error) }

    var gainsRuns = false
    for index in range {
      guard case .committed = results[index],
        case .starting(let attempt) = changes[index].next.phase
      else { continue }
      gainsRuns = true
      do throws(SystemError) {
        try syncRun(changes[index].next.id, attempt)
      } catch {
        if error.call == "fsync" { throw .system(error) }
        // Removed already: the state says what was meant, and the next look what came of it.
        if !error.isNotFound && !error.isNoDirectory { results[index] = .failed(error) }
      }
    }
    if gainsRuns { try spoolCalls { () throws(SystemError) in try runs.sync() } }

    var gainsDone = false
    var losesDone = false
    do {
      let lock = try SpoolLock(.state, of: self)
      for index in range {
        guard case .committed = results[index] else { continue }
        let change = changes[index]
        if change.next.isFinished { gainsDone = true }
        if change.basis.place == .done { losesDone = true }
        do throws(SystemError) {
          results[index] = try name(change, staging, index)
        } catch {
          results[index] = .failed(error)
        }
      }
      _ = consume lock
    }
    // The directory that gains a name before the one that loses it, so that a power cut
    // leaves the job in both rather than in neither.
    try spoolCalls { () throws(SystemError) in
      if gainsDone { try done.sync() }
      try jobs.sync()
      if losesDone { try done.sync() }
    }
  }

  private func name(
    _ change: StateChange, _ staging: Staging, _ key: Int
  ) throws(SystemError) -> CommitResult {
    let name = Spool.fileName(change.next.id)
    let current = try withPlace(change.basis.place) { directory throws(SystemError) in
      try directory.status(of: name)
    }
    guard let current, current.isSameFile(as: change.basis.status) else { return .stale }
    // Moved first and replaced then, or the other way round: at no instant is the job in
    // neither place, and a crash in between leaves a final phase in jobs/, which is legal.
    if change.basis.place == .done { try done.rename(name, to: name, in: jobs) }
    try staging.replace(key, as: name, in: jobs)
    // The new state stands from here on. If the move fails (no space for a name in done/),
    // that is still so: the daemon moves what has finished that it finds in jobs/.
    if change.next.isFinished { _ = try? jobs.rename(name, to: name, in: done) }
    return .committed
  }

  /// Removes the older file of every job that is in jobs/ and in done/: a power cut may
  /// leave both where a file system does not make a rename durable as one.
  /// - Returns: ids of such jobs. One that cannot be read keeps both.
  public func settleDoubles() throws(SpoolError) -> [String] {
    let finished = Set(try finishedIdentifiers())
    if finished.isEmpty { return [] }
    var settled: [String] = []
    for id in try liveIdentifiers().filter(finished.contains).sorted() {
      let lock = try SpoolLock(.state, of: self)
      do throws(SpoolError) {
        // Read under the lock: outside of it, a move looks like this too.
        if let live = try job(id, in: .jobs), let ended = try job(id, in: .done) {
          let older = live.state.revision < ended.state.revision ? live : ended
          try spoolCalls { () throws(SystemError) in
            try withPlace(older.place) { directory throws(SystemError) in
              try directory.remove(Spool.fileName(id))
              try directory.sync()
            }
          }
          settled.append(id)
        }
      } catch {
        guard case .damaged = error else { throw error }
      }
      _ = consume lock
    }
    return settled
  }

  /// Applies an event to one job, again if somebody else was faster.
  /// - Returns: the state it left, or nil if there is no such job.
  /// - Throws: `Refusal` from the decision, or `SpoolError`.
  public func change(
    _ id: String, _ decide: (JobState) throws -> JobState
  ) throws -> JobState? {
    while true {
      guard let stored = try job(id) else { return nil }
      let next = try decide(stored.state)
      // Nothing to write: the event changed nothing.
      if next.revision == stored.state.revision { return next }
      switch try commit([StateChange(stored, next)])[0] {
      case .committed: return next
      case .stale: continue
      case .failed(let error): throw SpoolError.system(error)
      }
    }
  }
}
