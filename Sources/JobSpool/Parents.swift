// Jobs that run after others, in the spool: seeing what has become of those, and telling of it.

public import JobCore
internal import LinuxIO

extension Spool {
  /// What there is to see of some of the jobs that a job runs after, by their ids.
  public func sights(
    of parents: some Sequence<Parent>
  ) throws(SpoolError) -> [String: ParentSight] {
    var sights: [String: ParentSight] = [:]
    for parent in parents {
      do throws(SpoolError) {
        sights[parent.job] =
          try job(parent.job).map { ParentSight($0.state) } ?? .gone(reason: "there is no such job")
      } catch {
        guard case .damaged = error else { throw error }
        sights[parent.job] = .gone(reason: "its record cannot be read")
      }
    }
    return sights
  }

  /// Live jobs that wait for the ends of others, or will, by those. Takes a look at all that are
  /// live.
  public func followers() throws(SpoolError) -> [String: [String]] {
    var found: [String: [String]] = [:]
    try forEachJob(includingFinished: false) { job in
      for parent in job.state.awaitedParents {
        found[parent.job, default: []].append(job.state.id)
      }
      return true
    }
    return found
  }

  /// What is wrong with what each of some jobs is to run after, if they were submitted together.
  public func faultsOfParents(in new: [NewJob]) throws(SpoolError) -> [DocumentError?] {
    var finder = ParentFinder(self, new)
    var faults: [DocumentError?] = []
    for place in new.indices {
      do throws(SpoolError) {
        _ = try finder.parents(of: place)
        faults.append(nil)
      } catch {
        guard case .invalid(let fault) = error else { throw error }
        faults.append(fault)
      }
    }
    return faults
  }

  /// Lets those that wait for a job that has ended take note of it, before it starts again: a
  /// daemon may be late, or not be there.
  func tell(
    _ followers: [String], of parent: JobState, zones: ZoneFiles, at now: Instant
  ) throws(SpoolError) {
    let event = JobEvent.parents([parent.id: ParentSight(parent)])
    for id in followers {
      while let stored = try job(id), let schedule = try? zones.schedule(stored.state.spec),
        // Whoever was faster, or runs again, has nothing to hear.
        let next = try? stored.state.applying(
          event, schedule: schedule, hooks: wantedHooks, at: now)
      {
        switch try commit([StateChange(stored, next)])[0] {
        case .committed: append(HistoryEntry.entries(from: stored.state, to: next))
        case .stale: continue
        case .failed(let error): throw .system(error)
        }
        break
      }
    }
  }

  /// Jobs that have to end before a job goes on; none if it has ended or is not there.
  func awaitedParents(of id: String) throws(SpoolError) -> [String] {
    try job(id)?.state.awaitedParents.map(\.job) ?? []
  }

  /// What there is to see of the first jobs that a job waits for.
  func parentsInWay(of state: JobState, limit: Int) -> [String: ParentSight] {
    switch state.phase {
    case .awaiting, .held(nil): (try? sights(of: state.openParents.prefix(limit))) ?? [:]
    case .held, .waiting, .queued, .starting, .running, .backoff, .succeeded, .failed, .cancelled,
      .expired:
      [:]
    }
  }
}
