// daemon: work on the spool until told to stop.

import JobCore
import JobDaemon
import JobSpool
import LinuxIO

/// `jobrun daemon`.
enum DaemonCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "daemon", summary: "Run the jobs of the spool, in the foreground.",
      operands: "[FILE.json...]",
      options: [
        .value(
          "slots", short: "s", "N",
          help: "Runs at the same time; default: twice the processors, at least 8."),
        .optionalValue(
          "until-idle", "D",
          help:
            "Leave when nothing is under way and nothing is due within D (60s); show the status."
        ),
        .value(
          "engine", "local|slurm",
          help: "Who runs jobs of queues that do not say: this machine, or Slurm."),
        .flag("drain", help: "When told to stop, wait for running jobs."),
        .value("log", "text|json", help: "Form of the log on standard error."),
        logFileOption,
        ServiceUnit.option,
      ],
      details: """
        Files of documents are submitted first. TERM and INT end the daemon; running jobs go on \
        under their supervisors, and the next daemon finds them again. A second TERM ends a drain.

        Only one daemon works on a spool; another one leaves with exit code 75.
        """,
      examples: [
        ("Work until stopped:", "jobrun daemon"),
        ("Run what a file says, and leave:", "jobrun daemon --until-idle jobs.json"),
        (
          "Make a service of it, as a user of systemd:",
          "jobrun daemon --print-unit user > ~/.config/systemd/user/jobrun.service"
        ),
      ]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    let options = session.options
    var settings = DaemonOptions()
    if let slots = try options.value("slots", as: .integer(in: 1...100_000)) {
      settings.slots = slots
    }
    if options.flag("until-idle") {
      settings.untilIdle = try options.value("until-idle", as: .span) ?? .seconds(60)
    }
    settings.drain = options.flag("drain")
    settings.engine =
      try options.value("engine", as: OptionValue<EngineName>.choice) ?? .local
    settings.logStyle =
      try options.value("log", as: OptionValue<Log.Style>.choice) ?? .text
    try options.expectAtMostOne(of: logFileOption.name, ServiceUnit.option.name)
    if let unit = try ServiceUnit(session) {
      try session.print(bytes: Array(unit.text.utf8))
      return ExitCode.success
    }
    settings.logFile = try logFile(options)
    let spool = try session.spool()
    let daemon = try Daemon(spool: spool, options: settings)
    var code = ExitCode.success
    if !options.allOperands.isEmpty { code = try submit(options.allOperands, session) }
    try daemon.run()
    if settings.untilIdle != nil {
      let printer = try StatusPrinter(session)
      try FittingJobs(session, JobFilter(), explained: printer.showsMessages).forEach(printer.print)
      try printer.finish()
    }
    return code
  }

  /// The option of those whose log can go to a file.
  static let logFileOption = Option.value(
    "log-file", "FILE", help: "Write the log to FILE; HUP opens it anew.")

  /// The file that the log goes to from now on; nil if none is named.
  static func logFile(_ options: ParsedOptions) throws -> LogFile? {
    guard let path = try options.value(logFileOption.name, as: .nonEmpty) else { return nil }
    do throws(SystemError) {
      return try LogFile(path: path)
    } catch {
      throw Failure("--log-file: \(error)", ExitCode.inputOutput)
    }
  }

  /// Submits files as `submit` does. A service that is started again submits its files
  /// again: the same jobs under ids of their own are there already, and that is fine.
  private static func submit(_ paths: [String], _ session: Session) throws -> Int32 {
    let submitter = Submitter(session, Submitter.Manner(ifAbsent: true, printsIDs: false))
    submitter.take(files: paths, context: try session.documentContext())
    return try submitter.finish()
  }
}
