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
        .value("run", "N", help: "Run N instead of the latest."),
        .flag("follow", short: "f", help: "Go on printing until the run has ended."),
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
    let job = try session.find(word).state
    if session.options.flag("follow") {
      return try LogFollower(session, job: job.id, run: run, file: name).follow(lines: lines)
    }
    guard let directory = try session.spool().latestAttempt(job.id, run: run) else {
      if let run, run > job.runs {
        throw Failure("job \(job.number) has had \(job.runs) run(s)", ExitCode.notPossible)
      }
      // A run that has written nothing leaves nothing; that is an answer too.
      if job.runs == 0 { session.say("job \(job.number) has not run yet") }
      return ExitCode.success
    }
    if let log = try session.spool().log(job.id, directory, name) {
      if let lines { try log.seek(toLast: lines) }
      try print(log, session)
    }
    return ExitCode.success
  }

  /// Prints what is there, as it is.
  static func print(_ log: RunLog, _ session: Session) throws {
    while true {
      let bytes = try log.read()
      if bytes.isEmpty { break }
      try session.print(bytes: bytes)
    }
    try session.flush()
  }
}
