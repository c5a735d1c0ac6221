// All commands in one table, and the way from the command line to one of them.

import JobCore
import JobDaemon
import LinuxIO
import RESTService

/// The program.
public enum Program {
  /// Version of the program.
  public static let version = "0.1.0"

  /// One command: its syntax and what it does.
  struct Verb: Sendable {
    let syntax: CommandSyntax
    let run: @Sendable (Session) throws -> Int32
  }

  /// Each by its word, made when it is asked for: to make the tables of all was a quarter of
  /// the instructions of a short command.
  static let verbs: [(word: String, verb: @Sendable () -> Verb)] = [
    ("submit", { SubmitCommand.verb }),
    ("apply", { ApplyCommand.verb }),
    ("exec", { ExecCommand.verb }),
    ("daemon", { DaemonCommand.verb }),
    ("status", { StatusCommand.verb }),
    ("why", { WhyCommand.verb }),
    ("cancel", { CancelCommand.verb }),
    ("rerun", { ChangeCommand.rerun }),
    ("hold", { ChangeCommand.hold }),
    ("release", { ChangeCommand.release }),
    ("logs", { LogsCommand.verb }),
    ("artifacts", { ArtifactsCommand.verb }),
    ("events", { EventsCommand.verb }),
    ("wait", { WaitCommand.verb }),
    ("next", { NextCommand.verb }),
    ("simulate", { SimulateCommand.verb }),
    ("queue", { QueueCommand.verb }),
    ("lock", { LockCommand.verb }),
    ("purge", { PurgeCommand.verb }),
    ("fsck", { FsckCommand.verb }),
    ("check", { CheckCommand.verb }),
    ("metrics", { MetricsCommand.verb }),
    ("provision", { ProvisionCommand.verb }),
    ("import", { ImportCommand.verb }),
    ("serve", { ServeCommand.verb }),
    ("completion", { CompletionCommand.verb }),
  ]

  /// The syntax of everything, for parsing, help and the test of the man pages.
  public static let syntax = ProgramSyntax(
    summary: "Run jobs now, later, again and again, from a spool directory.",
    options: [
      .value("spool", "DIR", help: "Use this spool instead of $JOBRUN_SPOOL or the default."),
      .value(
        "color", Paint.Choice.choices,
        help: "Colours; default auto: on a terminal, unless $NO_COLOR is set."),
    ],
    commands: verbs.map { word, verb in .init(verb: word) { verb().syntax } })

  /// Runs the program on the arguments of this process.
  public static func main() -> Int32 {
    var arguments: [String] = []
    for (index, argument) in CurrentProcess.arguments.enumerated() {
      guard let argument else {
        complain(
          "jobrun: argument \(index + 1) is not UTF-8, so no document could hold it; "
            + "let the command read such bytes from a file")
        return ExitCode.usage
      }
      arguments.append(argument)
    }
    return main(arguments)
  }

  /// Runs the program.
  /// - Parameter arguments: without the program's name.
  /// - Returns: the exit code.
  public static func main(_ arguments: [String]) -> Int32 {
    SignalQueue.ignoreFailingWrites()
    if arguments.first == Supervisor.verb { return Supervisor.main(Array(arguments.dropFirst())) }
    if arguments.first == Launcher.verb { return Launcher.main(Array(arguments.dropFirst())) }
    if arguments.first == Supervisor.claimingVerb {
      return Supervisor.claimingMain(Array(arguments.dropFirst()))
    }
    if arguments.first == KnownWords.verb { return KnownWords.main(Array(arguments.dropFirst())) }
    if arguments.first == PasswordHelper.verb { return PasswordHelper.main() }
    do {
      // Without a word, the state of things is what people want to know.
      switch try syntax.parse(arguments.isEmpty ? ["status"] : arguments) {
      case .help(let verb):
        let help = HelpText(syntax)
        try show(verb.flatMap(syntax.command).map(help.page(of:)) ?? help.page())
        return ExitCode.success
      case .version:
        try show("jobrun \(version)\n")
        return ExitCode.success
      case .run(let verb, let options):
        return run(verb, options)
      }
    } catch let error as UsageError {
      complain("\(error.message)")
      return ExitCode.usage
    } catch {
      return end(error, "jobrun")
    }
  }

  private static func run(_ name: String, _ options: ParsedOptions) -> Int32 {
    guard let verb = verbs.first(where: { $0.word == name })?.verb() else {
      return ExitCode.internalError
    }
    let session = Session(verb: name, options: options)
    do {
      // Wrong is wrong for those, too, that show no colours.
      _ = try session.paint
      let code = try verb.run(session)
      try session.flush()
      return code
    } catch let error as UsageError {
      complain(error.message)
      return ExitCode.usage
    } catch {
      try? session.flush()
      return end(error, "jobrun \(name)")
    }
  }

  private static func end(_ error: any Error, _ who: String) -> Int32 {
    // Whoever read our output has had enough of it: nothing to complain about.
    if let system = error as? SystemError, system.isBrokenPipe { return 128 + 13 }
    let failure = Failure(error)
    complain("\(who): \(failure.message)")
    return failure.code
  }

  private static func show(_ text: String) throws {
    try StandardStream.output.write(Array(text.utf8))
  }

  private static func complain(_ text: String) {
    _ = try? StandardStream.error.write(Array("\(TerminalText.visibleLines(text))\n".utf8))
  }
}
