// Giving jobs that are there another document, by their ids; those that are not there are submitted.

public import JobCore
internal import LinuxIO

extension Spool {
  /// Submits jobs with ids of their own, or gives those that are there these documents.
  /// - Returns: a result for each, in order, once all that succeeded are durable.
  /// - Throws: if nothing was done, and nothing can be known about them.
  public func replace(
    _ jobs: [NewJob], zones: ZoneFiles, at now: Instant
  ) throws(SpoolError) -> [SubmitResult] {
    var input = ParentFinder(self, jobs)
    var results: [SubmitResult] = []
    do throws(SpoolError) {
      // In their order: a job may run after one before it, which has to be there by then.
      while results.count < jobs.count {
        let place = results.count
        let end = try endOfNew(jobs, from: place)
        if end > place {
          // One that is there by now was named twice, or somebody else was faster: its turn comes
          // again, and that of those behind it, which may run after it.
          results += try submit(place..<end, of: &input, at: now).prefix { result in
            if case .failed(.exists) = result { false } else { true }
          }
        } else {
          let result = try redefine(place, of: &input, zones: zones, at: now)
          input.note(result, of: jobs[place])
          results.append(result)
        }
      }
    } catch {
      // Whoever is told of nothing does not know what is another job by now.
      if results.isEmpty { throw error }
      results += jobs[results.count...].map { _ in .failed(error) }
    }
    return results
  }

  /// The first place from one on whose job has no id, or is there; or the one behind the last.
  private func endOfNew(_ jobs: [NewJob], from start: Int) throws(SpoolError) -> Int {
    for place in start..<jobs.count {
      guard let id = jobs[place].id else { return place }
      do throws(SpoolError) {
        if try job(id) != nil { return place }
      } catch {
        guard case .damaged = error else { throw error }
        return place
      }
    }
    return jobs.count
  }

  /// Gives a job another document; the same one changes nothing.
  private func redefine(
    _ place: Int, of input: inout ParentFinder, zones: ZoneFiles, at now: Instant
  ) throws(SpoolError) -> SubmitResult {
    let given = input.jobs[place]
    guard let id = given.id else {
      return .failed(
        .invalid(
          DocumentError(DocumentKey.id.rawValue, "what is to be replaced is known by its id")))
    }
    do throws(SpoolError) {
      while true {
        let changesGraph = !given.spec.after.isEmpty || given.spec.hasNoEnd
        let lock = changesGraph ? try SpoolLock(.parents, of: self) : nil
        guard let stored = try job(id) else {
          _ = consume lock
          return try submit(place..<place + 1, of: &input, at: now)[0]
        }
        let result = try redefine(stored, place, of: &input, zones: zones, at: now)
        _ = consume lock
        if let result { return result }
      }
    } catch {
      switch error {
      case .damaged, .invalid: return .failed(error)
      case .system, .refused, .busy, .exists, .differs: throw error
      }
    }
  }

  /// - Returns: nil if somebody else has changed it meanwhile.
  private func redefine(
    _ stored: StoredJob, _ place: Int, of input: inout ParentFinder, zones: ZoneFiles,
    at now: Instant
  ) throws(SpoolError) -> SubmitResult? {
    var new = input.jobs[place].keeping(stored.state.spec)
    new.spec.after = try input.parents(of: place).parents
    if let fault = input.loss(of: new.spec.after) { throw .invalid(fault) }
    if stored.state.spec == new.spec { return .present(stored.state) }
    // How a run ended that is over is up to the document it ran under.
    let state = current(stored.state, zones: zones, at: now)
    if state.phase.isFinal {
      try tell(input.followers(of: state.id), of: state, zones: zones, at: now)
    }
    if let fault = try circle(closedBy: new, of: state) { throw .invalid(fault) }
    if new.spec.hasNoEnd, !state.hasNoEnd,
      let fault = Spool.endlessness(new, try followers()[state.id] ?? [])
    {
      throw .invalid(fault)
    }
    let next: JobState
    do throws(Refusal) {
      next = try state.applying(
        .redefine(new.spec), schedule: new.schedule, hooks: wantedHooks, at: now)
    } catch {
      throw .invalid(DocumentError(DocumentKey.id.rawValue, error.reason))
    }
    guard next.json.serialized().count <= Spool.stateLimit else {
      return .failed(
        .refused(path: Spool.fileName(state.id), reason: "it is larger than a state file can be"))
    }
    switch try commit([StateChange(stored, next)])[0] {
    case .committed:
      append(HistoryEntry.entries(from: stored.state, to: next))
      return .redefined(next)
    case .stale: return nil
    case .failed(let error): return .failed(.system(error))
    }
  }

  /// The fault of a job that would wait for itself by way of what live jobs wait for; nil if it
  /// would not.
  private func circle(closedBy new: NewJob, of state: JobState) throws(SpoolError) -> DocumentError?
  {
    let isWider = state.phase.isFinal || !Set(state.spec.after).isSuperset(of: new.spec.after)
    guard isWider else { return nil }
    let order = try ParentOrder.of([state.id]) { id throws(SpoolError) in
      try id == state.id ? new.spec.after.map(\.job) : awaitedParents(of: id)
    }
    guard case .failure(let circle) = order else { return nil }
    return DocumentError(DocumentKey.after.rawValue, "\(circle.text) would be a circle")
  }

  /// The fault of a job whose end others wait for, and that would have none.
  static func endlessness(_ new: NewJob, _ followers: [String]) -> DocumentError? {
    guard let follower = followers.min() else { return nil }
    return DocumentError(
      DocumentKey.id.rawValue,
      "\"\(follower)\" runs after it, and it would never end: give it an endDate or runOnce")
  }
}
