// runs/<id>/owner: held by the `jobrun exec` that has a job, from before the job is there until
// after it has ended, and by one that tells its hooks. So a job of this kind whose owner's lock is
// free, and that has not ended, never will by itself: its process is gone. As long as the file is
// there, something may be left to be done about the job.

public import JobCore
public import LinuxIO

/// The right to bring one job to its end, held.
public struct JobOwner: ~Copyable {
  private let lock: FileLock
  private let spool: Spool
  private let id: String

  fileprivate init(_ lock: consuming FileLock, _ spool: Spool, _ id: String) {
    self.lock = lock
    self.spool = spool
    self.id = id
  }

  /// Gives it up, once the job has ended.
  public consuming func end() {
    // Before the lock is free: what has no name is nobody else's.
    _ = try? Directory(id, in: spool.runs).remove(Spool.owner)
    _ = try? spool.runs.removeDirectory(id)
  }

  /// Lets go of it while something is left to be done, and leaves the file for whoever does that.
  public consuming func leave() {}
}

extension Spool {
  fileprivate static let owner = "owner"
  /// Why a job ends whose `jobrun exec` is gone.
  private static let execEnded = "exec ended"
  /// So often a directory is made again that somebody removes.
  private static let mostRemovals = 100

  /// Makes a job the caller's own, before there is a job of that id.
  /// - Returns: nil if another process has it.
  public func own(_ id: String) throws(SpoolError) -> JobOwner? {
    try spoolCalls { () throws(SystemError) -> JobOwner? in
      var removals = 0
      while true {
        let file: Descriptor
        do throws(SystemError) {
          file = try clearedWay(to: id, in: runs).open(Spool.owner, .updateOrCreate)
        } catch {
          // A daemon may have removed the directory in between, as one of no job.
          removals += 1
          guard error.isNotFound, removals < Spool.mostRemovals else { throw error }
          continue
        }
        guard let lock = try FileLock(file) else { return nil }
        // Or the file, as left behind.
        guard try lock.file.status().links > 0 else { continue }
        _ = try? lock.file.write(Array(LockHolder.current.text.utf8), at: 0)
        return JobOwner(lock, self, id)
      }
    }
  }

  /// Whether a process has a job.
  public func isOwned(_ id: String) throws(SystemError) -> Bool {
    try isOwnerHeld(id) ?? false
  }

  /// Jobs that a process has had, and has not seen to their end or not told the hooks of.
  public func leftIdentifiers() throws(SpoolError) -> [String] {
    try liveIdentifiers().filter { (try? isOwnerHeld($0)) == false }.sorted()
  }

  /// Whether the lock of a job's owner is held; nil if it is not there.
  private func isOwnerHeld(_ id: String) throws(SystemError) -> Bool? {
    do throws(SystemError) {
      guard let file = try Directory(id, in: runs).openIfPresent(Spool.owner) else { return nil }
      return try FileLock.isHeld(on: file)
    } catch {
      if error.isNotFound || error.isNoDirectory { return nil }
      throw error
    }
  }

  /// Where the lock of a job's owner is, for those who watch it.
  public func ownerPath(_ id: String) -> String { "\(path)/runs/\(id)/\(Spool.owner)" }

  /// Removes the lock of an owner that is gone, and what is empty then.
  /// - Returns: false if somebody has it by now.
  @discardableResult
  public func removeOwner(of id: String) throws(SystemError) -> Bool {
    do throws(SystemError) {
      let directory = try Directory(id, in: runs)
      // Taken first: whoever takes it meanwhile looks whether it still has its name.
      guard let lock = try FileLock(directory.open(Spool.owner, .update)) else { return false }
      if try lock.file.status().links > 0 { try directory.remove(Spool.owner) }
    } catch {
      if error.isNotFound || error.isNoDirectory { return true }
      throw error
    }
    try runs.removeDirectory(id)
    return true
  }

  /// What is to be made of a job whose owner is gone.
  /// - Parameter trouble: the owner is there, and cannot go on for this reason.
  public func abandonment(of state: JobState, because trouble: String? = nil) -> JobEvent {
    let record = lastRecord(of: state)
    if let trouble { return .abandoned(record, reason: trouble) }
    // An attempt is lost by itself; a job that waited for one says so.
    let reason = state.phase.liveAttempt == nil ? "lost: \(Spool.execEnded)" : Spool.execEnded
    return .abandoned(record, reason: reason)
  }

  /// What the owner has left on record of the live attempt's end.
  private func lastRecord(of state: JobState) -> ExitRecord? {
    guard let attempt = state.phase.liveAttempt,
      let run = (try? run(state.id, directoryName: attempt.directoryName)) ?? nil,
      case .record(let record)? = (try? run.observe(boot: ""))?.exit
    else { return nil }
    return record
  }
}
