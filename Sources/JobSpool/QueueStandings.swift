// Queues and pools as they stand, counted by reading the live jobs: so no daemon is needed.

public import JobCore
internal import LinuxIO

/// A queue at one moment.
public struct QueueStanding: Hashable, Sendable {
  public let name: String
  public let settings: SpoolConfig.Queue
  /// Jobs with an attempt under way.
  public internal(set) var running = 0
  /// Jobs that are due.
  public internal(set) var queued = 0
}

/// A pool at one moment.
public struct PoolStanding: Hashable, Sendable {
  public let name: String
  public let size: Int
  /// What running jobs have of it.
  public internal(set) var used = 0
}

extension Spool {
  /// All queues that have settings or that live jobs wait in, the default one, and all pools; by
  /// name.
  public func standings(
    zones: ZoneFiles, at now: Instant
  ) throws(SpoolError) -> (queues: [QueueStanding], pools: [PoolStanding]) {
    let config = try config()
    func new(_ name: String) -> QueueStanding {
      QueueStanding(name: name, settings: config.queues[name] ?? SpoolConfig.Queue())
    }
    var queues: [String: QueueStanding] = [:]
    for name in [JobSpec.defaultQueue] + config.queues.keys { queues[name] = new(name) }
    var pools: [String: PoolStanding] = [:]
    for (name, size) in config.pools { pools[name] = PoolStanding(name: name, size: size) }
    try forEachJob(includingFinished: false) { job in
      let state = current(job.state, zones: zones, at: now)
      if state.phase.isFinal || state.isExec { return true }
      let name = config.queue(of: state.spec)
      var queue = queues[name] ?? new(name)
      if case .queued = state.phase { queue.queued += 1 }
      if let attempt = state.phase.liveAttempt {
        queue.running += 1
        for (pool, amount) in config.countedNeeds(state.spec.needs, on: attempt.engine) {
          pools[pool]?.used += amount
        }
      }
      queues[name] = queue
      return true
    }
    return (
      queues.values.sorted { $0.name < $1.name }, pools.values.sorted { $0.name < $1.name }
    )
  }

  /// Waits until nothing of a paused queue runs.
  public func waitUntilDrained(_ queue: String, zones: ZoneFiles) throws(SpoolError) {
    // A daemon that has not taken note of the pause could still start something.
    while let mark = daemonNotice()?.configMark, mark != configMark() { pause(milliseconds: 20) }
    while true {
      var running = try runningJobs(in: queue, zones: zones)
      if running.isEmpty { return }
      // They are looked at one by one: all live jobs may be very many.
      while let (id, attempt) = running.first {
        if try isStill(attempt, of: id, zones: zones) {
          pause(milliseconds: 50)
        } else {
          running.removeFirst()
        }
      }
    }
  }

  private func runningJobs(
    in queue: String, zones: ZoneFiles
  ) throws(SpoolError) -> [(id: String, attempt: Attempt)] {
    let config = try config()
    var running: [(id: String, attempt: Attempt)] = []
    try forEachJob(includingFinished: false) { job in
      if config.queue(of: job.state.spec) == queue, !job.state.isExec,
        let attempt = current(job.state, zones: zones, at: now).phase.liveAttempt
      {
        running.append((job.state.id, attempt))
      }
      return true
    }
    return running
  }

  private func isStill(
    _ attempt: Attempt, of id: String, zones: ZoneFiles
  ) throws(SpoolError) -> Bool {
    do throws(SpoolError) {
      guard let job = try job(id) else { return false }
      return current(job.state, zones: zones, at: now).phase.liveAttempt?.isSame(as: attempt)
        ?? false
    } catch .damaged {
      return false
    }
  }

  private var now: Instant { Instant(milliseconds: Clock.real.milliseconds) }
}
