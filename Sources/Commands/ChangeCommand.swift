// rerun, hold and release: one event, for each job named.

import JobCore
import JobSpool

/// Commands that let one event act on jobs.
enum ChangeCommand {
  static let rerun = verb(
    .rerun, "rerun", "Run jobs once more, now, under the same ids.",
    details: """
      A finished job, and a waiting one that recurs, gets one extra run with fresh retries; \
      its window is ignored, and a schedule that is over is not revived. Not possible while \
      a run is under way, and for jobs whose canReRun is false: exit code 69.
      """,
    examples: [
      ("A failed job, once its cause is mended:", "jobrun rerun 12"),
      (
        "All that failed; - stands for ids on standard input:",
        "jobrun status --phase failed --ids | jobrun rerun -"
      ),
    ])

  static let hold = verb(
    .hold, "hold", "Keep jobs from starting.",
    details: """
      Firings of a held job are skipped, on record. A running job is held after its run.
      """,
    examples: [("Everything by the name of backup:", "jobrun hold backup")])

  static let release = verb(
    .release, "release", "Let held jobs go on.",
    details:
      "A job without a schedule runs now if its time has come; others wait for their next firing.",
    examples: [("Go on:", "jobrun release backup")])

  private static func verb(
    _ event: JobEvent, _ name: String, _ summary: String, details: String,
    examples: [(String, String)]
  ) -> Program.Verb {
    Program.Verb(
      syntax: CommandSyntax(
        verb: name, summary: summary, operands: "ID...", options: [json], details: details,
        examples: examples),
      run: { session in
        let words = try session.jobWords(session.options.someOperands("ID"))
        return try session.forEach(words, unread: true) { word in
          try apply(event, to: word, session)
        }
      })
  }

  /// The option to be told what became of the jobs.
  static let json = Option.flag(
    "json", short: "j", help: "Print each job as it stands then, as `status --ndjson` does.")

  /// Lets an event act on the job that a word means.
  static func apply(_ event: JobEvent, to word: String, _ session: Session) throws {
    let id = try session.find(word).state.id
    let spool = try session.spool()
    guard let state = try spool.apply(event, to: id, zones: session.zones, at: session.now) else {
      throw Failure("the job is gone", ExitCode.noSuchJob)
    }
    guard session.options.flag("json") else { return }
    try session.print(line: spool.view(state, zones: session.zones, at: session.now).json)
  }
}
