// The bytes of one state file, read and believed, and not understood yet: to understand all of
// them costs far more than to read them, and not everybody needs that.

internal import JobCore
internal import LinuxIO

/// A state file that has been read.
struct StateFile: ~Copyable {
  let bytes: [UInt8]
  private let id: String
  private let place: StoredJob.Place
  private let spool: Spool
  private let file: Descriptor
  private let status: FileStatus

  /// Reads one; nil if it is not there.
  /// - Throws: `damaged` if it is no file of this user's that a job could be in.
  init?(_ id: String, in place: StoredJob.Place, of spool: Spool) throws(SpoolError) {
    guard let file = try StateFile.open(id, in: place, of: spool) else { return nil }
    let status = try spoolCalls { () throws(SystemError) in try file.status() }
    guard status.kind == .regular else {
      throw StateFile.damaged(id, place, spool, "it is not a regular file")
    }
    guard status.owner == CurrentProcess.user else {
      throw StateFile.damaged(id, place, spool, Spool.foreign(status))
    }
    let contents = try spoolCalls { () throws(SystemError) in
      try file.contents(limit: Spool.stateLimit, status: status)
    }
    guard let contents else {
      throw StateFile.damaged(id, place, spool, "it is larger than any state file")
    }
    bytes = contents
    self.id = id
    self.place = place
    self.spool = spool
    self.file = file
    self.status = status
  }

  /// Whether a text stands somewhere in it; true if that cannot be told: texts that read the same
  /// may differ in bytes.
  func says(_ text: String) -> Bool {
    if !text.utf8.allSatisfy({ $0 < 0x80 }) { return true }
    let part = JSON.string(text).serialized()
    return bytes.indices.contains { bytes[$0] == part[0] && bytes[$0...].starts(with: part) }
  }

  /// Understands it.
  /// - Throws: `damaged` if it holds something else than the job it is named after.
  consuming func job() throws(SpoolError) -> StoredJob {
    let state: JobState
    do {
      state = try JobState(parsing: bytes)
    } catch {
      throw StateFile.damaged(id, place, spool, error.message)
    }
    guard state.id == id else {
      throw StateFile.damaged(id, place, spool, "it holds job \(state.id)")
    }
    return StoredJob(state: state, place: place, file: file, status: status)
  }

  private static func open(
    _ id: String, in place: StoredJob.Place, of spool: Spool
  ) throws(SpoolError) -> Descriptor? {
    let name = Spool.fileName(id)
    do throws(SystemError) {
      switch place {
      case .jobs: return try spool.jobs.openIfPresent(name)
      case .done: return try spool.done.openIfPresent(name)
      }
    } catch {
      // What stands where a file should be is damage, not a failure of the system.
      if error.isLink { throw damaged(id, place, spool, "it is a symbolic link") }
      if error.isUnreadable {
        throw damaged(id, place, spool, "it cannot be opened: \(error.reason)")
      }
      throw .system(error)
    }
  }

  /// Its path is put together for this alone: jobs are read by the hundred thousand.
  private static func damaged(
    _ id: String, _ place: StoredJob.Place, _ spool: Spool, _ reason: String
  ) -> SpoolError {
    let directory = place == .jobs ? "jobs" : "done"
    return .damaged(path: "\(spool.path)/\(directory)/\(Spool.fileName(id))", reason: reason)
  }
}
