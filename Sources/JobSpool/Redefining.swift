// Giving jobs that are there another document, by their ids; those that are not there are submitted.

public import JobCore
internal import LinuxIO

extension Spool {
  /// Submits jobs with ids of their own, or gives those that are there these documents.
  /// - Returns: a result for each, in order, once all that succeeded are durable.
  /// - Throws: if nothing can be known about them.
  public func replace(_ jobs: [NewJob], at now: Instant) throws(SpoolError) -> [SubmitResult] {
    var results: [SubmitResult] = []
    var new: [NewJob] = []
    // In their order: a job may run after one before it, which has to be there by then.
    for job in jobs {
      guard let id = job.id else {
        results += try submitNew(&new, at: now)
        results.append(
          .failed(
            .invalid(
              DocumentError(DocumentKey.id.rawValue, "what is to be replaced is known by its id"))))
        continue
      }
      do throws(SpoolError) {
        guard try self.job(id) != nil else {
          new.append(job)
          continue
        }
        results += try submitNew(&new, at: now)
        results.append(try redefine(id, job, at: now))
      } catch {
        guard case .damaged = error else { throw error }
        results += try submitNew(&new, at: now)
        results.append(.failed(error))
      }
    }
    return results + (try submitNew(&new, at: now))
  }

  private func submitNew(
    _ new: inout [NewJob], at now: Instant
  ) throws(SpoolError) -> [SubmitResult] {
    let jobs = new
    new = []
    if jobs.isEmpty { return [] }
    var results = try submit(jobs, at: now)
    for (index, job) in jobs.enumerated() {
      // Somebody else was faster.
      if case .failed(.exists(let id)) = results[index] {
        results[index] = try redefine(id, job, at: now)
      }
    }
    return results
  }

  /// Gives a job another document; the same one changes nothing.
  private func redefine(
    _ id: String, _ given: NewJob, at now: Instant
  ) throws(SpoolError) -> SubmitResult {
    var new = given
    if !new.spec.after.isEmpty {
      do throws(SpoolError) {
        new.spec.after = try ParentFinder(self, [new]).parents(of: 0).parents
      } catch {
        guard case .invalid = error else { throw error }
        return .failed(error)
      }
    }
    while true {
      guard let stored = try job(id) else { return try submit([new], at: now)[0] }
      if stored.state.spec == new.spec { return .present(stored.state) }
      if let circle = try circle(from: id, by: new.spec.after) {
        return .failed(
          .invalid(DocumentError(DocumentKey.after.rawValue, "\(circle) would be a circle")))
      }
      let next: JobState
      do throws(Refusal) {
        next = try stored.state.applying(.redefine(new.spec), schedule: new.schedule, at: now)
      } catch {
        return .failed(.invalid(DocumentError(DocumentKey.id.rawValue, error.reason)))
      }
      guard next.json.serialized().count <= Spool.stateLimit else {
        return .failed(
          .refused(path: Spool.fileName(id), reason: "it is larger than a state file can be"))
      }
      switch try commit([StateChange(stored, next)])[0] {
      case .committed:
        append(HistoryEntry.entries(from: stored.state, to: next))
        return .redefined(next)
      case .stale: continue
      case .failed(let error): return .failed(.system(error))
      }
    }
  }

  /// The way from a job by way of what live jobs still wait for back to it, such as
  /// `a -> b -> a`; nil if there is none.
  private func circle(from id: String, by parents: [Parent]) throws(SpoolError) -> String? {
    var ways = parents.map { [id, $0.job] }
    var seen: Set<String> = []
    while let way = ways.popLast() {
      guard let last = way.last else { continue }
      if last == id { return way.joined(separator: " -> ") }
      guard seen.insert(last).inserted, let state = try job(last)?.state, !state.phase.isFinal
      else { continue }
      ways += state.openParents.map { way + [$0.job] }
    }
    return nil
  }
}
