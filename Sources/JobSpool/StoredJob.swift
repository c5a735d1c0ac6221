// A state file as it was read: the state, where it lay, and a descriptor that pins its
// inode. While the pin holds, no other file can have that inode, so "is this still what I
// read" is one fstatat under the lock, and needs no second parse.

public import JobCore
internal import LinuxIO

/// A job as its file was read.
public final class StoredJob {
  /// Which directory a state file lies in.
  public enum Place: Sendable {
    /// Live jobs.
    case jobs
    /// Finished ones.
    case done
  }

  public let state: JobState
  public let place: Place
  let file: Descriptor
  let status: FileStatus

  init(state: JobState, place: Place, file: consuming Descriptor, status: FileStatus) {
    self.state = state
    self.place = place
    self.file = file
    self.status = status
  }
}

extension Spool {
  /// Largest state file that is read; a document is 1 MiB at most, histories are bounded.
  static let stateLimit = 8 << 20

  func withPlace<Result>(
    _ place: StoredJob.Place, _ body: (borrowing Directory) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    switch place {
    case .jobs: try body(jobs)
    case .done: try body(done)
    }
  }

  static func fileName(_ id: String) -> String { "\(id).json" }

  /// The id in a file name of jobs/ or done/, or nil if it is no such name.
  public static func identifier(fileName: String) -> String? {
    guard fileName.hasSuffix(".json") else { return nil }
    // By bytes: to find where characters end costs more than all the rest.
    guard let id = String(fileName.utf8.dropLast(5)) else { return nil }
    return JobIdentifier.isValid(id) ? id : nil
  }

  /// Reads a job from one place; nil if it is not there.
  /// - Parameter text: a text, as JSON has it, that the file of a job that is meant holds. That it
  ///   does not is seen without understanding the file, which costs far more than reading it.
  /// - Throws: `damaged` if the file cannot be understood.
  public func job(
    _ id: String, in place: StoredJob.Place, ifItSays text: String? = nil
  ) throws(SpoolError) -> StoredJob? {
    guard let file = try StateFile(id, in: place, of: self) else { return nil }
    if let text, !file.says(text) { return nil }
    return try file.job()
  }

  /// A job of jobs/ as a daemon has to see it that does not know it yet.
  public enum FirstSight {
    /// It waits for an instant. Its file was not understood beyond that.
    case waiting(WaitingJob)
    case other(StoredJob)
  }

  /// Reads a live job for the first time; nil if it is not there.
  /// - Throws: `damaged` if the file cannot be understood.
  public func firstSight(of id: String) throws(SpoolError) -> FirstSight? {
    guard let file = try StateFile(id, in: .jobs, of: self) else { return nil }
    if let job = WaitingJob(glancing: file.bytes), job.id == id { return .waiting(job) }
    return .other(try file.job())
  }

  /// Why a file of somebody else is not believed, and what to do about it.
  static func foreign(_ status: FileStatus) -> String {
    "it belongs to user \(status.owner); if it is to be trusted, change that to "
      + "\(CurrentProcess.user) and move it back"
  }

  /// Reads a job wherever it is. Looks into jobs/, done/ and jobs/ again, so that a move
  /// in between is not a miss.
  public func job(
    _ id: String, ifItSays text: String? = nil
  ) throws(SpoolError) -> StoredJob? {
    for place: StoredJob.Place in [.jobs, .done, .jobs] {
      guard let file = try StateFile(id, in: place, of: self) else { continue }
      if let text, !file.says(text) { return nil }
      return try file.job()
    }
    return nil
  }
}
