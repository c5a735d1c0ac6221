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
        .value("dst-gap", gapWords, help: "For firings in a span that clocks jump over."),
        .value(
          "dst-overlap", overlapWords, help: "For firings in a span that clocks show twice."),
        .flag("json", short: "j", help: "Print {\"fires\": [...]} with instants in UTC."),
      ],
      details: """
        A word with blanks in it is an expression, any other a job. With -, each line of \
        standard input is an object {"quartzDef", "timeZone", "from", "count", "dst"}, and is \
        answered by {"fires": [...]} or {"error": {...}} on a line of its own. \
        "dst" is {"gap": \(gapWords), "overlap": \(overlapWords)}.
        """,
      examples: [
        (
          "The last weekday of each month:", "jobrun next '0 0 18 LW * ?' -n 3 --tz Europe/Istanbul"
        ),
        ("A job's:", "jobrun next backup"),
      ]),
    run: run)

  private static let gapWords = DaylightSaving.Gap.allCases.map(\.rawValue).joined(separator: "|")
  private static let overlapWords =
    DaylightSaving.Overlap.allCases.map(\.rawValue).joined(separator: "|")

  private static func run(_ session: Session) throws -> Int32 {
    let options = session.options
    let word = try options.onlyOperand("EXPR, ID or -")
    let isExpression = word.contains(where: \.isWhitespace)
    let daylightSaving = try daylightSaving(options, ofExpression: isExpression)
    if word == "-" { return try NextStream(session).run() }
    let count = try options.value("count", as: .integer(in: 1...100_000)) ?? 5
    var zone = try session.zone()
    let job = isExpression ? nil : try session.find(word).state
    if let job {
      let name = options.value("tz") ?? job.spec.timeZone
      zone = try session.zone(name, code: ExitCode.configuration)
    }
    let from = try options.value("from", as: .instant(in: zone)) ?? session.now
    let firings =
      try job.map { try NextCommand.firings(of: $0, after: from, count: count, session) }
      ?? NextCommand.firings(
        of: word, in: zone, after: from, count: count, daylightSaving: daylightSaving)
    if options.flag("json") {
      let fires = JSON.array(firings.map { .string($0.instant.rfc3339) })
      try session.print(String(decoding: JSON.object(["fires": fires]).serialized(), as: UTF8.self))
    } else {
      for firing in firings { try session.print(line(firing, zone)) }
    }
    if firings.isEmpty { session.say("nothing fires after \(from.rfc3339)") }
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

  private static func firings(
    of job: JobState, after from: Instant, count: Int, _ session: Session
  ) throws -> [Firing] {
    let schedule = try session.zones.schedule(job.spec)
    if !schedule.isRecurring || job.spec.runOnce || job.scheduleEnded {
      guard let next = job.nextRun, next > from else { return [] }
      return [Firing(instant: next)]
    }
    var firings: [Firing] = []
    var at = max(from, job.cursor)
    while firings.count < count, let firing = schedule.next(after: at) {
      firings.append(firing)
      at = firing.instant
    }
    return firings
  }

  /// `2026-11-22 02:30:00 +01:00 CET`, and what daylight saving did to it.
  private static func line(_ firing: Firing, _ zone: TimeZoneRules) -> String {
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

extension CronExpression {
  /// Some firings in a row.
  func firings(
    after from: Instant, count: Int, in zone: TimeZoneRules, daylightSaving: DaylightSaving
  ) -> [Firing] {
    var firings: [Firing] = []
    var at = from
    while firings.count < count,
      let firing = next(after: at, in: zone, daylightSaving: daylightSaving)
    {
      firings.append(firing)
      at = firing.instant
    }
    return firings
  }
}
