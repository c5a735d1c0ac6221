// runs/<id>/<run>.<attempt>/: all that daemon, supervisor and command leave of one
// attempt. Who writes what, in order: the launcher makes it with `run.json` and `lock`; the
// supervisor locks, writes `started.json` and in the end `exit.json`; whoever cancels adds
// `cancel.json`; whoever decides without the supervisor takes the lock and removes
// `run.json`, which is the fence.

public import JobCore
public import LinuxIO

/// The directory of one attempt.
public final class RunDirectory {
  /// Names inside.
  public enum Name {
    public static let plan = "run.json"
    public static let lock = "lock"
    static let unfinishedLock = "lock.new"
    public static let started = "started.json"
    static let unfinishedStart = "started.new"
    public static let cancel = "cancel.json"
    /// Followed by the number of the process that writes it.
    static let unfinishedCancel = "cancel.new-"
    public static let exit = "exit.json"
    public static let unfinishedExit = "exit.new"
    public static let stdout = "stdout"
    public static let stderr = "stderr"
    public static let progress = "progress"
    public static let outputs = "outputs"
    public static let values = "values.json"
    public static let artifacts = "artifacts"
    /// Of an attempt that runs elsewhere.
    public static let claim = "claim"
    /// Followed by digits of chance.
    static let unfinishedClaim = "claim.new-"
    public static let standing = "slurm.json"
    static let unfinishedStanding = "slurm.new"
    /// What the batch script of Slurm writes.
    public static let scriptOutput = "slurm.out"
  }

  /// Records are small; what is larger is damaged.
  static let recordLimit = 8 << 20

  public let directory: Directory
  /// Whose it is: the id of a job, and the name of the attempt.
  private let owner: (job: String, attempt: String)

  init(_ attempt: String, of job: String, _ directory: consuming Directory) {
    self.directory = directory
    owner = (job, attempt)
  }

  /// The bytes of a record. The command could have spoiled any of them: what is no file, or
  /// too large, is damage like any other, and holds nothing.
  func record(_ name: String) throws(SystemError) -> [UInt8]? {
    guard let status = try directory.status(of: name) else { return nil }
    guard status.kind == .regular, let file = try directory.openIfPresent(name) else { return [] }
    return try file.contents(limit: RunDirectory.recordLimit) ?? []
  }

  /// Whether there is a lock that somebody could hold.
  private func hasLock() throws(SystemError) -> Bool {
    try directory.status(of: Name.lock)?.kind == .regular
  }

  /// run.json, or nil if it is not there.
  public func plan() throws -> RunPlan? {
    try record(Name.plan).map { try RunPlan(parsing: $0) }
  }

  /// started.json, or nil if it is not there or cannot be read.
  public func startRecord() throws(SystemError) -> StartRecord? {
    guard let bytes = try record(Name.started) else { return nil }
    return try? StartRecord(parsing: bytes)
  }

  /// What is on disk about the attempt.
  public func observe(boot: String) throws(SystemError) -> RunObservation {
    var seen = RunObservation()
    // The lock first: a supervisor that ends between the two looks has left exit.json.
    if try hasLock(), let lock = try directory.openIfPresent(Name.lock) {
      seen.isLocked = try FileLock.isHeld(on: lock)
    } else {
      seen.isPresent = false
    }
    seen.exit = try exit(Name.exit)
    if let bytes = try record(Name.started) {
      seen.isStarted = true
      let record = try? StartRecord(parsing: bytes)
      seen.startedAt = record?.startedAt
      seen.isSameBoot = record?.boot == boot
      // Whatever a power cut has left of the bytes; the file's own date is the next best.
      if record == nil { seen.startedAt = try date(of: Name.started) }
    }
    if seen.exit == .missing, seen.isStarted, !seen.isLocked, let record = try unnamedExit() {
      seen.exit = .record(record)
    }
    return seen
  }

  private func exit(_ name: String) throws(SystemError) -> RunObservation.Exit {
    guard let bytes = try record(name) else { return .missing }
    do throws(RecordError) {
      let record = try ExitRecord(parsing: bytes)
      if record.isOf(owner.job, directoryName: owner.attempt) == false {
        return .unreadable(reason: "it is that of another attempt")
      }
      return .record(record)
    } catch {
      return .unreadable(reason: error.message)
    }
  }

  /// The last word of a supervisor that is gone, if it has not got its name, or has lost it in a
  /// power cut. It is written once, at the end, so what can be read is whole. It has to say whose it
  /// is: the name of the reserve may be on disk before its inode, which was another file's then. Not
  /// asked where no lock tells that the supervisor is gone.
  private func unnamedExit() throws(SystemError) -> ExitRecord? {
    guard try directory.status(of: Name.claim) == nil,
      case .record(let record) = try exit(Name.unfinishedExit),
      record.isOf(owner.job, directoryName: owner.attempt) == true
    else { return nil }
    return record
  }

