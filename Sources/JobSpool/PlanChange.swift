// Provisioning: a new version of a plan, and what follows from it. The plan's file comes first;
// its live jobs have ids that follow from the version, so that submitting them again doubles
// nothing, and the ids of those that are to end stand in the file until they have been told.

public import JobCore
internal import LinuxIO

extension Spool {
  /// Puts a new plan in the place of the one of its name, whole or not at all. Jobs that run
  /// finish their run; what has been asked for already runs as it was asked for.
  /// - Parameters:
  ///   - body: in one of the two forms of the contract.
  ///   - agent: the only agent that jobs may be meant for; nil: any.
  ///   - isDry: check it and leave everything as it is.
  /// - Returns: the plan, once it and its live jobs are durable.
  /// - Throws: `DocumentError` if it is no plan, or `SpoolError`.
  @discardableResult
  public func provision(
    _ body: JSON, agent: String? = nil, by who: String?, isDry: Bool = false,
    zones: ZoneFiles, at now: Instant
  ) throws -> Plan {
    let plan = try Plan(
      provisioning: body, generation: newIdentifier(at: now), at: now, by: who)
    for (index, job) in plan.jobs.enumerated() {
      if let agent, let other = job.agent, other != agent {
        throw DocumentError(
          "jobs[\(index)].agentName", "it is meant for \"\(other)\", and this agent is \"\(agent)\""
        )
      }
    }
    try plan.check(in: unattendedContext(zones: zones))
    if !isDry { try replace(with: plan, zones: zones) }
    return plan
  }

  /// Removes a plan and ends its live jobs; runs under way finish.
  /// - Returns: whether there was one.
  @discardableResult
  public func removePlan(
    _ name: String, by who: String?, zones: ZoneFiles, at now: Instant
  ) throws(SpoolError) -> Bool {
    guard Plan.objection(toName: name) == nil else { return false }
    return try replace(
      with: Plan(removing: name, generation: newIdentifier(at: now), at: now, by: who),
      zones: zones)
  }

  /// - Returns: whether there was anything of the name before.
  @discardableResult
  private func replace(with new: Plan, zones: ZoneFiles) throws(SpoolError) -> Bool {
    let lock = try SpoolLock(.plans, of: self)
    var plan = new
    var before: Plan?
    do throws(SpoolError) {
      before = try self.plan(new.name)
    } catch .damaged(_, let reason) {
      try quarantine(planFile: Plan.fileName(new.name), because: reason)
    }
    if let before {
      plan.retiring = before.retiring + before.liveJobs.map(\.id)
    } else if try hasQuarantined(Plan.fileName(new.name)) {
      // No file tells any more what was derived from it; the jobs themselves do.
      try forEachJob(includingFinished: false) { job in
        if let place = job.state.spec.plan, place.plan == new.name, place.kind != .command {
          plan.retiring.append(job.state.id)
        }
        return true
      }
    }
    let isThere = before != nil || !plan.retiring.isEmpty
    if plan.isRemoved, !isThere { return false }
    try write(plan)
    try settle(plan, zones: zones)
    _ = consume lock
    return isThere
  }

  /// Whether a file of that name was once put aside.
  private func hasQuarantined(_ file: String) throws(SpoolError) -> Bool {
    let end = Spool.quarantineName(file)
    return try spoolCalls { () throws(SystemError) in
      try corrupt.names().contains { $0 == end || $0.hasSuffix("-\(end)") }
    }
  }

  /// Takes the steps that somebody has left undone, for every plan.
  /// - Returns: what cannot be done, in words; a plan that somebody else is at is passed over.
  @discardableResult
  public func settlePlans(zones: ZoneFiles) throws(SpoolError) -> [String] {
    guard try planFiles().contains(where: { file in (try? plan(file: file))?.isSettled != true })
    else { return [] }
    let lock: SpoolLock
    do throws(SpoolError) {
      lock = try SpoolLock(.plans, of: self, patience: 0)
    } catch .busy {
      return []
    }
    var faults: [String] = []
    for file in try planFiles() {
      do throws(SpoolError) {
        if let plan = try plan(file: file), !plan.isSettled { try settle(plan, zones: zones) }
      } catch .damaged(let path, let reason) {
        faults.append("\(path): \(reason)")
        try quarantine(planFile: file, because: reason)
      } catch .refused(let path, let reason) {
        // One plan that cannot be settled now holds up no other.
        faults.append("\(path): \(reason)")
      }
    }
    _ = consume lock
    return faults
  }

