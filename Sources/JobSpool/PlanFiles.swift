// plans/: one file a plan, replaced by one rename. What is derived from a plan (its live jobs)
// follows in steps that can be taken again: a plan that is not marked as settled has some of
// them before it.

public import JobCore
internal import LinuxIO

extension Spool {
  /// Reads a plan; nil if there is none of that name.
  /// - Throws: `damaged` if its file cannot be understood.
  public func plan(_ name: String) throws(SpoolError) -> Plan? {
    guard Plan.objection(toName: name) == nil else { return nil }
    return try plan(file: Plan.fileName(name))
  }

  func plan(file: String) throws(SpoolError) -> Plan? {
    let path = plans.path(of: file)
    guard let name = Plan.name(ofFile: file) else {
      throw .damaged(path: path, reason: "no plan has such a file name")
    }
    let status = try spoolCalls { () throws(SystemError) in try plans.status(of: file) }
    guard let status else {
      knownPlans[file] = nil
      return nil
    }
    guard status.kind == .regular else {
      throw .damaged(path: path, reason: "it is not a regular file")
    }
    // A plan may be large, and an event asks for one of its many commands.
    if let known = knownPlans[file], known.status == status { return known.plan }
    let opened = try spoolCalls { () throws(SystemError) in try plans.openIfPresent(file) }
    guard let opened else { return nil }
    let contents = try spoolCalls { () throws(SystemError) in
      try opened.contents(limit: Plan.longestFile)
    }
    guard let bytes = contents else {
      throw .damaged(path: path, reason: "it is larger than any plan's file")
    }
    let plan: Plan
    do {
      plan = try Plan(parsing: bytes)
    } catch {
      if error.reason == Plan.newerFormat { throw .refused(path: path, reason: error.message) }
      throw .damaged(path: path, reason: error.message)
    }
    guard plan.name.utf8.elementsEqual(name.utf8) else {
      throw .damaged(path: path, reason: "it holds the plan \"\(plan.name)\"")
    }
    knownPlans[file] = (status, plan)
    return plan
  }

  /// Names of the files in plans/, in order; hidden ones are not jobrun's.
  func planFiles() throws(SpoolError) -> [String] {
    try spoolCalls { () throws(SystemError) in
      try plans.names().filter { !$0.hasPrefix(".") }.sorted()
    }
  }

  /// All plans that can be read, in the order of their files.
  /// - Parameter damaged: told of those that cannot, with the reason.
  public func allPlans(
    damaged: (String) -> Void = { _ in }
  ) throws(SpoolError) -> [Plan] {
    var found: [Plan] = []
    for file in try planFiles() {
      do throws(SpoolError) {
        if let plan = try plan(file: file) { found.append(plan) }
      } catch .damaged(let path, let reason) {
        damaged("\(path): \(reason)")
      } catch .refused(let path, let reason) {
        damaged("\(path): \(reason)")
      }
    }
    return found
  }

  // MARK: As models

  /// The command PLAN/JOB.
  func planModel(_ label: String, zones: ZoneFiles) throws(DocumentError) -> JobModel? {
    guard let names = Plan.names(of: label) else { return nil }
    let found: Plan?
    do throws(SpoolError) {
      found = try plan(names.plan)
    } catch .damaged(let path, let reason) {
      // Within the spool, as with models.
      throw DocumentError("model", "plans/\(path.pathNames.last ?? path): \(reason)")
    } catch {
      throw DocumentError("model", "the plan of \"\(label)\" cannot be read now")
    }
    return try found?.model(
      names.job, at: Instant(milliseconds: Clock.real.milliseconds),
      zone: zones.rules(zones.defaultName()) ?? .utc)
  }

  /// PLAN/JOB of every command, for suggestions.
  public func planModelNames() -> [String] {
    ((try? allPlans()) ?? []).flatMap { plan in
      plan.jobs.filter { $0.kind == .command }.map { Plan.label(plan.name, $0.name) }
    }
  }
}