  private func date(of name: String) throws(SystemError) -> Instant? {
    try directory.status(of: name).map { Instant(milliseconds: $0.modified) }
  }

  /// Who holds the lock, as it wrote itself into it.
  public func supervisor() throws(SystemError) -> LockHolder? {
    try record(Name.lock).flatMap { LockHolder(parsing: $0) }
  }

  /// What the command has reported of its progress.
  public func progress() -> (percent: Int?, text: String?) {
    RunReports.progress(report(Name.progress, last: 8192))
  }

  /// What the command has reported as outputs.
  public func outputs() -> JSONObject {
    RunReports.outputs(report(Name.outputs, first: RunReports.outputLimit))
  }

  /// Part of a file that the command writes, and that may be as long or as odd as it likes.
  func report(_ name: String, first: Int = 0, last: Int = 0) -> [UInt8] {
    guard let file = try? directory.openIfPresent(name), let status = try? file.status(),
      status.kind == .regular
    else { return [] }
    let offset = last > 0 ? max(0, status.size - Int64(last)) : 0
    return (try? file.read(limit: max(first, last), at: offset)) ?? []
  }

  /// Leaves a cancel request where the supervisor watches. If the directory is cleared at
  /// that moment, the run is over, and nobody is left to ask; if its command has removed it,
  /// the supervisor reads the state file, where the request stands already.
  public func request(_ cancel: CancelRequest) throws(SystemError) {
    do throws(SystemError) {
      try leave(cancel)
    } catch {
      if !error.isNotFound { throw error }
    }
  }

  private func leave(_ cancel: CancelRequest) throws(SystemError) {
    let name = "\(Name.unfinishedCancel)\(CurrentProcess.pid)"
    let file = try directory.open(name, .updateOrCreate)
    // A crash may have left a longer one of the same process number.
    try file.truncate(to: 0)
    try file.write(cancel.json.serialized(), at: 0)
    try file.syncData()
    try directory.rename(name, to: Name.cancel, in: directory)
    try directory.sync()
  }

  /// The cancel request that was left, if there is one.
  public func cancelRequest() throws(SystemError) -> CancelRequest? {
    guard let bytes = try record(Name.cancel), let json = try? JSON(parsing: bytes) else {
      return nil
    }
    return try? CancelRequest(json, field: Name.cancel)
  }

  /// Takes the lock and removes run.json, so that no supervisor can start the attempt any
  /// more, however late it wakes.
  /// - Parameter stopping: stops what is left of the attempt. It is called before run.json
  ///   goes: what names those processes has to outlive a crash in the middle.
  /// - Returns: false if a supervisor holds the lock.
  public func fence(stopping: () -> Void = {}) throws(SystemError) -> Bool {
    guard try hasLock() else {
      // Without a lock file no supervisor can begin: it opens without creating.
      stopping()
      try directory.removeTree(Name.plan)
      return true
    }
    guard let held = try FileLock(directory.open(Name.lock, .update)) else { return false }
    stopping()
    // Not synced: after a power cut there is no supervisor that could wake late.
    try directory.removeTree(Name.plan)
    _ = consume held
    return true
  }

  /// Removes the records and what is empty, once the outcome stands in the state file; the
  /// attempt must have been fenced. Output, artifacts and logs that hold something stay.
  /// - Parameter keepLogs: somebody may still be writing to them.
  func clear(keepLogs: Bool) throws(SystemError) {
    for name in [
      Name.plan, Name.started, Name.unfinishedStart, Name.cancel, Name.exit, Name.unfinishedExit,
      Name.unfinishedLock, Name.claim, Name.standing, Name.unfinishedStanding,
    ] {
      try directory.removeTree(name)
    }
    let unfinished = [Name.unfinishedCancel, Name.unfinishedClaim]
    for name in try directory.names() where unfinished.contains(where: name.hasPrefix) {
      try directory.removeTree(name)
    }
    // What follows is the command's own, and it may have put anything in its place: what
    // cannot be removed stays, and is nobody else's trouble.
    for name in [Name.progress, Name.outputs, Name.values, Name.scriptOutput] {
      _ = try? directory.remove(name)
    }
    for name in [Name.stdout, Name.stderr] where !keepLogs {
      if try directory.status(of: name)?.size == 0 { _ = try? directory.remove(name) }
    }
    _ = try? directory.removeDirectory(Name.artifacts)
    // Last: as long as it is there, a supervisor that wakes late finds no run.json beside it.
    try directory.removeTree(Name.lock)
  }
}

extension Spool {
  /// Absolute path of an attempt's directory.
  public func runPath(_ id: String, _ attempt: Attempt) -> String {
    "\(path)/runs/\(id)/\(attempt.directoryName)"
  }

