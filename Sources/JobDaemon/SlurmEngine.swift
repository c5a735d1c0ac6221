// Running attempts on a cluster, through the programs of Slurm. A run is a job of a name of its own, or
// a numbered task of an array, if many like ones start together;
// its batch script becomes a supervisor, which claims the run directory once and leaves the same
// records there as it does on this machine. Whatever the controller forgets, doubles or makes up is
// met by looking a run up by its name before it is submitted again, and by the claim.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// The runs of Slurm that this daemon waits for.
final class SlurmEngine: Engine {
  let spool: Spool
  private let planner: RunPlanner
  /// What is set for queues and pools.
  var config = SpoolConfig()
  /// The tag of the spool, once it was needed.
  private var tag: String?

  /// By job.
  var runs: [String: SlurmRun] = [:]
  /// What the last word was on runs that are waited for no longer and not decided on yet.
  private var settled: [String: SlurmRun] = [:]
  /// Settled runs that were claimed when they were observed.
  private var claimed: Set<String> = []
  /// Jobs whose runs stand in line for sbatch.
  var line: [String] = []
  /// More are about to come: like ones among them can go together.
  var isGathering = false
  /// Jobs that are to be cancelled.
  var cancels: [SlurmCancel] = []
  /// Tasks that are to be cancelled, once squeue has told their numbers; and how often it was asked.
  var strays: [SlurmName: Int] = [:]
  var calls: [Int32: SlurmCall] = [:]
  var answered: [(call: SlurmCall, answer: ProgramCall.Answer)] = []
  var news = EngineNews()
  /// Why squeue cannot reach Slurm.
  var pollFault: String?
  /// Why sbatch or scancel cannot.
  var submitFault: String?
  /// Why a run could not be looked at.
  var lookFault: String?

  /// How often Slurm is asked: it costs its controller something.
  var pace = SlowingPace(from: 1000, to: 15_000)
  var nextPoll: Int64 = 0
  /// How often run directories are looked at.
  var glance = SlowingPace(from: 100, to: 2000)
  var nextGlance: Int64 = 0
  /// Jobs whose runs are still to be looked at this time.
  var unseen: [String] = []
  /// So long a turn of the loop may take for that, in milliseconds.
  static let slice: Int64 = 20
  /// How long sbatch waits after it could not reach the controller.
  var patience = SlowingPace(from: 1000, to: 15_000)
  var submitAfter: Int64 = 0

  init(spool: Spool, planner: RunPlanner) {
    self.spool = spool
    self.planner = planner
  }

  var count: Int { runs.count }
  var fault: String? { pollFault ?? submitFault ?? lookFault }
  func attempt(of job: String) -> Attempt? { runs[job]?.attempt }
  func hasBegun(_ job: String) -> Bool { runs[job]?.hasBegun ?? false }

  /// Makes the run directory; what is submitted later is decided now.
  func launch(
    _ state: JobState, _ attempt: Attempt, locks: [NamedLock], poller: borrowing Poller
  ) throws(SystemError) {
    try spool.prepareRun(try planner.plan(state, attempt))
    let path = spool.runPath(state.id, attempt)
    let name = try name(state.id, attempt)
    let request = SlurmRequest(
      state, named: name, config: config, output: "\(path)/\(RunDirectory.Name.scriptOutput)",
      program: [SlurmEngine.program, Supervisor.claimingVerb, spool.path],
      words: [state.id, attempt.directoryName])
    var former: Set<String> = []
    var place: SlurmName?
    if let old = settled.removeValue(forKey: state.id), old.attempt.isSame(as: attempt) {
      (former, place) = (old.formerIDs, old.place)
      if case .job(let job) = old.sighting {
        former.insert(job.id)
        if job.isStuck { withdraw([job.key]) }
      }
    }
    claimed.remove(state.id)
    for lock in locks { lock.tell(.run(of: state, attempt), at: .now) }
    let run = SlurmRun(
      state.id, attempt, name: name, locks: locks, request: request, stage: .prepared,
      formerIDs: former)
    run.place = place
    run.isUncertain = attempt.launches > 1
    runs[state.id] = run
  }

