// cancel: end jobs, or only their current runs.

import JobCore
import JobSpool

/// `jobrun cancel`.
enum CancelCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "cancel", summary: "End jobs: at once if they wait, by TERM and KILL if they run.",
      operands: "ID...",
      options: [
        .value("reason", "TEXT", help: "Why; kept in the job's history."),
        .value("reason-id", "N", help: "A number for the reason; kept as well."),
        .flag("run", help: "Stop only the current run; the schedule goes on."),
        ChangeCommand.json,
      ],
      details: """
        The command returns when the request is durable; `jobrun wait` waits for the end. It \
        works without a daemon. A job that has ended is refused with exit code 69.
        """,
      examples: [
        ("With a reason:", "jobrun cancel 12 --reason 'wrong input'"),
        (
          "All that wait by the name of load:",
          "jobrun status --phase waiting --name load --ids | jobrun cancel -"
        ),
      ]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    let words = try session.jobWords(session.options.someOperands("ID"))
    let request = CancelRequest(
      at: session.now, reason: session.options.value("reason") ?? "",
      reasonId: try session.options.value("reason-id", as: .integer(in: 0...Int.max)),
      onlyRun: session.options.flag("run"))
    return try session.forEach(words, unread: true) { word in
      try ChangeCommand.apply(.cancel(request), to: word, session)
    }
  }
}
