// What is derived from a plan: a job document for each of its jobs.

extension Plan {
  /// The document of a job that waits for an instant or a file by itself.
  /// - Parameter id: the id that follows from this version of the plan.
  public func document(
    of job: PlanJob, id: String, in context: DocumentContext
  ) throws(DocumentError) -> JobDocument {
    var members = try job.triggerMembers()
    // What runs is the command job of the same name, else a command of its own; without either,
    // that it fired is all.
    let run = (command(job.name) ?? job).startup == .disabled ? nil : command(job.name) ?? job
    let children = (job.children ?? []) + (run?.children ?? [])
    let isSkipped =
      job.command.isSkipped(in: children) || run?.command.isSkipped(in: children) ?? false
    let isHeld =
      job.startup == .manual || run?.startup == .manual || job.command.isHeld(in: children)
      || run?.command.isHeld(in: children) ?? false
    for (key, value) in (isSkipped ? nil : run.flatMap(runMembers)) ?? Plan.nothing {
      members[key] = value
    }
    for (key, value) in frame(of: job, instead: isSkipped ? .skipped : nil) { members[key] = value }
    members[DocumentKey.id.rawValue] = .string(id)
    members[DocumentKey.createdBy.rawValue] = provisionedBy.map { .string($0) }
    if isHeld { members[DocumentKey.hold.rawValue] = true }
    if let days = try weekdays(of: job, run) {
      members[DocumentKey.daysOfWeekToRun.rawValue] =
        .array(days.numbers.map { .number(JSONNumber($0)) })
    }
    return try Plan.renamingFields { () throws(DocumentError) in
      try JobDocument(.object(members), in: context)
    }
  }

  /// Days on which both a job and the command that it runs may run; nil: all.
  private func weekdays(
    of job: PlanJob, _ run: PlanJob?
  ) throws(DocumentError) -> Weekdays? {
    guard let own = job.command.weekdays else { return run?.command.weekdays }
    guard let other = run?.command.weekdays else { return own }
    let both = Weekdays(numbers: own.numbers.filter(other.numbers.contains))
    if both.numbers.isEmpty {
      throw DocumentError("daysOfWeekToRun", "its command has none of these days, so it never runs")
    }
    return both
  }

  /// The model that a command job is to `submit --model PLAN/JOB` and to a process that starts.
  /// - Parameter zone: tells which day it is.
  /// - Returns: nil if the plan has no such job.
  public func model(
    _ jobName: String, at now: Instant, zone: TimeZoneRules
  ) throws(DocumentError) -> JobModel? {
    guard let job = command(jobName) else { return nil }
    let standing = job.standing(
      of: job.command, in: job.children ?? [], isDry: false, at: now, zone: zone)
    return JobModel(
      name: Plan.label(name, jobName), verbatim: try members(of: job, job.command, standing))
  }

  /// The document of one run of a command.
  /// - Parameters:
  ///   - command: the provisioned one, or what an event has made of it.
  ///   - event: the event that asks for the run.
  ///   - standing: whether it is held, and what takes its place.
  func members(
    of job: PlanJob, _ command: PlanCommand, event: JSONObject? = nil,
    _ standing: PlanJob.Standing
  ) throws(DocumentError) -> JSONObject {
    guard job.startup != .disabled else {
      throw DocumentError("jobName", "\"\(name)/\(job.name)\" is disabled")
    }
    let instead = standing.instead
    guard var members = instead == nil ? command.members() : Plan.nothing else {
      throw DocumentError(
        "commandLine", "\"\(name)/\(job.name)\" was provisioned without one, and none is given")
    }
    for (key, value) in frame(of: job, event: event, instead: instead) { members[key] = value }
    members[DocumentKey.environment.rawValue] = PlanCommand.environment(command.parameters)
    // What runs nothing is in nobody's way but its own.
    members[DocumentKey.locks.rawValue] = locks(of: job, command, isDry: instead != nil)
    if standing.isHeld { members[DocumentKey.hold.rawValue] = true }
    return members
  }

