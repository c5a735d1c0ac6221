// What is under way in a spool, found without reading the jobs that only wait: whatever has a run
// under way is live and has a directory in runs/.

public import JobCore
internal import LinuxIO

extension Spool {
  /// Whether somebody is there to start jobs, and what is set: what keeps jobs waiting and costs
  /// nothing to find out.
  public func daemonStanding() -> Surroundings {
    let notice = daemonNotice()
    // Whoever wrote settings that cannot be read is told elsewhere.
    return Surroundings(
      hasDaemon: notice != nil, notice: notice?.waitsFor, config: currentConfig() ?? SpoolConfig())
  }

  /// What may keep jobs of this spool from starting. Takes a listing of the live jobs, and reads
  /// those that run.
  public func surroundings(zones: ZoneFiles, at now: Instant) throws(SpoolError) -> Surroundings {
    var found = daemonStanding()
    let live = Set(try liveIdentifiers())
    let names = try spoolCalls { () throws(SystemError) in try runs.names() }
    for id in names where live.contains(id) {
      do throws(SpoolError) {
        // A run whose end nobody has recorded yet is in nobody's way any more.
        if let stored = try job(id) { found.add(current(stored.state, zones: zones, at: now)) }
      } catch {
        guard case .damaged = error else { throw error }
      }
    }
    return found
  }

  /// Why a job stands where it stands.
  public func explanation(
    of state: JobState, in surroundings: Surroundings, zones: ZoneFiles, at now: Instant
  ) -> Explanation {
    var surroundings = surroundings
    if case .queued = state.phase {
      for lock in locksTaken(of: state) {
        surroundings.add(lock: lock, heldBy: holder(ofLock: lock))
      }
    }
    return Explanation(
      state, try? zones.schedule(state.spec), in: surroundings, parents: parentsInWay(of: state),
      at: now)
  }

  /// Locks of a job that somebody has now.
  func locksTaken(of state: JobState) -> [String] {
    state.spec.locks.filter { (try? isLocked($0)) ?? false }
  }
}
