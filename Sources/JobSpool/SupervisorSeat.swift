// What a supervisor may do with the directory of its one attempt: take the seat, say that
// the command is about to start, and leave the outcome.

public import JobCore
public import LinuxIO

/// The right to run one attempt: its lock, held; or, on a machine of a cluster, its claim.
public struct SupervisorSeat: ~Copyable {
  private enum Title: ~Copyable {
    case lock(FileLock)
    case claim(RunClaim)
  }

  /// Space set aside at the start, so that a full disk cannot eat the status.
  private static let reserve: Int64 = 4096

  /// The directory of the attempt; another one once it has been made again.
  public private(set) var run: RunDirectory
  private var title: Title
  /// It is on a machine of a cluster.
  public let isClaimed: Bool
  private let spool: Spool
  private let job: String
  private let attemptName: String

  private init(
    run: RunDirectory, title: consuming Title, isClaimed: Bool, spool: Spool, job: String,
    attemptName: String
  ) {
    self.run = run
    self.title = title
    self.isClaimed = isClaimed
    self.spool = spool
    self.job = job
    self.attemptName = attemptName
  }

  /// Takes the lock and looks for the fence.
  /// - Returns: nil if the attempt is not, or no longer, to be started by this process.
  public static func take(
    in spool: Spool, job: String, attemptName: String
  ) throws(SystemError) -> SupervisorSeat? {
    guard let run = try spool.run(job, directoryName: attemptName), let lock = try lock(run),
      try lock.file.status().links > 0, try mayStart(run)
    else { return nil }
    try lock.file.truncate(to: 0)
    try lock.file.write(Array(LockHolder.current.text.utf8), at: 0)
    try run.directory.open(RunDirectory.Name.unfinishedExit, .updateOrCreate).reserve(reserve)
    return SupervisorSeat(
      run: run, title: .lock(lock), isClaimed: false, spool: spool, job: job,
      attemptName: attemptName)
  }

  /// Takes the claim, on a machine of a cluster. An attempt whose plan is not there, or cannot be
  /// read, is not claimed: it would be lost.
  /// - Returns: nil if the attempt is not, or no longer, to be started by this process.
  public static func claim(
    in spool: Spool, job: String, attemptName: String, holder: String
  ) throws -> SupervisorSeat? {
    guard let run = try spool.run(job, directoryName: attemptName), try run.plan() != nil,
      let claim = try run.claim(for: holder),
      // Whoever decides without a supervisor takes the claim first, and the plan then.
      try mayStart(run)
    else { return nil }
    try run.directory.open(RunDirectory.Name.unfinishedExit, .updateOrCreate).reserve(reserve)
    return SupervisorSeat(
      run: run, title: .claim(claim), isClaimed: true, spool: spool, job: job,
      attemptName: attemptName)
  }

  /// Whether the attempt is neither fenced nor begun. Looked at with the title held.
  private static func mayStart(_ run: RunDirectory) throws(SystemError) -> Bool {
    let isPlanned = try run.directory.status(of: RunDirectory.Name.plan) != nil
    let hasBegun = try run.directory.status(of: RunDirectory.Name.started) != nil
    let hasEnded = try run.directory.status(of: RunDirectory.Name.exit) != nil
    return isPlanned && !hasBegun && !hasEnded
  }

