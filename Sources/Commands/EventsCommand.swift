// events: the history of decisions, as it is recorded or as others want it.

import JobCore
import JobSpool
import LinuxIO

/// `jobrun events`.
enum EventsCommand {
  /// How lines are printed.
  enum Format: String, CaseIterable, Sendable {
    case ndjson, text
    case scheduledProcess = "scheduled-process"
  }

  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "events", summary: "Print what was decided about all jobs, and when.",
      options: [
        .flag("follow", short: "f", help: "Go on printing what is decided from now on."),
        .value(
          "since", "TIME", help: "Only what was decided since; a duration counts back from now."),
        .value(
          "format", Format.choices,
          help: "How; default: text on a terminal, ndjson otherwise."),
        .flag("json", short: "j", help: "As ndjson, with the version of the format in each line."),
        .value(
          "tz", "ZONE",
          help: "Zone of --since and of the times in text; default: $TZ or the system's."),
      ],
      details: """
        ndjson is the lines as they are recorded (jobrun-spool(7)). scheduled-process is one \
        event for the start and one for the end of each run, for a hook to deliver \
        (jobrun-serve(8)).
        """,
      examples: [
        ("What happened today:", "jobrun events --since today --format text"),
        ("Hand on each end of a run:", "jobrun events -f | jq --unbuffered 'select(.outcome)'"),
      ]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    let options = session.options
    try options.expectNoOperands()
    let zone = try session.zone()
    let since = try session.instant("since", in: zone, .back)
    try options.expectAtMostOne(of: "format", "json")
    let usual: Format = !options.flag("json") && Terminal.isTerminal(1) ? .text : .ndjson
    let format = try options.value("format", as: OptionValue<Format>.choice) ?? usual
    let spool = try session.spool()
    var printer = EventPrinter(
      session, spool, format: format, isMarked: options.flag("json"), zone: zone)
    guard options.flag("follow") else {
      try printer.print(try EventHistory(spool, since: since))
      return ExitCode.success
    }
    // Watched before the first look, so that nothing falls in between.
    let watch = try FileWatch()
    _ = try watch.add(path: "\(spool.path)/events", for: [.created, .movedIn, .modified])
    let poller = try Poller()
    try poller.add(watch.descriptor, token: 0)
    let reader = try OutputReader(poller)
    let history = try EventHistory(spool, since: since, isFollowed: true)
    while true {
      try printer.print(history)
      if reader.isGone(try poller.wait()) { return OutputReader.goneCode }
      _ = try watch.hints()
      try history.look()
    }
  }
}
