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
      ] + JobFilter.options(phases: Phase.Word.allCases) + [
        .value("tz", "ZONE", help: "Zone of the times in the table; default: $TZ or the system's.")
      ],
      details: """
        ID is an id, its unique beginning, a number, or a name that only one live job has. \
        The newest job comes last. JSON keys are described in jobrun(1).
        """,
      examples: [
        ("What failed since yesterday:", "jobrun status --phase failed --since 24h"),
        (
          "What ada's jobs have failed at:",
          "jobrun status --filter \"jobStatus eq 'Failed' and createdBy eq 'ada'\""
        ),
        ("One job, all there is to know:", "jobrun status 12 --json"),
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

  private static func show(_ session: Session) throws -> Int32 {
    let words = session.options.allOperands
    try session.options.expectAtMostOne(of: "json", "ndjson")
    guard !words.isEmpty else {
      if session.options.flag("json") || session.options.flag("ndjson") {
        try show(try filtered(session), session, single: false)
      } else {
        try table(session, of: nil)
      }
      return ExitCode.success
    }
    var views: [JobView] = []
    let daemon = try session.spool().daemonStanding()
    let code = session.forEach(words) { word in
      let job = try session.find(word)
      views.append(
        try session.spool().view(
          job.state, zones: session.zones, at: session.now, daemon: daemon))
    }
    let filter = try JobFilter(session)
    views = try filter.fitting(views.filter { filter.fits($0.state) }, in: session.spool())
    if session.options.flag("json") || session.options.flag("ndjson") {
      if !(views.isEmpty && words.count == 1) { try show(views, session, single: words.count == 1) }
    } else if !views.isEmpty {
      try table(session, of: views)
    }
    return code
  }

  /// All jobs that fit, the oldest first.
  private static func filtered(_ session: Session) throws -> [JobView] {
    let spool = try session.spool()
    let filter = session.verb == verb.syntax.verb ? try JobFilter(session) : JobFilter()
    let now = session.now
    // The rare reader of finished jobs only pays for them if they can fit.
    var views: [JobView] = []
    let daemon = spool.daemonStanding()
    let take: (StoredJob) -> Bool = { job in
      let view = spool.view(job.state, zones: session.zones, at: now, daemon: daemon)
      if filter.fits(view.state) { views.append(view) }
      return true
    }
    // One that names its jobs needs no search.
    var damaged: [(id: String, reason: String)] = []
    if let ids = try filter.condition?.candidates(in: spool) {
      for id in ids { _ = try spool.job(id).map(take) }
    } else {
      damaged = try spool.forEachJob(includingFinished: filter.selection.meansFinished, take)
    }
    views = try filter.fitting(views, in: spool)
    for item in damaged { session.say("job \(item.id) cannot be read: \(item.reason)") }
    views.sort { $0.state.number < $1.state.number }
    return filter.newest(of: views)
  }

  private static func show(_ views: [JobView], _ session: Session, single: Bool) throws {
    if session.options.flag("ndjson") {
      for view in views {
        try session.print(String(decoding: view.json.serialized(), as: UTF8.self))
      }
    } else if single, let view = views.first {
      try session.print(view.json.prettyText())
    } else {
      try session.print(JSON.array(views.map(\.json)).prettyText())
    }
  }

  /// Prints the table of some jobs, or of all that fit the options.
  static func table(_ session: Session, of some: [JobView]?) throws {
    let views = try some ?? filtered(session)
    let zoneName =
      session.verb == verb.syntax.verb ? session.options.value("tz") : nil
    let zone = try session.zone(zoneName ?? session.zones.defaultName(), code: ExitCode.usage)
    let rows = views.map { StatusTable.row($0, zone: zone) }
    for line in StatusTable.lines(rows) { try session.print(line) }
    // Whoever looks at a table of waiting jobs wants to know that nobody works on them.
    let isLive = views.contains { !$0.state.phase.isFinal && !$0.state.isExec }
    if isLive, session.verb == verb.syntax.verb, try !session.spool().hasDaemon() {
      try session.flush()
      session.say("no daemon is running on this spool: start one with `jobrun daemon`")
    }
  }
}
