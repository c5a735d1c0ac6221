// artifacts: the files that a run has left.

import JobCore
import JobSpool
import LinuxIO

/// `jobrun artifacts`.
enum ArtifactsCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "artifacts", summary: "List the files that a run has left, or print one.",
      operands: "ID [NAME]",
      options: [
        .value("run", "N", help: "Those of run N instead of the latest."),
        .flag("json", short: "j", help: "Print a JSON array of names and sizes in bytes."),
      ],
      details: """
        They are what a command has put into $JOBRUN_ARTIFACTS_DIR, with paths below it. Of a run \
        with several attempts, those of the latest are meant. Links are not followed and not \
        listed.
        """,
      examples: [("Keep a report:", "jobrun artifacts 12 report.pdf > report.pdf")]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    let words = try session.options.someOperands("ID")
    guard words.count <= 2 else {
      throw UsageError(.unexpectedOperand(words[2]), verb: "artifacts")
    }
    let run = try session.options.value("run", as: .integer(in: 1...Int.max))
    let job = try session.find(words[0], orEnded: true).state
    if let run, run > job.runs {
      throw Failure("job \(job.number) has had \(job.runs.counted("run"))", ExitCode.notPossible)
    }
    let spool = try session.spool()
    let attempt = try spool.latestAttempt(job.id, run: run ?? job.runs)
    if words.count == 2 {
      if session.options.flag("json") {
        throw Failure("--json goes with the list, not with a file", ExitCode.usage)
      }
      guard let attempt, let file = try spool.openArtifact(job.id, attempt: attempt, words[1])
      else {
        throw Failure(
          "run \(run ?? job.runs) of job \(job.number) has left no file \"\(printable(words[1]))\"",
          ExitCode.noSuchJob)
      }
      var offset: Int64 = 0
      while true {
        let bytes = try file.read(limit: 1 << 16, at: offset)
        if bytes.isEmpty { return ExitCode.success }
        try session.print(bytes: bytes)
        offset += Int64(bytes.count)
      }
    }
    let artifacts = try attempt.map { try spool.artifacts(job.id, attempt: $0) } ?? []
    if session.options.flag("json") {
      let list = artifacts.map { artifact -> JSON in
        ["name": .string(artifact.name), "size": .number(JSONNumber(artifact.size))]
      }
      try session.print(document: .array(list))
    } else {
      for artifact in artifacts { try session.print(artifact.name) }
    }
    return ExitCode.success
  }
}
