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

  /// A job that is due, and that another one waits behind.
  public struct Waiter: Hashable, Sendable {
    public let number: Int
    public let id: String
    public let name: String
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
  /// What a daemon would make of the run that is asked about; nil if somebody is at work on it.
  public var verdict: RunVerdict?
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
  private var waiters: [String: Waiter] = [:]
  private var order: StartOrder

  /// A spool where nothing is under way.
  public init(hasDaemon: Bool, notice: String? = nil, config: SpoolConfig = SpoolConfig()) {
    self.hasDaemon = hasDaemon
    self.notice = notice
    self.config = config
    order = StartOrder(config)
  }

  /// Takes note of a job; one that is neither due nor under way is in nobody's way.
  public mutating func add(_ state: JobState) {
    order.add(state)
    if case .queued = state.phase {
      waiters[state.id] = Waiter(number: state.number, id: state.id, name: state.spec.name)
    }
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

  /// Whether it is known already that somebody has a lock.
  public func isTaken(_ name: String) -> Bool {
    holders[name] != nil || outsiders[name] != nil || unclaimed.contains(name)
  }

  /// Takes note of a lock that somebody has.
  /// - Parameter record: what the holder says of itself; nil if it says nothing.
  public mutating func add(lock name: String, heldBy record: LockRecord?) {
    if isTaken(name) { return }
    outsiders[name] = record
    if record == nil { unclaimed.insert(name) }
    order.close(name)
  }

  /// Finds out who waits for whom, once for all that are asked about; whoever leaves it out only
  /// pays for it again with each.
  public mutating func settle() { order.settle() }

  /// What keeps a job that is due from what it shares with others, besides slots.
  func shared(by state: JobState) -> [Explanation.Obstacle] {
    var order = order
    order.settle()
    func first(_ resource: StartQueue.Resource) -> (isShort: Bool, waiter: Waiter?) {
      let standing = order.standing(of: state.id, at: resource)
      return (standing != nil, standing?.first.flatMap { waiters[$0] })
    }
    let locks = state.spec.locks.compactMap { name in
      obstacle(atLock: name, first(.lock(name)).waiter)
    }
    if state.isExec { return locks }
    let needs = config.countedNeeds(state.spec.needs, on: config.engine(of: state.spec))
    return locks
      + needs.sorted { $0.key < $1.key }.compactMap { pool, needed in
        let (size, used) = (config.pools[pool] ?? 0, used[pool, default: 0])
        // What can never be had is told by the settings.
        if needed > size { return nil }
        let (isShort, waiter) = first(.pool(pool))
        guard used + needed > size || (isShort && waiter != nil) else { return nil }
        return .pool(pool, needed: needed, used: used, size: size, keptFor: waiter)
      }
  }

  /// What keeps a job from a lock; nil if nothing does.
  private func obstacle(atLock name: String, _ waiter: Waiter?) -> Explanation.Obstacle? {
    if let holder = holders[name] { return .lock(name, holder, keptFor: waiter) }
    if let record = outsiders[name] { return .outsideLock(name, record, keptFor: waiter) }
    if unclaimed.contains(name) { return .outsideLock(name, nil, keptFor: waiter) }
    return waiter.map { .keptLock(name, $0) }
  }

  /// What follows in a sentence about a job that nobody will start; empty if the daemon will.
  public var absence: String {
    if !hasDaemon { return "; but no daemon is running on this spool" }
    return notice.map { "; but the daemon starts nothing for now: \($0)" } ?? ""
  }
}
