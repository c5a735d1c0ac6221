// wait: until jobs have ended.

import JobCore
import JobSpool
import LinuxIO

/// `jobrun wait`.
enum WaitCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "wait", summary: "Wait until jobs have ended.", operands: "ID...",
      options: [
        .flag("any", help: "The first that ends is enough."),
        .flag("json", short: "j", help: "Print each job as it ends, as `status --ndjson` does."),
        .value("timeout", "D", help: "Wait no longer; then the exit code is 124."),
      ],
      details: """
        For one job the exit code is the job's own: that of its command, 128 + n for signal n, \
        124 for its time limit, 1 where there is no number. For several it is 0 if all \
        succeeded, else 1. A job that recurs ends when its schedule does.
        """,
      examples: [
        ("At most an hour:", "jobrun wait 12 13 --timeout 1h"),
        ("All that was submitted:", "generate-jobs | jobrun submit - | jobrun wait -"),
      ]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    let words = try session.jobWords(session.options.someOperands("ID"))
    let span = try session.options.value("timeout", as: .span)
    let deadline = span.map { Clock.boot.milliseconds + $0.milliseconds }
    // Watched before the first look, so that no end falls in between.
    let waiter = try JobWaiter(session)
    let ids = try words.map { try session.find($0, orEnded: true).state.id }
    if ids.isEmpty { return ExitCode.success }
    return try waiter.wait(
      for: ids, any: session.options.flag("any"), deadline: deadline,
      printing: session.options.flag("json"))
  }
}