  private static func lock(_ run: RunDirectory) throws(SystemError) -> FileLock? {
    do throws(SystemError) {
      // Opened without creating: the launcher made it, and a cleaned-up run has none.
      return try FileLock(run.directory.open(RunDirectory.Name.lock, .update))
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }

  /// The locked or claimed file; a child must close its copy at once.
  public var titleFile: Descriptor {
    _read {
      switch title {
      case .lock(let lock): yield lock.file
      case .claim(let claim): yield claim.file
      }
    }
  }

  /// On a machine of a cluster: tells that this supervisor is alive, and opens the directory anew,
  /// since a network file system may go on showing one that is open as it was.
  public mutating func refresh() {
    switch title {
    case .lock: return
    case .claim(let claim): claim.beat()
    }
    if let same = (try? spool.run(job, directoryName: attemptName)) ?? nil { run = same }
  }

  /// Records durably that the command is about to be let go. The name alone says so,
  /// whatever a power cut leaves of the bytes, and so it is given before the one sync.
  public func recordStart(_ record: StartRecord) throws(SystemError) {
    let temporary = RunDirectory.Name.unfinishedStart
    do throws(SystemError) {
      let file = try run.directory.open(temporary, .updateOrCreate)
      try file.write(record.bytes, at: 0)
      try run.directory.rename(temporary, to: RunDirectory.Name.started, in: run.directory)
      // Not the directory's: without a journal that keeps the name and not the file, and the name
      // goes when the file system is checked.
      try file.sync()
      // What a file server makes of the sync of a new file is not known.
      if isClaimed { try run.directory.sync() }
    } catch {
      // The gate is shut and stays so: nothing has begun, and the name must not say it has.
      _ = try? run.directory.remove(RunDirectory.Name.started)
      throw error
    }
  }

  /// Records the outcome durably. Whoever finds a whole record under the name of the reserve takes
  /// it for what it is: so the name that it gets is synced only where there was no reserve, or
  /// where no lock tells that its supervisor is gone.
  /// After a failure it may be called again: it begins with a fresh file then, since a failed sync
  /// says nothing about the old one, and with a free name, since the command may have put a
  /// directory there.
  public func recordEnd(_ record: ExitRecord, again: Bool) throws(SystemError) {
    let temporary = RunDirectory.Name.unfinishedExit
    let home = try home()
    if again {
      try home.directory.removeTree(temporary)
      try home.directory.removeTree(RunDirectory.Name.exit)
    }
    let isNamed = try home.directory.status(of: temporary) != nil && !again && !isClaimed
    var record = record
    record.job = job
    let bytes = record.bytes
    let file = try home.directory.open(temporary, .updateOrCreate)
    // Cut first: what is whole after the last byte is a record.
    try file.truncate(to: Int64(bytes.count))
    try file.write(bytes, at: 0)
    try file.syncData()
    try home.directory.rename(temporary, to: RunDirectory.Name.exit, in: home.directory)
    if !isNamed { try home.directory.sync() }
  }

  /// Whether no record can ever be written: the directory that those of all jobs are in has been
  /// removed, and there is no way back to one that has its name now.
  public var isHomeless: Bool {
    guard let status = try? spool.runs.descriptor.status() else { return false }
    return status.links == 0
  }

  /// Where the outcome goes: made again if the command has removed its own run directory,
  /// since in one that has no name nothing can be written.
  private func home() throws(SystemError) -> RunDirectory {
    if try run.directory.descriptor.status().links > 0 { return run }
    return try spool.makeRun(job, directoryName: attemptName)
  }

  /// Makes the run directory again if the command has removed it: where it is missing,
  /// nobody could ask the command to stop, and the next daemon would not find it.
  /// - Returns: whether it was made again.
  public mutating func restoreDirectory(_ record: StartRecord) throws(SystemError) -> Bool {
    guard try run.directory.descriptor.status().links == 0 else { return false }
    let home = try spool.makeRun(job, directoryName: attemptName)
    if isClaimed {
      guard let claim = try home.claim(for: LockHolder.current.text) else { return false }
      title = .claim(claim)
      run = home
      try recordStart(record)
      return true
    }
    // Locked before it has its name: a free lock without started.json would say that the
    // attempt has not begun, and it would be launched a second time.
    let unnamed = RunDirectory.Name.unfinishedLock
    guard let lock = try FileLock(home.directory.open(unnamed, .updateOrCreate)) else {
      return false
    }
    try lock.file.write(Array(LockHolder.current.text.utf8), at: 0)
    try home.directory.rename(unnamed, to: RunDirectory.Name.lock, in: home.directory)
    title = .lock(lock)
    run = home
    try recordStart(record)
    return true
  }

  /// The request that stands against this attempt: in the state file, or left beside it.
  public func standingRequest(_ attempt: Attempt) -> CancelRequest? {
    if let request = try? run.cancelRequest() { return request }
    guard let state = try? spool.job(job, in: .jobs, ifItSays: "cancelRequest")?.state,
      let live = state.phase.liveAttempt, live.isSame(as: attempt)
    else { return nil }
    return state.cancelRequest
  }
}
