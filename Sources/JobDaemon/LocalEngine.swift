// Running attempts on this machine: starting supervisors, finding them again after a
// restart, and clearing up after those that are gone.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// The supervisors that this daemon waits for.
final class LocalEngine: Engine {
  /// What tells that a supervisor has ended.
  fileprivate enum Witness: ~Copyable {
    /// A pipe whose other end this daemon's own child closes once its record is durable
    /// and its lock free. Its process may take some more milliseconds to be gone: closing
    /// a watch of the kernel (inotify) waits for all processors.
    case pipe(Descriptor)
    /// The process itself, for one that was found again.
    case process(ProcessHandle)
  }

  /// One supervisor at work.
  fileprivate final class Run {
    let job: String
    let attempt: Attempt
    private let witness: Witness
    /// Where a supervisor that was started ahead is told to go on; closed, it leaves.
    private var permission: Descriptor?

    init(
      job: String, attempt: Attempt, witness: consuming Witness,
      permission: consuming Descriptor? = nil
    ) {
      self.job = job
      self.attempt = attempt
      self.witness = witness
      self.permission = permission
    }

    func decide(permitted: Bool) {
      guard let permission = permission.take(), permitted else { return }
      // A supervisor that is gone by now is noticed by its witness.
      _ = try? permission.signal()
    }

    func watch(by poller: borrowing Poller, token: UInt64) throws(SystemError) {
      switch witness {
      case .pipe(let end): try poller.add(end, token: token)
      case .process(let handle): try poller.add(handle.descriptor, token: token)
      }
    }

    func unwatch(by poller: borrowing Poller) throws(SystemError) {
      switch witness {
      case .pipe(let end): try poller.remove(end)
      case .process(let handle): try poller.remove(handle.descriptor)
      }
    }
  }

  private let spool: Spool
  private let planner: RunPlanner
  private let launcher: LauncherLink
  private let boot = ProcessTable.bootIdentifier()
  private var runs: [UInt64: Run] = [:]
  private var tokens: [String: UInt64] = [:]
  private var nextToken: UInt64 = 1 << 32

  init(spool: Spool, planner: RunPlanner) throws(SystemError) {
    self.spool = spool
    self.planner = planner
    launcher = try LauncherLink(spoolPath: spool.path)
  }

  var count: Int { runs.count }

  /// The attempt of a job that is being waited for.
  func attempt(of job: String) -> Attempt? { run(of: job)?.attempt }

  /// A supervisor that is waited for is at work, as far as anybody here has to know.
  func hasBegun(_ job: String) -> Bool { true }

  /// Starts the supervisor of an attempt ahead: it sets everything up while the attempt is
  /// made durable, and waits to be permitted to let the command go. It gets the descriptors of the
  /// locks, and so has them as long as it lives.
  func launch(
    _ state: JobState, _ attempt: Attempt, locks: [NamedLock], poller: borrowing Poller
  ) throws(SystemError) {
    try spool.prepareRun(try planner.plan(state, attempt))
    let supervisor = try spawn(state.id, attempt, locks, poller)
    for lock in locks {
      lock.tell(.run(of: state, attempt), pid: supervisor, at: .now)
      lock.giveAway()
    }
  }

  private func spawn(
    _ job: String, _ attempt: Attempt, _ locks: [NamedLock], _ poller: borrowing Poller
  ) throws(SystemError) -> Int32 {
    let pipe = try Descriptor.pipe()
    let permission = try Descriptor.pipe()
    let pid = try launcher.start(
      LaunchRequest(
        job, attempt.directoryName, input: permission.read, output: pipe.write,
        locks: locks.map(\.number)))
    try add(
      Run(
        job: job, attempt: attempt, witness: .pipe(pipe.read), permission: permission.write),
      poller)
    return pid
  }

  /// Lets the command of a job go whose attempt is durable now.
  func permit(_ job: String) { run(of: job)?.decide(permitted: true) }

  /// Sends a supervisor away that was started ahead in vain: nothing has run.
  func deny(_ job: String) { run(of: job)?.decide(permitted: false) }

  private func run(of job: String) -> Run? { tokens[job].flatMap { runs[$0] } }

  private func add(_ run: Run, _ poller: borrowing Poller) throws(SystemError) {
    nextToken += 1
    try run.watch(by: poller, token: nextToken)
    runs[nextToken] = run
    tokens[run.job] = nextToken
  }

  /// Finds the supervisor that holds an attempt's lock, and waits for it from now on.
  /// - Returns: false if it is gone by now; then the files have to be looked at again.
  func adopt(
    _ state: JobState, _ attempt: Attempt, poller: borrowing Poller
  ) throws(SystemError) -> Bool {
    guard let run = try spool.run(state.id, directoryName: attempt.directoryName),
      let holder = try run.supervisor(),
      let handle = try ProcessHandle(pid: holder.pid), holder.isAlive,
      // Looked at after the handle was opened: the number cannot have changed owners since.
      try run.observe(boot: boot).isLocked, try run.supervisor() == holder
    else { return false }
    try add(Run(job: state.id, attempt: attempt, witness: .process(handle)), poller)
    return true
  }

  /// The run behind a token has ended: it is waited for no longer.
  func end(_ token: UInt64, poller: borrowing Poller) throws(SystemError) -> EndedRun? {
    guard let run = runs.removeValue(forKey: token) else { return nil }
    if tokens[run.job] == token { tokens[run.job] = nil }
    try run.unwatch(by: poller)
    return EndedRun(job: run.job, attempt: run.attempt)
  }

  func take(_ end: ChildEnd) { launcher.take(end) }

  /// Its supervisor sees the request by itself.
  func cancel(_ job: String, _ attempt: Attempt) {}

  /// What is on disk about an attempt.
  func observe(_ job: String, _ attempt: Attempt) throws(SystemError) -> RunObservation {
    try spool.run(job, directoryName: attempt.directoryName)?.observe(boot: boot)
      ?? RunObservation(isPresent: false)
  }

  /// Makes sure that an attempt cannot start any more, and stops what is left of it.
  /// - Returns: false if a supervisor has turned up: look again.
  func giveUp(_ job: String, _ attempt: Attempt) throws(SystemError) -> Bool {
    try spool.giveUp(job, attempt)
  }
}
