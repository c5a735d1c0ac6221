// exec: one job, run here and now, in the place where a command stood, such as a line of a crontab.

import JobCore
import JobDaemon
import JobSpool
import LinuxIO

/// `jobrun exec`.
enum ExecCommand {
  /// Options of submit that make sense for one run that begins now.
  private static let keys: [DocumentKey] = [
    .name, .id, .values, .environment, .workingDirectory, .umask, .stdin, .successfulReturnCodes,
    .retryCount, .retryDelay, .retryBackoff, .retryMaxDelay, .maxExecutionTime, .minExecutionTime,
    .killGrace, .leftovers, .maxOutputBytes, .locks, .purgeDays, .description, .createdBy,
    .category, .subCategory, .clientRequestId, .labels, .hooks, .expect,
  ]

  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "exec", summary: "Run a command here as a job: with its record, limits and retries.",
      operands: "[--] COMMAND [ARGUMENT...]",
      options: SubmitOptions.documentOptions(for: keys) + [
        .flag("shell", help: "COMMAND is one line for /bin/sh."),
        .value("lock-timeout", "D", help: "Give up with exit code 75 after waiting so long."),
      ],
      stopsAt: { _ in true },
      details: """
        Runs the command in the foreground, and needs no daemon. It is a job like any other in \
        status, logs, why and events, and cancel stops it; its output comes out here as well, as \
        it is written. Options end at the first word of the command.

        The exit code is the command's, 0 where --success-code says so; 128 + n if signal n ended \
        it, 124 at its time limit, 75 if a lock could not be had in time.
        """,
      examples: [
        (
          "A line of a crontab, with a limit, three more tries, and a lock shared with jobs:",
          "jobrun exec --name nightly --timeout 1h --retry 3 --lock db -- ./backup"
        )
      ]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    let options = session.options
    let patience = try options.value("lock-timeout", as: .span)
    var filling = try SubmitOptions.members(session, for: keys)
    filling[DocumentKey.command.rawValue] = try command(options)
    let context = try session.documentContext()
    let document: JobDocument
    do throws(DocumentError) {
      document = try JobDocument(.object(filling), in: context)
    } catch {
      throw Failure(SubmitOptions.spoken(error), ExitCode.badDocument)
    }
    let manner = ExecutedJob.Manner(
      lockPatience: patience, variables: variables(), say: session.say)
    let job = ExecutedJob(NewJob(document), in: try session.spool(), zones: session.zones, manner)
    do {
      let code = code(of: try job.perform(), session)
      return code == ExitCode.success && job.outputFault != nil ? ExitCode.inputOutput : code
    } catch SpoolError.exists(let id) {
      throw Failure(
        "job \(id) exists already; choose another id, or only a --name", ExitCode.cannotCreate)
    } catch  where !job.hasRun {
      let failure = Failure(error)
      throw Failure("\(failure.message); the command was not run", failure.code)
    }
  }

  private static func command(_ options: ParsedOptions) throws -> JSON {
    let words = options.afterTerminator ?? options.operands
    if words.isEmpty { throw UsageError(.missingOperand("COMMAND"), verb: "exec") }
    guard options.flag("shell") else { return .array(words.map { .string($0) }) }
    if words.count != 1 { throw Failure("--shell takes one line: quote it", ExitCode.usage) }
    return .string(words[0])
  }

  /// The caller's environment. What an outer job has told its command is not about this one.
  private static func variables() -> [String: String] {
    Environment.all.filter { !$0.key.hasPrefix("JOBRUN_") }
  }

  private static func code(of end: ExecutedJob.End, _ session: Session) -> Int32 {
    switch end {
    case .outcome(let outcome):
      switch outcome.kind {
      case .exited, .signalled: break
      case .notStarted, .timedOut, .cancelled, .lost: session.say(outcome.summary)
      }
      if outcome.isTooShort { session.say(outcome.summary) }
      return outcome.exitCode
    case .cancelled(let reason):
      session.say("cancelled: \(reason)")
      return ExitCode.failure
    case .signal(let number): return 128 + number
    case .notStarted(let code, let reason):
      session.say(reason)
      if code == 0 { return ExitCode.inputOutput }
      return SystemError("execve", "", code: code).isNotFound ? 127 : 126
    case .locked(let reason):
      session.say(reason)
      return ExitCode.tryAgain
    }
  }
}