  /// Checks every job as if it were submitted.
  /// - Throws: the first fault, with the job's place in the plan.
  public func check(in context: DocumentContext) throws(DocumentError) {
    for (index, job) in jobs.enumerated() {
      do throws(DocumentError) {
        if job.kind != .command {
          _ = try document(of: job, id: generation, in: context)
        } else if let members = runMembers(job) {
          var members = members
          for (key, value) in frame(of: job) { members[key] = value }
          _ = try Plan.renamingFields { () throws(DocumentError) in
            try JobDocument(.object(members), in: context)
          }
        }
      } catch {
        let place = "jobs[\(index)]"
        throw DocumentError(
          error.field.isEmpty ? place : "\(place).\(error.field)", error.reason,
          illustration: error.illustration)
      }
    }
  }

  /// A command that does nothing, well.
  static let nothing: JSONObject = ["command": ["true"], "successfulReturnCodes": [0]]

  private func runMembers(_ job: PlanJob) -> JSONObject? {
    guard var members = job.command.members() else { return nil }
    members[DocumentKey.locks.rawValue] = locks(of: job, job.command, isDry: false)
    return members
  }

  /// What says which job it is.
  private func frame(
    of job: PlanJob, event: JSONObject? = nil, instead: PlanReference.Instead? = nil
  ) -> JSONObject {
    var reference = PlanReference(plan: name, job: job.name, kind: job.kind)
    reference.agent = job.agent
    reference.children = job.children
    reference.event = event
    reference.instead = instead
    var members: JSONObject = [
      DocumentKey.name.rawValue: .string("\(name)/\(job.name)"),
      DocumentKey.plan.rawValue: reference.json,
    ]
    members[DocumentKey.description.rawValue] = job.description.map { .string($0) }
    members[DocumentKey.labels.rawValue] = job.group.map { ["jobGroup": .string($0)] }
    return members
  }

  /// Runs of one job are serial, and so are those of the jobs that take part in the plan's lock.
  private func locks(of job: PlanJob, _ command: PlanCommand, isDry: Bool) -> JSON {
    let own = JSON.string(Plan.label(name, job.name))
    return command.takesPlanLock && !isDry ? [own, .string(Plan.label(name, ""))] : [own]
  }

  /// Faults are told in the words of the contract.
  private static func renamingFields(
    _ body: () throws(DocumentError) -> JobDocument
  ) throws(DocumentError) -> JobDocument {
    do {
      return try body()
    } catch {
      let names = [
        "quartzDef": "cronExpression", "blackout": "blackoutWindowCronExpressions",
        "command": "commandLine", "description": "jobDescription",
        "fileTrigger.pattern": "filenames", "fileTrigger.directory": "filePath",
        "fileTrigger.depth": "directoryDepth", "fileTrigger.moveTo": "moveDirectory",
        "fileTrigger.minAge": "minFileAgeSeconds",
      ]
      let base = String(error.field.prefix { $0 != "[" })
      let field = error.field.hasPrefix("environment.") ? "contextParameters" : names[base]
      throw DocumentError(
        field ?? error.field, error.reason, illustration: error.illustration)
    }
  }
}

extension PlanJob {
  /// How a run of a command is to go.
  struct Standing {
    var isHeld: Bool
    /// nil: the command itself runs.
    var instead: PlanReference.Instead?
  }

  /// Whether a run that somebody asks for now is held, and whether something else takes the place
  /// of the command.
  /// - Parameters:
  ///   - asked: the provisioned command, or what an event has made of it.
  ///   - children: parts of the plan that the run belongs to.
  func standing(
    of asked: PlanCommand, in children: [String], isDry: Bool, at now: Instant,
    zone: TimeZoneRules
  ) -> Standing {
    let today = floorDivide(zone.civil(at: now).secondsAsUTC, Gregorian.secondsPerDay)
    var standing = Standing(isHeld: startup == .manual || asked.isHeld(in: children))
    if asked.isSkipped(in: children) {
      standing.instead = .skipped
    } else if isDry {
      standing.instead = .dryRun
    } else if asked.weekdays.map({ !$0.contains(day: today) }) ?? false {
      standing.instead = .otherDay
    }
    return standing
  }