  /// The program that batch scripts become: this one, by the name that it was started by, which is
  /// a newer one's if it was replaced since.
  private static let program: String = {
    let path = linkTarget(of: "/proc/self/exe") ?? "jobrun"
    let mark = " (deleted)"
    return path.hasSuffix(mark) ? String(path.dropLast(mark.count)) : path
  }()

  private func name(_ job: String, _ attempt: Attempt) throws(SystemError) -> String {
    if tag == nil { tag = try spool.slurmTag() }
    return SlurmRequest.name(job, attempt, tag: tag ?? "")
  }

  /// What is launched for the first time stands in line at once. What was launched before may have
  /// been submitted: a failed sbatch proves nothing.
  func permit(_ job: String) {
    guard let run = runs[job] else { return }
    hurry()
    if run.isUncertain {
      run.stage = .soughtAfter
    } else {
      run.stage = .waiting
      line.append(job)
    }
  }

  func deny(_ job: String) { runs[job] = nil }

  /// What is in the run directory, and the last word of Slurm.
  func observe(_ job: String, _ attempt: Attempt) throws(SystemError) -> RunObservation {
    guard let run = try spool.run(job, directoryName: attempt.directoryName) else {
      return RunObservation(isPresent: false)
    }
    var seen = try run.observeClaim()
    if case .record = seen.exit {
      settled[job] = nil
    } else if let old = settled[job], old.attempt.isSame(as: attempt) {
      seen.sighting = old.sighting
      seen.said = run.lastWords()
      if seen.isClaimed { claimed.insert(job) }
    }
    return seen
  }

  /// Waits for a run that another daemon has submitted, or was about to.
  func adopt(
    _ state: JobState, _ attempt: Attempt, poller: borrowing Poller
  ) throws(SystemError) -> Bool {
    // Somebody may have taken them while no daemon was there; the run is under way all the same.
    var locks: [NamedLock] = []
    if case .taken(let taken) = try spool.tryLocks(state.spec.locks) { locks = taken }
    for lock in locks { lock.tell(.run(of: state, attempt), at: .now) }
    let run = SlurmRun(
      state.id, attempt, name: try name(state.id, attempt), locks: locks, request: nil,
      stage: .soughtAfter)
    if let directory = try spool.run(state.id, directoryName: attempt.directoryName) {
      run.standing = directory.slurmStanding() ?? SlurmStanding()
      run.place = run.standing.place
    }
    settled[state.id] = nil
    runs[state.id] = run
    hurry()
    return true
  }

  /// A run that no supervisor has claimed is taken back; one that was claimed sees the request.
  func cancel(_ job: String, _ attempt: Attempt) throws(SystemError) {
    guard let run = runs[job], !run.hasBegun, run.stage != .prepared,
      let directory = try spool.run(job, directoryName: attempt.directoryName),
      try directory.bar()
    else { return }
    if run.stage != .waiting { withdraw(run.names) }
    run.sighting = .withdrawn
    settle(run)
  }

  /// Takes the claim, so that nobody else can.
  func giveUp(_ job: String, _ attempt: Attempt) throws(SystemError) -> Bool {
    let wasClaimed = claimed.remove(job) != nil
    let old = settled.removeValue(forKey: job)
    guard let run = try spool.run(job, directoryName: attempt.directoryName) else { return true }
    if try !run.bar(), !wasClaimed { return false }
    if let old, old.isUncertain { withdraw(old.names) }
    return true
  }

  func end(_ token: UInt64, poller: borrowing Poller) throws(SystemError) -> EndedRun? { nil }

  /// A run is waited for no longer.
  func settle(_ run: SlurmRun) {
    runs[run.job] = nil
    // Whoever launches it again has to take them again.
    for lock in run.locks { lock.release() }
    settled[run.job] = run
    news.ended.append(EndedRun(job: run.job, attempt: run.attempt))
  }

  /// Something is about to change: it is looked at soon.
  func hurry() {
    let now = Clock.boot.milliseconds
    pace.quicken()
    nextPoll = min(nextPoll, now + pace.wait)
    glance.quicken()
    nextGlance = min(nextGlance, now + glance.wait)
  }
}
