// provision: put plans in, take them out, and show which there are (contracts, seed 001).

import JobCore
import JobSpool
import LinuxIO

/// `jobrun provision`.
enum ProvisionCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "provision", summary: "Put a plan of jobs in place of the one before.",
      operands: "FILE|-",
      options: [
        .value("remove", "PLAN", help: "Remove a plan instead; runs under way finish."),
        .flag("list", help: "Print the plans instead: name, since when, and numbers of jobs."),
        .flag(
          "json", short: "j",
          help: "Print the plan as an object with its jobs; with --list, an array of them."),
        .flag("dry-run", help: "Check the plan and put nothing in place."),
      ],
      details: """
        FILE holds {"jobs": [...]} as jobrun-serve(8) describes it. The plan is replaced whole or \
        not at all: one job that cannot be means that nothing changes. Its command jobs become \
        models PLAN/JOB, its schedule jobs and file jobs become live jobs of that name.
        """,
      examples: [
        ("A plan from a file:", "jobrun provision billing.json"),
        ("One of its commands, now:", "jobrun submit --model billing/load"),
        ("Take it out again:", "jobrun provision --remove billing"),
      ]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    let options = session.options
    if options.flag("list") {
      if options.flag("remove") {
        throw Failure("--list and --remove are two requests", ExitCode.usage)
      }
      try options.expectNoOperands()
      return try list(session)
    }
    if let name = options.value("remove") {
      if options.flag("json") {
        throw Failure("--json goes with a FILE or --list, not with --remove", ExitCode.usage)
      }
      if options.flag("dry-run") {
        throw Failure("--dry-run goes with a FILE, not with --remove", ExitCode.usage)
      }
      try options.expectNoOperands()
      return try remove(name, session)
    }
    let words = try options.someOperands("FILE")
    if words.count > 1 { throw UsageError(.unexpectedOperand(words[1]), verb: "provision") }
    return try provision(words[0], session)
  }

  private static func provision(_ path: String, _ session: Session) throws -> Int32 {
    let source = path == "-" ? "" : "\(path): "
    let bytes: [UInt8]?
    do {
      bytes =
        path == "-"
        ? try StandardStream.input.readAll(limit: Plan.limits.bytes)
        : try SubmitCommand.contents(of: path)
    } catch {
      throw Failure("\(path): \(Failure(error).message)", ExitCode.noSuchJob)
    }
    guard let bytes else {
      throw Failure("a plan has \(Plan.limits.bytes >> 20) MiB at most", ExitCode.badDocument)
    }
    let json: JSON
    do throws(JSONError) {
      json = try JSON(parsing: bytes, limits: Plan.limits)
    } catch {
      throw Failure("\(source)\(error.message)", ExitCode.badDocument)
    }
    do {
      let plan = try session.spool().provision(
        json, by: Environment.value("USER"), isDry: session.options.flag("dry-run"),
        zones: session.zones, at: session.now)
      if session.options.flag("json") {
        try session.print(document: summary(plan))
      } else {
        try session.print("\(printable(plan.name)): \(counts(plan))")
      }
    } catch let error as DocumentError {
      throw Failure("\(source)\(error.message)", ExitCode.badDocument)
    }
    return ExitCode.success
  }

  private static func remove(_ name: String, _ session: Session) throws -> Int32 {
    let was = try session.spool().removePlan(
      name, by: Environment.value("USER"), zones: session.zones, at: session.now)
    guard was else {
      throw Failure("there is no plan \"\(printable(name))\"", ExitCode.noSuchJob)
    }
    return ExitCode.success
  }

  private static func list(_ session: Session) throws -> Int32 {
    var code = ExitCode.success
    let plans = try session.spool().allPlans { reason in
      session.say(reason)
      code = ExitCode.badDocument
    }
    if session.options.flag("json") {
      try session.print(document: .array(plans.map(summary)))
      return code
    }
    let width = plans.map { TerminalText.width(printable($0.name)) }.max() ?? 0
    for plan in plans {
      let name = TerminalText.padded(printable(plan.name), to: width)
      try session.print("\(name)  \(plan.provisionedAt.rfc3339)  \(counts(plan))")
    }
    return code
  }

  private static func summary(_ plan: Plan) -> JSON {
    var members: JSONObject = [
      "name": .string(plan.name), "provisionedAt": .string(plan.provisionedAt.rfc3339),
    ]
    members["provisionedBy"] = plan.provisionedBy.map { .string($0) }
    members["jobs"] = .array(
      plan.jobs.map { job in
        var members: JSONObject = [
          "name": .string(job.name), "kind": .string(job.kind.rawValue),
        ]
        members["agent"] = job.agent.map { .string($0) }
        return .object(members)
      })
    return .object(members)
  }

  /// "2 commands, 1 schedule".
  private static func counts(_ plan: Plan) -> String {
    PlanReference.Kind.allCases.compactMap { kind in
      let count = plan.jobs.count { $0.kind == kind }
      if count == 0 { return nil }
      return "\(count) \(kind.rawValue)\(count == 1 ? "" : "s")"
    }
    .joined(separator: ", ")
  }
}