  /// Moves what cannot be understood out of plans/.
  func quarantine(planFile file: String, because reason: String) throws(SpoolError) {
    try spoolCalls { () throws(SystemError) in
      // Somebody else may have been faster.
      if try plans.status(of: file) == nil { return }
      _ = try quarantine(file, in: plans, because: reason)
    }
  }

  private func write(_ plan: Plan) throws(SpoolError) {
    try spoolCalls { () throws(SystemError) in
      try checkRoom()
      try put(plan.bytes, as: Plan.fileName(plan.name), in: plans)
    }
  }

  /// Tells the jobs of earlier versions to end, submits a plan's live jobs, and marks the plan.
  /// Each step may be taken again. Whoever calls has the lock.
  private func settle(_ unsettled: Plan, zones: ZoneFiles) throws(SpoolError) {
    var plan = unsettled
    let path = plans.path(of: Plan.fileName(plan.name))
    let context = unattendedContext(zones: zones)
    var new: [NewJob] = []
    for (id, job) in plan.liveJobs {
      do throws(DocumentError) {
        new.append(NewJob(try plan.document(of: job, id: id, in: context)))
      } catch {
        throw .refused(path: path, reason: error.message)
      }
    }
    let inheritances = try retire(plan, zones: zones)
    for index in new.indices {
      // A job of the same name goes on where the one before has stopped: no firing and no file
      // is lost between them, and none is theirs both.
      new[index].inheritance = new[index].spec.plan.flatMap { inheritances[$0.identity] }
    }
    for result in try submit(new, at: Spool.now, ifAbsent: true) {
      switch result {
      // Its id follows from this version: it was submitted before a crash.
      case .submitted, .present, .redefined, .failed(.differs): break
      case .failed(let error): throw error
      }
    }
    if plan.isRemoved {
      try spoolCalls { () throws(SystemError) in
        try plans.remove(Plan.fileName(plan.name))
        try plans.sync()
      }
    } else {
      plan.retiring = []
      plan.isSettled = true
      try write(plan)
    }
  }

  /// Time goes on while locks are waited for.
  private static var now: Instant { Instant(milliseconds: Clock.real.milliseconds) }

  /// Ends the jobs of earlier versions, many with one sync.
  /// - Returns: what they leave to jobs of the same place in the plan.
  private func retire(
    _ plan: Plan, zones: ZoneFiles
  ) throws(SpoolError) -> [PlanReference.Identity: Inheritance] {
    let event = JobEvent.retire(
      reason: plan.isRemoved ? "its plan was removed" : "its plan was replaced")
    var open = plan.retiring
    var inheritances: [PlanReference.Identity: Inheritance] = [:]
    while !open.isEmpty {
      let now = Spool.now
      var changes: [StateChange] = []
      for id in open {
        guard let stored = try readable(id) else { continue }
        let state = stored.state
        if let schedule = try? zones.schedule(state.spec),
          let next = try? current(state, zones: zones, at: now)
            .applying(
              event, by: plan.provisionedBy, schedule: schedule, hooks: wantedHooks, at: now)
        {
          changes.append(StateChange(stored, next))
        } else if let place = state.spec.plan {
          // Told before a crash, or ended by somebody else.
          inheritances[place.identity] = state.inheritance
        }
      }
      open = []
      for (change, result) in zip(changes, try commit(changes)) {
        switch result {
        case .committed:
          append(HistoryEntry.entries(from: change.basis.state, to: change.next))
          if let place = change.next.spec.plan {
            inheritances[place.identity] = change.next.inheritance
          }
        case .stale: open.append(change.next.id)
        case .failed(let error): throw .system(error)
        }
      }
    }
    return inheritances
  }

  /// A job that can be read; the daemon puts others aside.
  private func readable(_ id: String) throws(SpoolError) -> StoredJob? {
    do throws(SpoolError) {
      return try job(id)
    } catch .damaged {
      return nil
    }
  }
}
