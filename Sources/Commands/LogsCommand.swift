// logs: what a command has written.

import JobCore
import JobSpool
import LinuxIO

/// `jobrun logs`.
enum LogsCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "logs", summary: "Print what a job's command has written.", operands: "ID",
      options: [
        .flag("stderr", help: "Standard error instead of standard output."),
        .flag("hooks", help: "What its hooks have written, and how they ended."),
        .value("run", "N", help: "Run N instead of the latest."),
        .flag(
          "follow", short: "f", help: "Go on printing through retries, until the run has ended."),
        .flag(
          "all-runs",
          help: "With --follow: go on through later runs, until the job has ended."),
        .value("lines", short: "n", "N", help: "Only the last N lines of what is there."),
      ],
      details: "Of a run with several attempts, the latest one's output is printed.",
      examples: [("Look over its shoulder:", "jobrun logs -f backup")]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    let word = try session.options.onlyOperand("ID")
    let run = try session.options.value("run", as: .integer(in: 1...Int.max))
    let lines = try session.options.value("lines", as: .integer(in: 0...Int.max))
    let name =
      session.options.flag("stderr") ? RunDirectory.Name.stderr : RunDirectory.Name.stdout
    let job = try session.find(word, orEnded: true).state
    if session.options.flag("all-runs"), !session.options.flag("follow") {
      throw Failure("--all-runs goes with --follow", ExitCode.usage)
    }
    if session.options.flag("hooks") { return try printHooks(of: job, lines: lines, session) }
    if session.options.flag("follow") {
      return try follow(
        LogFollow(
          try session.spool(), zones: session.zones, job: job.id, run: run, stream: name,
          lines: lines, allRuns: session.options.flag("all-runs")), of: job, session)
    }
    guard let directory = try session.spool().latestAttempt(job.id, run: run) else {
      if let run, run > job.runs {
        throw Failure("job \(job.number) has had \(job.runs.counted("run"))", ExitCode.notPossible)
      }
      // A run that has written nothing leaves nothing; that is an answer too.
      if job.runs == 0 { session.say("job \(job.number) has not run yet") }
      return ExitCode.success
    }
    if let log = try session.spool().log(job.id, directory, name) {
      if let lines { try log.seek(toLast: lines) }
      // As it is.
      while case let bytes = try log.read(), !bytes.isEmpty { try session.print(bytes: bytes) }
      try session.flush()
    }
    return ExitCode.success
  }

  private static func printHooks(
    of job: JobState, lines: Int?, _ session: Session
  ) throws -> Int32 {
    for name in ["stderr", "run", "follow"] {
      try session.options.expectAtMostOne(of: "hooks", name)
    }
    guard let text = try session.spool().hookLog(job.id) else {
      session.say("no hook of job \(job.number) has run yet")
      return ExitCode.success
    }
    var start = text.startIndex
    if let lines {
      let ends = text.indices.filter { text[$0] == UInt8(ascii: "\n") }
      if ends.count > lines { start = ends[ends.count - lines - 1] + 1 }
    }
    try session.print(bytes: Array(text[start...]))
    try session.flush()
    return ExitCode.success
  }

  /// Prints until the run has ended, or nobody reads any more.
  private static func follow(
    _ follow: LogFollow, of job: JobState, _ session: Session
  ) throws -> Int32 {
    var told: String?
    let hints = try FileWatch()
    let poller = try Poller()
    try poller.add(hints.descriptor, token: 0)
    let reader = try OutputReader(poller)
    try watch(follow.places, with: hints)
    // Of a process that is killed and has a job, nothing else tells.
    let owners = try OwnerWatch()
    try poller.add(owners.watch.descriptor, token: 1)
    if job.isExec { owners.add(job.id, in: try session.spool()) }
    while true {
      switch try follow.next(at: session.now) {
      case .bytes(let bytes): try session.print(bytes: bytes)
      case .moved: try watch(follow.places, with: hints)
      case .waiting:
        try session.flush()
        if let news = try standstill(of: job.id, session), news != told {
          session.say(news)
          told = news
        }
        if reader.isGone(try poller.wait(timeout: owners.timeout())) {
          return OutputReader.goneCode
        }
        _ = try hints.hints()
        try owners.takeHints()
        _ = owners.takeDue()
      case .ended:
        try session.flush()
        return ExitCode.success
      }
    }
  }

  /// Why nothing more comes, where that is because nobody works on the job. Asked at each write to
  /// the log, so with a daemon nothing is read for it.
  private static func standstill(of id: String, _ session: Session) throws -> String? {
    let spool = try session.spool()
    guard !spool.hasDaemon(), let state = try spool.job(id)?.state else { return nil }
    return try session.standstill(
      of: spool.current(state, zones: session.zones, at: session.now))
  }

  private static func watch(_ places: [LogFollow.Place], with hints: borrowing FileWatch) throws {
    for place in places {
      do throws(SystemError) {
        _ = try hints.add(path: place.path, for: place.interest)
      } catch {
        // What an attempt has left may have been cleared away; the job's own file tells the rest.
        if !error.isNotFound && !error.isNotDirectory { throw error }
      }
    }
  }
}