  /// What makes it begin.
  fileprivate func triggerMembers() throws(DocumentError) -> JSONObject {
    let fields = try self.fields
    var members = JSONObject()
    func put(_ key: DocumentKey, _ value: JSON?) {
      if let value { members[key.rawValue] = value }
    }
    let expression = try fields.text("cronExpression")
    if kind == .schedule, expression == nil {
      throw DocumentError("cronExpression", "it is missing")
    }
    put(.quartzDef, expression.map { .string($0) })
    put(.timeZone, try fields.text("timeZone").map { .string($0) })
    put(.blackout, try blackout(fields))
    if kind == .file {
      put(.fileTrigger, try fileTrigger(fields))
    } else {
      try readMisfire(fields, &members)
      if try fields.flag("eager") {
        throw DocumentError(
          "eager", "it would start the job again a second after each firing; use an expression")
      }
    }
    return members
  }

  /// A firing that was missed is made up within the tolerance of the persistent recovery, or,
  /// where misfires are not ignored, whenever it can be (contracts, ikasan.md 3.7).
  private func readMisfire(
    _ fields: LenientFields, _ members: inout JSONObject
  ) throws(DocumentError) {
    let isIgnored = try fields.flag("ignoreMisfire", default: true)
    members[DocumentKey.misfire.rawValue] = isIgnored ? "skip" : "once"
    guard try fields.flag("persistentRecovery", default: true) else { return }
    let tolerance = try fields.integer("recoveryTolerance") ?? PlanJob.defaultTolerance
    guard (0...PlanJob.longestTolerance).contains(tolerance) else {
      throw DocumentError("recoveryTolerance", "\(tolerance) milliseconds are out of range")
    }
    members[DocumentKey.misfireGrace.rawValue] = .string("\(tolerance)ms")
  }

  /// Half an hour, in milliseconds.
  private static let defaultTolerance = 1_800_000
  /// A year, in milliseconds.
  private static let longestTolerance = 31_557_600_000

  private func blackout(_ fields: LenientFields) throws(DocumentError) -> JSON? {
    var spans = try fields.texts("blackoutWindowCronExpressions") ?? []
    let key = "blackoutWindowDateTimeRanges"
    for (from, through) in try fields.pairs(key) {
      guard let from = Int64(from), let through = Int64(through),
        RFC3339.range.contains(from), RFC3339.range.contains(through), from <= through,
        through < RFC3339.range.upperBound
      else {
        throw DocumentError(
          "\(key).\(from)",
          "a range of milliseconds since 1970 is expected, such as "
            + "\"1767225600000\": \"1767312000000\"")
      }
      // Both ends belong to the original's range, and the second does not to jobrun's.
      let end = Instant(milliseconds: through + 1)
      spans.append("\(Instant(milliseconds: from).rfc3339)/\(end.rfc3339)")
    }
    return spans.isEmpty ? nil : .array(spans.map { .string($0) })
  }

  private func fileTrigger(_ fields: LenientFields) throws(DocumentError) -> JSON {
    guard let names = try fields.texts("filenames") else {
      throw DocumentError("filenames", "a file job has at least one")
    }
    var directory = try fields.text("filePath")
    var patterns = names
    if directory == nil {
      // Without a directory each name is a whole path.
      let folders = Set(names.map(\.parentPath))
      guard folders.count == 1, let folder = folders.first ?? nil else {
        throw DocumentError(
          "filePath", "it is missing, and the filenames do not all begin with one directory")
      }
      directory = folder.isEmpty ? "/" : folder
      patterns = names.map { $0.pathNames.last ?? "" }
    }
    for (index, pattern) in patterns.enumerated() {
      // Each alone: what is wrong in one may be right between parentheses.
      _ = try FilePattern.posix(pattern, field: "filenames[\(index)]")
    }
    var trigger: JSONObject = [
      "directory": .string(directory ?? "."),
      "pattern": .string(
        patterns.count == 1 ? patterns[0] : patterns.map { "(\($0))" }.joined(separator: "|")),
    ]
    if let age = try fields.integer("minFileAgeSeconds"), age > 0 {
      trigger["minAge"] = .number(JSONNumber(age))
    }
    if let depth = try fields.integer("directoryDepth") {
      trigger["depth"] = .number(JSONNumber(depth))
    }
    if let target = try fields.text("moveDirectory"), target != "." {
      trigger["moveTo"] = .string(target)
    }
    return .object(trigger)
  }
}
