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
        .value(
          "phase", short: "p", "PHASE", repeats: true,
          help:
            "Only jobs in this phase: \(Phase.Word.allCases.map(\.rawValue).joined(separator: ", "))."
        ),
        .value("name", "PATTERN", help: "Only jobs whose name fits a shell pattern."),
        .value(
          "since", "TIME", help: "Only jobs submitted or ended since; a duration counts back."),
        .value(
          "filter", "EXPR",
          help: "Only jobs that fit a condition on the properties in jobrun-serve(8)."),
        .value("limit", "N", help: "Only the newest N of them."),
        .value("tz", "ZONE", help: "Zone of the times in the table; default: $TZ or the system's."),
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
    let code = session.forEach(words) { word in
      let job = try session.find(word)
      views.append(try session.spool().view(job.state, zones: session.zones, at: session.now))
    }
    let filter = try Filter(session)
    views = try filter.fitting(views, session)
    if session.options.flag("json") || session.options.flag("ndjson") {
      if !(views.isEmpty && words.count == 1) { try show(views, session, single: words.count == 1) }
    } else if !views.isEmpty {
      try table(session, of: views)
    }
    return code
  }

  /// Which jobs are meant.
  private struct Filter {
    let phases: [Phase.Word]
    let pattern: String?
    let since: Instant?
    let limit: Int?
    let condition: BackgroundJobFilter?

    init(_ session: Session) throws {
      guard session.verb == StatusCommand.verb.syntax.verb else {
        phases = []
        pattern = nil
        since = nil
        limit = nil
        condition = nil
        return
      }
      let options = session.options
      phases = try options.values("phase", as: OptionValue<Phase.Word>.choice)
      pattern = options.value("name")
      since = try options.value("since", as: .past(in: session.zone(), now: session.now))
      limit = try options.value("limit", as: .integer(in: 0...Int.max))
      condition = try options.value("filter", as: StatusCommand.condition)
    }

    func fitting(_ views: [JobView], _ session: Session) throws -> [JobView] {
      let views = views.filter(fits)
      return try condition?.fitting(views, in: session.spool()) ?? views
    }

    func fits(_ view: JobView) -> Bool {
      let state = view.state
      if !phases.isEmpty, !phases.contains(state.phase.word) { return false }
      if let pattern, !matches(state.spec.name, pattern: pattern) { return false }
      if let since {
        let last = max(state.submittedAt, state.lastOutcome?.endedAt ?? state.submittedAt)
        if last < since { return false }
      }
      return true
    }
  }

  private static let condition = OptionValue<BackgroundJobFilter> { text in
    do throws(FilterError) {
      return .success(try BackgroundJobFilter(text))
    } catch {
      return .failure(BadValue("is no filter: \(error.message)"))
    }
  }

  /// All jobs that fit, the oldest first.
  private static func filtered(_ session: Session) throws -> [JobView] {
    let spool = try session.spool()
    let filter = try Filter(session)
    let now = session.now
    // The rare reader of finished jobs only pays for them if they can fit.
    let onlyLive =
      !filter.phases.isEmpty && filter.phases.allSatisfy { !StatusCommand.isFinal($0) }
    var views: [JobView] = []
    let take: (StoredJob) -> Bool = { job in
      let view = spool.view(job.state, zones: session.zones, at: now)
      if filter.fits(view) { views.append(view) }
      return true
    }
    // One that names its jobs needs no search.
    var damaged: [(id: String, reason: String)] = []
    if let ids = try filter.condition?.candidates(in: spool) {
      for id in ids { _ = try spool.job(id).map(take) }
    } else {
      damaged = try spool.forEachJob(includingFinished: !onlyLive, take)
    }
    views = try filter.fitting(views, session)
    for item in damaged { session.say("job \(item.id) cannot be read: \(item.reason)") }
    views.sort { $0.state.number < $1.state.number }
    return filter.limit.map { Array(views.suffix($0)) } ?? views
  }

  private static func isFinal(_ word: Phase.Word) -> Bool {
    switch word {
    case .held, .waiting, .queued, .starting, .running, .backoff: false
    case .succeeded, .failed, .cancelled, .expired: true
    }
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
    let isLive = views.contains { !$0.state.phase.isFinal }
    if isLive, session.verb == verb.syntax.verb, try !session.spool().hasDaemon() {
      try session.flush()
      session.say("no daemon is running on this spool: start one with `jobrun daemon`")
    }
  }
}
