// next: when an expression or a job fires.

import JobCore
import JobSpool
import LinuxIO

/// `jobrun next`.
enum NextCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "next", summary: "Show the next firings of an expression or a job.",
      operands: "EXPR|ID\n-",
      options: [
        .value("count", short: "n", "N", help: "So many firings; default 5."),
        .value("tz", "ZONE", help: "Zone of the expression; default: $TZ or the system's."),
        .value("from", "TIME", help: "Firings after this instant instead of now."),
        .value(
          "dst-gap", DaylightSaving.Gap.choices,
          help: "For firings in a span that clocks jump over."),
        .value(
          "dst-overlap", DaylightSaving.Overlap.choices,
          help: "For firings in a span that clocks show twice."),
        .flag("json", short: "j", help: "Print {\"fires\": [...]} with instants in UTC."),
      ],
      details: """
        A word with blanks in it is an expression, any other a job. With -, each line of \
        standard input is an object {"quartzDef", "timeZone", "from", "count", "dst"}, and is \
        answered by {"fires": [...]} or {"error": {...}} on a line of its own; options stand \
        in for what it leaves out. \
        "dst" is {"gap": \(DaylightSaving.Gap.choices), "overlap": \(DaylightSaving.Overlap.choices)}.
        """,
      examples: [
        (
          "The last weekday of each month:", "jobrun next '0 0 18 LW * ?' -n 3 --tz Europe/Istanbul"
        ),
        ("A job's:", "jobrun next backup"),
      ]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    let options = session.options
    let word = try options.onlyOperand("EXPR, ID or -")
    let isExpression = word.contains(where: \.isWhitespace)
    let daylightSaving = try daylightSaving(options, ofExpression: isExpression)
    let count = try options.value("count", as: .integer(in: 1...100_000)) ?? 5
    var zone = try session.zone()
    if word == "-" {
      let from = try session.instant("from", in: zone, .ahead) ?? session.now
      return try NextStream(session, .init(zone: zone, from: from, count: count)).run()
    }
    let job = isExpression ? nil : try session.find(word).state
    if let job {
      let name = options.value("tz") ?? job.spec.timeZone
      zone = try session.zone(name, code: ExitCode.configuration)
    }
    let from = try session.instant("from", in: zone, .ahead) ?? session.now
    let entries =
      try job.map { job throws in
        try job.preview(session.zones.schedule(job.spec), after: from, count: count)
      }
      ?? NextCommand.firings(
        of: word, in: zone, after: from, count: count, daylightSaving: daylightSaving
      ).map { .fires($0) }
    if options.flag("json") {
      try session.print(line: FiringPreview.json(of: entries))
    } else {
      let delay = job?.startDelay ?? .zero
      for entry in entries { try session.print(line(entry, zone, delay: delay)) }
    }
    if let job, let trigger = job.spec.fileTrigger, !job.phase.isFinal {
      let when = job.spec.quartz.isEmpty ? "" : ", for which it looks at these instants"
      session.say("\(job.spec.name) waits for \(trigger.explanation)\(when)")
    } else if entries.isEmpty {
      session.say("nothing fires after \(from.rfc3339)")
    }
    return ExitCode.success
  }

  private static func firings(
    of text: String, in zone: TimeZoneRules, after from: Instant, count: Int,
    daylightSaving: DaylightSaving
  ) throws -> [Firing] {
    let expression: CronExpression
    do throws(CronError) {
      expression = try CronExpression(text)
    } catch {
      throw Failure(
        "this is not a quartz expression\n\(error.rendered(text))", ExitCode.badDocument)
    }
    return expression.firings(after: from, count: count, in: zone, daylightSaving: daylightSaving)
  }

  /// The policy of the options. A job has one of its own.
  private static func daylightSaving(
    _ options: ParsedOptions, ofExpression isExpression: Bool
  ) throws -> DaylightSaving {
    for name in ["dst-gap", "dst-overlap"] where options.flag(name) && !isExpression {
      throw options.badOperand(0, "is not an expression: --\(name) goes only with an expression")
    }
    return DaylightSaving(
      gap: try options.value("dst-gap", as: .choice) ?? .auto,
      overlap: try options.value("dst-overlap", as: .choice) ?? .auto)
  }

  /// `2026-11-22 02:30:00 +01:00 CET`, and what daylight saving, jitter or a rule did to it.
  private static func line(
    _ entry: FiringPreview.Entry, _ zone: TimeZoneRules, delay: TimeSpan
  ) -> String {
    switch entry {
    case .fires(let firing):
      let jitter = delay == .zero ? "" : "  begins \(delay) later"
      return text(firing, zone) + jitter
    case .removed(let removal):
      let mark = "\(text(removal.first, zone))  removed by \(removal.rule)"
      guard let last = removal.last else { return "\(mark), like all after it" }
      let until = StatusTable.local(last, zone)
      switch removal.count {
      case 1: return mark
      case 2: return "\(mark), like the one after it, \(until)"
      case let count?: return "\(mark), like the \(count - 1) after it to \(until)"
      case nil: return "\(mark), like all those after it to \(until)"
      }
    }
  }

  private static func text(_ firing: Firing, _ zone: TimeZoneRules) -> String {
    let offset = zone.offset(at: firing.instant)
    let minutes = abs(offset) / 60
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let sign = offset < 0 ? "-" : "+"
    let mark = firing.rule.map { "  \($0.rawValue)" } ?? ""
    return "\(StatusTable.local(firing.instant, zone)) "
      + "\(sign)\(two(minutes / 60)):\(two(minutes % 60)) "
      + "\(zone.abbreviation(at: firing.instant))\(mark)"
  }
}
