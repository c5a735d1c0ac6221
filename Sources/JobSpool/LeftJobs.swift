// Jobs whose `jobrun exec` was killed. A daemon brings them to an end by itself; without one, whoever
// comes by does so by the same steps.

public import JobCore
internal import LinuxIO

extension Spool {
  /// How often a lock is asked for that the kernel has yet to free, and the pause between, in
  /// milliseconds.
  private static let looks = 200
  private static let lookPause: Int64 = 5

  /// Whether a job has not ended and its process is gone.
  func isLeft(_ state: JobState) throws(SpoolError) -> Bool {
    guard state.isExec, !state.phase.isFinal else { return false }
    if try spoolCalls({ () throws(SystemError) in try isOwned(state.id) }) { return false }
    // One that has ended since it was read is gone for a good reason.
    return try job(state.id, in: .jobs)?.state.revision == state.revision
  }

  /// Brings a job to its end whose process is gone, if it has not ended.
  /// - Returns: its state; nil if a process has it, if it is in jobs/ no more, or if it never was a
  ///   process's own.
  public func settleLeft(
    _ id: String, zones: ZoneFiles, at now: Instant
  ) throws -> JobState? {
    guard let owner = try own(id) else { return nil }
    let result = Result { try settleOwned(id, zones: zones, at: now) }
    if case .success(let state) = result, state?.isFinished ?? true {
      owner.end()
    } else {
      owner.leave()
    }
    return try result.get()
  }

  /// The same, for whoever holds the lock of its owner.
  public func settleOwned(
    _ id: String, zones: ZoneFiles, at now: Instant
  ) throws -> JobState? {
    guard let state = try job(id, in: .jobs)?.state, state.isExec else { return nil }
    if state.phase.isFinal { return state }
    // Of an attempt whose end is on record nothing is stopped: what it has left behind may stay.
    if case .abandoned(nil, _) = abandonment(of: state), let attempt = state.phase.liveAttempt {
      try stop(id, attempt)
    }
    // Looked at again: until its lock was free, the last word had to have its name.
    let event = abandonment(of: state)
    var before: JobState?
    let next = try change(id) { state in
      before = state
      if state.phase.isFinal { return state }
      return try state.applying(
        event, schedule: zones.schedule(state.spec), hooks: wantedHooks, at: now)
    }
    if let next { append(HistoryEntry.entries(from: before, to: next)) }
    if let attempt = before?.phase.liveAttempt {
      // What cannot be cleared now is left to the next daemon's housekeeping.
      _ = try? clearRun(id, directoryName: attempt.directoryName, keepLogs: true)
    }
    return next
  }

  private func stop(_ id: String, _ attempt: Attempt) throws {
    for _ in 0..<Spool.looks {
      if try giveUp(id, attempt) { return }
      pause(milliseconds: Spool.lookPause)
    }
    throw SpoolError.busy(lock: "runs/\(id)/\(attempt.directoryName)/lock", holder: nil)
  }
}