  /// Opens the directory of an attempt; nil if it is not there.
  public func run(_ id: String, directoryName: String) throws(SystemError) -> RunDirectory? {
    do throws(SystemError) {
      let job = try Directory(id, in: runs)
      return RunDirectory(directoryName, of: id, try Directory(directoryName, in: job))
    } catch {
      // Something else in its place: the directory itself is gone all the same.
      if error.isNotFound || error.isNoDirectory { return nil }
      throw error
    }
  }

  /// Names of the attempts that have left something, oldest first.
  public func runNames(_ id: String) throws(SystemError) -> [String] {
    let names: [String]
    do throws(SystemError) {
      names = try Directory(id, in: runs).names()
    } catch {
      if error.isNotFound || error.isNoDirectory { return [] }
      throw error
    }
    return names.compactMap { name in
      let parts = name.split(separator: ".").compactMap { Int($0) }
      return parts.count == 2 ? (name, parts[0], parts[1]) : nil
    }
    .sorted { ($0.1, $0.2) < ($1.1, $1.2) }.map(\.0)
  }

  /// Makes the directory of an attempt that is about to be launched, with run.json and
  /// lock. The commit of its state makes the names durable; the bytes of run.json need not be:
  /// without started.json, whoever launches the attempt next makes them anew. Only if Slurm starts
  /// it, whenever that is, the commit does that, too, and their writing is begun here.
  public func prepareRun(_ plan: RunPlan) throws(SystemError) {
    let job = try clearedWay(to: plan.job, in: runs)
    let run = try clearedWay(to: plan.attempt.directoryName, in: job)
    try run.removeTree(RunDirectory.Name.plan)
    let file = try run.open(RunDirectory.Name.plan, .createNew)
    try file.write(plan.bytes, at: 0)
    if plan.attempt.engine == .slurm { file.startWriteBack() }
    _ = try run.open(RunDirectory.Name.lock, .updateOrCreate)
  }

  /// Opens or makes a directory; what else has its name goes to corrupt/, since the job could
  /// not run again before somebody came by.
  func clearedWay(
    to name: String, in parent: borrowing Directory
  ) throws(SystemError) -> Directory {
    try parent.makeDirectory(name)
    do throws(SystemError) {
      return try Directory(name, in: parent)
    } catch {
      guard error.isNoDirectory else { throw error }
      try quarantine(name, in: parent, because: "a directory belongs there")
      try parent.makeDirectory(name)
      return try Directory(name, in: parent)
    }
  }

  /// Makes the directory of an attempt again that its command has removed; what the command has
  /// put in its place goes to corrupt/.
  func makeRun(_ id: String, directoryName: String) throws(SystemError) -> RunDirectory {
    let job = try clearedWay(to: id, in: runs)
    let run = RunDirectory(directoryName, of: id, try clearedWay(to: directoryName, in: job))
    try job.sync()
    try runs.sync()
    return run
  }

  /// Makes the directory of an attempt durable, with the names in it and the path to it but for
  /// its last step, `runs`, which many share. To be done before a state calls the attempt live:
  /// so a directory that is missing then, or has no lock, was removed by somebody, and what ran
  /// in it must not run again.
  func syncRun(_ id: String, _ attempt: Attempt) throws(SystemError) {
    let job = try Directory(id, in: runs)
    let run = try Directory(attempt.directoryName, in: job)
    if attempt.engine == .slurm { try run.openIfPresent(RunDirectory.Name.plan)?.syncData() }
    try run.sync()
    try job.sync()
  }

  /// Clears an attempt whose outcome stands in the state file. If its supervisor has not
  /// let go of the lock yet, nothing happens; the next look will do it.
  /// - Returns: whether it was cleared.
  @discardableResult
  public func clearRun(
    _ id: String, directoryName: String, keepLogs: Bool
  ) throws(SystemError) -> Bool {
    guard let run = try run(id, directoryName: directoryName) else { return true }
    guard try run.fence() else { return false }
    try run.clear(keepLogs: keepLogs)
    let job = try Directory(id, in: runs)
    if try job.removeDirectory(directoryName) { try runs.removeDirectory(id) }
    return true
  }

  /// Keeps a damaged exit.json for people before its attempt is called lost.
  public func quarantineExit(_ id: String, _ attempt: Attempt, because reason: String)
    throws(SystemError)
  {
    guard let run = try run(id, directoryName: attempt.directoryName),
      try run.directory.status(of: RunDirectory.Name.exit) != nil
    else { return }
    // Not moved: until the outcome is in the state file, a crash has to find it again.
    try quarantine(
      keeping: RunDirectory.Name.exit, in: run.directory,
      as: "\(id)-\(attempt.directoryName)-exit.json", because: reason)
  }
}
