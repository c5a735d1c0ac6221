// status: what is in the spool, for people as a table and for programs as JSON.

import JobCore
import JobSpool
import LinuxIO
import RESTService

/// `jobrun status`.
enum StatusCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "status", summary: "Show jobs: all, or those named.", operands: "[ID...]",
      options: [
        .flag("json", short: "j", help: "Print JSON: one object for one ID, else an array."),
        .flag("ndjson", help: "Print one JSON object a line."),
        .flag("ids", help: "Print ids alone, for a command whose ID is -."),
        .flag(
          "watch", short: "w",
          help: "Show what changes, until the jobs that are named have ended."),
      ] + JobFilter.options(phases: Phase.Word.allCases) + [
        .value("tz", "ZONE", help: "Zone of the times in the table; default: $TZ or the system's.")
      ],
      details: """
        ID is an id, its unique beginning, a number, or a name that only one live job has; if none \
        has it, the newest one of that name that has ended is meant. \
        The newest job comes last. JSON keys are described in jobrun(1).
        """,
      examples: [
        ("What failed since yesterday:", "jobrun status --phase failed --since 24h"),
        (
          "What ada's jobs have failed at:",
          "jobrun status --filter \"jobStatus eq 'Failed' and createdBy eq 'ada'\""
        ),
        ("One job, all there is to know:", "jobrun status 12 --json"),
        (
          "Another try for all that failed since yesterday:",
          "jobrun status --phase failed --since yesterday --ids | jobrun rerun -"
        ),
      ]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    let code = try show(session)
    try session.flush()
    if let stuck = try session.spool().stuckLock(at: session.now) { session.say("\(stuck)") }
    let notice = try session.spool().daemonNotice()
    if let shortage = notice?.waitsFor {
      session.say("the daemon starts nothing for now: \(shortage)")
    }
    if let fault = notice?.engineFault { session.say("Slurm gets nowhere for now: \(fault)") }
    if let fault = notice?.configFault {
      session.say("the daemon goes on with earlier settings: \(fault)")
    }
    return code
  }

  private static func watch(
    _ operands: [String], _ filter: JobFilter, _ session: Session
  ) throws -> Int32 {
    let words = try session.jobWords(operands)
    var ids: [String] = []
    let code = try session.forEach(words) {
      ids.append(try session.find($0, orEnded: true).state.id)
    }
    if !operands.isEmpty, ids.isEmpty { return code }
    let named = operands.isEmpty ? nil : ids
    let canDraw = Terminal.isTerminal(1) && Environment.value("TERM") != "dumb"
    let isPlain = !canDraw || session.options.flag("ndjson")
    let end =
      try isPlain
      ? ChangeLines(session, filter, ids: named).run()
      : StatusWatch(session, filter, ids: named).run()
    return code == ExitCode.success ? end : code
  }

  private static func show(_ session: Session) throws -> Int32 {
    let operands = session.options.allOperands
    try session.options.expectAtMostOne(of: "json", "ndjson", "ids")
    try session.options.expectAtMostOne(of: "watch", "json", "ids")
    try session.options.expectAtMostOne(of: "watch", "filter")
    let filter = try JobFilter(session)
    if session.options.flag("watch") { return try watch(operands, filter, session) }
    if operands.isEmpty {
      let printer = try StatusPrinter(session)
      try FittingJobs(session, filter, explained: printer.showsMessages).forEach(printer.print)
      try printer.finish()
      return ExitCode.success
    }
    let words = try session.jobWords(operands)
    var views: [JobView] = []
    let around = SurroundingsReader(
      try session.spool(), zones: session.zones, at: session.now)
    let code = try session.forEach(words) { word in
      let job = try session.find(word, orEnded: true)
      views.append(
        try session.spool().view(
          job.state, zones: session.zones, at: session.now, around: around))
    }
    views = try filter.fitting(views.filter { filter.fits($0.state) }, in: session.spool())
    let isOne = operands.count == 1 && operands != ["-"]
    // Of one job that cannot be shown there is no array either.
    if views.isEmpty, isOne || !session.options.flag("json") { return code }
    let printer = try StatusPrinter(session, isOne: isOne)
    try views.forEach(printer.print)
    try printer.finish()
    return code
  }
}
