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
    if !isDry { try replace(with: plan, zones: zones, at: now) }
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
      zones: zones, at: now)
  }

  /// - Returns: whether there was a plan of the name before.
  @discardableResult
  private func replace(
    with plan: Plan, zones: ZoneFiles, at now: Instant
  ) throws(SpoolError) -> Bool {
    var isNew = false
    let lock = try SpoolLock(.plans, of: self)
    var plan = plan
    do throws(SpoolError) {
      if let before = try self.plan(plan.name) {
        plan.retiring = before.retiring + before.liveJobs.map(\.id)
      } else if plan.isRemoved {
        return false
      } else {
        isNew = true
      }
    } catch .damaged(_, let reason) {
      try quarantine(planFile: Plan.fileName(plan.name), because: reason)
      // Its file no longer tells what was derived from it; the jobs themselves do.
      try forEachJob(includingFinished: false) { job in
        if let place = job.state.spec.plan, place.plan == plan.name, place.kind != .command {
          plan.retiring.append(job.state.id)
        }
        return true
      }
    }
    try write(plan)
    try settle(plan, zones: zones, at: now)
    _ = consume lock
    return !isNew
  }

  /// Takes the steps that somebody has left undone, for every plan.
  /// - Returns: false if somebody else is at it.
  @discardableResult
  public func settlePlans(
    zones: ZoneFiles, at now: Instant
  ) throws(SpoolError) -> Bool {
    var open: [String] = []
    for file in try planFiles() {
      do throws(SpoolError) {
        if let plan = try plan(file: file), !plan.isSettled { open.append(file) }
      } catch .damaged(_, let reason) {
        try quarantine(planFile: file, because: reason)
      }
    }
    if open.isEmpty { return true }
    let lock: SpoolLock
    do throws(SpoolError) {
      lock = try SpoolLock(.plans, of: self, patience: 0)
    } catch .busy {
      return false
    }
    for file in open {
      // Read again: before the lock was had, somebody else may have done it.
      if let plan = try plan(file: file), !plan.isSettled {
        try settle(plan, zones: zones, at: now)
      }
    }
    _ = consume lock
    return true
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

  /// Submits a plan's live jobs, tells those of earlier versions to end, and marks the plan.
  /// Whoever calls has the lock.
  private func settle(
    _ unsettled: Plan, zones: ZoneFiles, at now: Instant
  ) throws(SpoolError) {
    var plan = unsettled
    let context = unattendedContext(zones: zones)
    var new: [NewJob] = []
    for (id, job) in plan.liveJobs {
      do throws(DocumentError) {
        new.append(NewJob(try plan.document(of: job, id: id, in: context)))
      } catch {
        throw .damaged(path: plans.path(of: Plan.fileName(plan.name)), reason: error.message)
      }
    }
    for result in try submit(new, at: now, ifAbsent: true) {
      switch result {
      // Its id follows from this version: it was submitted before a crash.
      case .submitted, .present, .failed(.differs): break
      case .failed(let error): throw error
      }
    }
    let reason = plan.isRemoved ? "its plan was removed" : "its plan was replaced"
    for id in plan.retiring {
      do {
        _ = try apply(
          .retire(reason: reason), to: id, by: plan.provisionedBy, zones: zones, at: now)
      } catch is Refusal {
        // It has ended already.
      } catch SpoolError.damaged {
        // The daemon puts that aside.
      } catch let error as SpoolError {
        throw error
      } catch {
        throw .damaged(path: id, reason: "\(error)")
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
}
