// What there is around a job that may keep it from starting: the part of "why" that its own state
// does not know.

/// A spool at one moment, as far as the jobs that wait in it are concerned.
public struct Surroundings: Sendable {
  /// A run that has a lock.
  public struct Holder: Hashable, Sendable {
    /// The job, as people know it.
    public let number: Int
    public let id: String
    public let name: String
    public let run: Int
    /// When its attempt was started; nil if that is not on record any more.
    public let since: Instant?

    /// The run of a job that is under way.
    public init?(_ state: JobState) {
      guard let attempt = state.phase.liveAttempt else { return nil }
      number = state.number
      id = state.id
      name = state.spec.name
      run = attempt.run
      since = state.decisions.last { $0.kind == .started }?.at
    }
  }

  /// Whether a daemon works on the spool.
  public let hasDaemon: Bool
  /// Why the daemon starts nothing for now; nil if it starts what is due.
  public let notice: String?
  /// What is set for the spool: queues and pools.
  public let config: SpoolConfig
  /// Why Slurm cannot be reached; nil if it can.
  public var engineFault: String?
  /// What is known from Slurm of the run that is asked about.
  public var slurm: SlurmStanding?
  /// Runs that are starting or running.
  public private(set) var underWay = 0
  /// The same by queue.
  public private(set) var underWayIn: [String: Int] = [:]
  /// What they have of each pool.
  public private(set) var used: [String: Int] = [:]
  /// Who has which lock.
  public private(set) var holders: [String: Holder] = [:]

  /// Who has which lock and is no run of a job: what `jobrun lock` has said of itself.
  private var outsiders: [String: LockRecord] = [:]
  /// Locks that somebody has who has not said who it is.
  private var unclaimed: Set<String> = []

  /// A spool where nothing is under way.
  public init(hasDaemon: Bool, notice: String? = nil, config: SpoolConfig = SpoolConfig()) {
    self.hasDaemon = hasDaemon
    self.notice = notice
    self.config = config
  }

  /// Takes note of a job; one without a run under way is in nobody's way.
  public mutating func add(_ state: JobState) {
    guard let holder = Holder(state), let attempt = state.phase.liveAttempt else { return }
    if !state.isExec {
      // What runs elsewhere takes no slot of the daemon.
      if attempt.engine == .local { underWay += 1 }
      underWayIn[config.queue(of: state.spec), default: 0] += 1
    }
    for (pool, amount) in config.countedNeeds(state.spec.needs, on: attempt.engine) {
      used[pool, default: 0] += amount
    }
    for lock in state.spec.locks { holders[lock] = holder }
  }

  /// Takes note of a lock that somebody has.
  /// - Parameter record: what the holder says of itself; nil if it says nothing.
  public mutating func add(lock name: String, heldBy record: LockRecord?) {
    if holders[name] != nil { return }
    outsiders[name] = record
    if record == nil { unclaimed.insert(name) }
  }

  /// What keeps a job from a lock; nil if nobody has it.
  func obstacle(atLock name: String) -> Explanation.Obstacle? {
    if let holder = holders[name] { return .lock(name, holder) }
    if let record = outsiders[name] { return .outsideLock(name, record) }
    return unclaimed.contains(name) ? .outsideLock(name, nil) : nil
  }
}
