// What is set for a spool as a whole: queues, pools and hooks (config.json). Nothing set means no
// limits.

/// The settings of a spool.
public struct SpoolConfig: Hashable, Sendable {
  /// The settings of one queue.
  public struct Queue: Hashable, Sendable {
    /// So many of its jobs run at the same time; nil: no limit of its own.
    public var slots: Int?
    /// Nothing of it starts.
    public var isPaused: Bool

    /// A queue.
    public init(slots: Int? = nil, isPaused: Bool = false) {
      self.slots = slots
      self.isPaused = isPaused
    }
  }

  /// Queues that have settings, by name.
  public var queues: [String: Queue] = [:]
  /// How much there is of what jobs need, by the name of the pool.
  public var pools: [String: Int] = [:]

  /// Commands that are told of what happens to any job.
  public var hooks = Hooks()

  /// Slots that a queue can have. None at all is what pausing is for.
  public static let slotNumbers = 1...100_000
  /// Sizes that a pool can have; nothing can be left of it for a while.
  public static let poolSizes = 0...1_000_000
  /// Queues, and pools, that a spool can have: each start looks at all of them.
  public static let mostNames = 1000

  /// Settings that limit nothing.
  public init() {}

  /// Whether a text can be the name of a queue or a pool.
  public static func isName(_ text: String) -> Bool { JobSpec.isName(text) }

  /// The queue of a job: the one it names, else the one of its worker's name, else the default
  /// one.
  public func queue(of spec: JobSpec) -> String { queue(named: spec.queue, worker: spec.worker) }

  /// The queue of a job that names these.
  public func queue(named queue: String?, worker: String?) -> String {
    if let queue { return queue }
    if let worker, queues[worker] != nil { return worker }
    return JobSpec.defaultQueue
  }

  /// Why a job cannot start however long it waits, unless something else is set; nil if nothing
  /// is in its way.
  public func obstacle(to spec: JobSpec) -> String? {
    for (pool, amount) in spec.needs.sorted(by: { $0.key < $1.key }) {
      guard let size = pools[pool] else {
        return "it needs \(amount) of pool \"\(pool)\", and there is no such pool"
      }
      if amount > size { return "it needs \(amount) of pool \"\(pool)\", which has \(size)" }
    }
    let queue = queue(of: spec)
    return queues[queue]?.isPaused == true ? "queue \"\(queue)\" is paused" : nil
  }
}
