// What is around the jobs of a spool, looked up when one depends on it, and then once: whether a
// daemon is there costs nothing; what is under way is found without reading the jobs that only
// wait, since it has a directory in runs/; what else is due takes a look at every live job, and
// is needed only for a job that shares a lock or a pool.

public import JobCore
internal import LinuxIO

/// Finds out why jobs stand where they stand, as of one moment.
public final class SurroundingsReader {
  /// Whether somebody is there to start jobs, and what is set.
  public let daemon: Surroundings

  private let spool: Spool
  private let zones: ZoneFiles
  private let now: Instant
  private let knownDue: (() -> [String])?
  private var live: [String] = []
  private var withRuns: Surroundings?
  private var complete: Surroundings?

  /// Looks for the daemon and nothing else.
  /// - Parameter due: knows which jobs are due, to within a moment; nil: all live ones are read.
  public init(
    _ spool: Spool, zones: ZoneFiles, at now: Instant, due: (() -> [String])? = nil
  ) {
    self.spool = spool
    self.zones = zones
    self.now = now
    knownDue = due
    daemon = spool.daemonStanding()
  }

  /// Why a job stands where it stands.
  /// - Parameter limit: so many of the jobs that it runs after are looked at.
  public func explanation(
    of state: JobState, parents limit: Int = 100
  ) throws(SpoolError) -> Explanation {
    var surroundings = daemon
    if case .queued = state.phase {
      let isSharing = !state.spec.locks.isEmpty || !state.spec.needs.isEmpty
      surroundings = isSharing ? try all() : try runs()
      // What has become due since then, or is a job of `jobrun exec`.
      addLocks(of: state, to: &surroundings)
    }
    if let attempt = state.phase.liveAttempt {
      if attempt.engine == .slurm {
        surroundings.slurm = spool.slurmStanding(state.id, attempt)
      } else if !daemon.hasDaemon {
        surroundings.verdict = spool.verdict(of: state, attempt)
      }
    }
    return Explanation(
      state, try? zones.schedule(state.spec), in: surroundings,
      parents: spool.parentsInWay(of: state, limit: limit), at: now)
  }

  /// With all that is under way.
  private func runs() throws(SpoolError) -> Surroundings {
    if let withRuns { return withRuns }
    var found = daemon
    live = try spool.liveIdentifiers()
    let ids = Set(live)
    let names = try spoolCalls { () throws(SystemError) in try spool.runs.names() }
    for id in names where ids.contains(id) {
      guard let stored = try readable({ () throws(SpoolError) in try spool.job(id) }) else {
        continue
      }
      // A run whose end nobody has recorded yet is in nobody's way any more.
      let state = spool.current(stored.state, zones: zones, at: now)
      guard let attempt = state.phase.liveAttempt else { continue }
      if case .lost? = spool.verdict(of: state, attempt) { continue }
      found.add(state)
    }
    withRuns = found
    return found
  }

  /// With all that is due as well, and the locks that it waits for.
  private func all() throws(SpoolError) -> Surroundings {
    if let complete { return complete }
    var found = try runs()
    for id in knownDue?() ?? live {
      let stored = try readable { () throws(SpoolError) in
        try spool.job(id, in: .jobs, ifItSays: Phase.Word.queued.rawValue)
      }
      guard let state = stored?.state, case .queued = state.phase else { continue }
      found.add(state)
      addLocks(of: state, to: &found)
    }
    found.settle()
    complete = found
    return found
  }

  private func addLocks(of state: JobState, to surroundings: inout Surroundings) {
    for lock in state.spec.locks where !surroundings.isTaken(lock) {
      if (try? spool.isLocked(lock)) ?? false {
        surroundings.add(lock: lock, heldBy: spool.holder(ofLock: lock))
      }
    }
  }

  private func readable(
    _ body: () throws(SpoolError) -> StoredJob?
  ) throws(SpoolError) -> StoredJob? {
    do throws(SpoolError) {
      return try body()
    } catch {
      guard case .damaged = error else { throw error }
      return nil
    }
  }
}

extension Spool {
  /// Whether somebody is there to start jobs, and what is set: what keeps jobs waiting and costs
  /// nothing to find out.
  public func daemonStanding() -> Surroundings {
    let notice = daemonNotice()
    // Whoever wrote settings that cannot be read is told elsewhere.
    var config = currentConfig() ?? SpoolConfig()
    if let notice { config.defaultEngine = notice.engine }
    var standing = Surroundings(
      hasDaemon: notice != nil, notice: notice?.waitsFor, config: config)
    standing.engineFault = notice?.engineFault
    return standing
  }

  /// What a daemon has left of what it knows from Slurm.
  func slurmStanding(_ id: String, _ attempt: Attempt) -> SlurmStanding? {
    ((try? run(id, directoryName: attempt.directoryName)) ?? nil)?.slurmStanding()
  }

  /// What a daemon would make of a run of this machine that is under way.
  /// - Returns: nil if somebody is at work on it, or it has ended since the state was read.
  public func verdict(of state: JobState, _ attempt: Attempt) -> RunVerdict? {
    if state.isExec || attempt.engine != .local { return nil }
    var seen = RunObservation(isPresent: false)
    do throws(SystemError) {
      if let run = try run(state.id, directoryName: attempt.directoryName) {
        seen = try run.observe(boot: ProcessTable.bootIdentifier())
      }
    } catch {
      return nil
    }
    let verdict = RunVerdict(seen, attempt: attempt, cancelRequest: state.cancelRequest)
    switch verdict {
    case .apply, .adopt: return nil
    case .lost, .giveUp, .launch:
      // Its records may have been cleared away because its end is in a newer state.
      let newest = (try? job(state.id)) ?? nil
      return newest?.state.phase.liveAttempt?.isSame(as: attempt) == true ? verdict : nil
    }
  }
}
