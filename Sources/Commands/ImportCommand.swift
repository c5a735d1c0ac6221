// import: what another scheduler runs becomes job documents, to be read first or submitted at once.

import JobCore
import JobSpool
import LinuxIO

/// `jobrun import`.
enum ImportCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "import", summary: "Turn a crontab into job documents.",
      operands: "crontab FILE|-",
      options: [
        .flag("system", help: "A user stands before each command, as in /etc/crontab."),
        .value("tz", "ZONE", help: "Zone of lines without CRON_TZ; default: $TZ or the system's."),
        .value("prefix", "NAME", help: "Begin ids and names with it; ids alone have crontab."),
        .flag("submit", help: "Put the jobs into the spool and print their ids."),
        .flag("json", short: "j", help: "With --submit: print an object for each job."),
      ],
      details: """
        Prints a document a line; what a job cannot carry over is named on standard error, and \
        lines that are wrong cost the others nothing. The exit code is 65 if a line is wrong or \
        something that cron would have run is missing.

        An id is made of the prefix, the command's name and a digest of the line, so that a line \
        that is imported twice is one job.
        """,
      examples: [
        ("What would become of it:", "crontab -l | jobrun import crontab -"),
        ("Move it over:", "crontab -l | jobrun import crontab - --submit"),
        (
          "Of the system's, what root runs:", "jobrun import crontab --system /etc/crontab"
        ),
      ]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    let (bytes, source) = try input(session)
    let isSubmitting = session.options.flag("submit")
    let printsJSON = session.options.flag("json")
    if printsJSON, !isSubmitting {
      throw Failure("--json goes with --submit; documents are JSON already", ExitCode.usage)
    }
    let setting = try setting(session, isSubmitting: isSubmitting)
    let crontab = Crontab(bytes, setting)
    let submitter = Submitter(session, .init(ifAbsent: true, printsJSON: printsJSON))
    for remark in crontab.remarks {
      if remark.isLoss {
        submitter.fail(source + remark.text, ExitCode.badDocument)
      } else {
        session.say(source + remark.text)
      }
    }
    if isSubmitting {
      let context = try session.documentContext()
      for job in crontab.jobs {
        do throws(DocumentError) {
          submitter.add(NewJob(try JobDocument(.object(job.document), in: context)))
        } catch {
          submitter.fail(
            "\(source)line \(job.line): \(error.message)", ExitCode.badDocument)
        }
      }
    } else {
      for job in crontab.jobs {
        let bytes = JSON.object(job.document).serialized(keepingOrder: true)
        try session.print(bytes: bytes + [UInt8(ascii: "\n")])
      }
    }
    return try submitter.finish()
  }

  /// The crontab, and what messages about it begin with.
  private static func input(_ session: Session) throws -> ([UInt8], String) {
    let words = try session.options.someOperands("crontab")
    guard words[0] == "crontab" else {
      throw session.options.badOperand(0, "cannot be imported; crontab can")
    }
    guard words.count > 1 else {
      throw Failure(
        "FILE or - is missing; for your own: crontab -l | jobrun import crontab -", ExitCode.usage)
    }
    if words.count > 2 { throw UsageError(.unexpectedOperand(words[2]), verb: session.verb) }
    let path = words[1]
    let bytes: [UInt8]?
    do {
      bytes =
        path == "-"
        ? try StandardStream.input.readAll(limit: Crontab.longest)
        : try SubmitCommand.contents(of: path)
    } catch {
      throw Failure("\(path): \(Failure(error).message)", ExitCode.noSuchJob)
    }
    guard let bytes, bytes.count <= Crontab.longest else {
      throw Failure(
        "a crontab has \(Crontab.longest >> 20) MiB at most", ExitCode.badDocument)
    }
    return (bytes, path == "-" ? "" : "\(path): ")
  }

  private static func setting(
    _ session: Session, isSubmitting: Bool
  ) throws -> Crontab.Setting {
    let options = session.options
    let zones = session.zones
    var setting = Crontab.Setting(home: Environment.home) { zones.rules($0) != nil }
    setting.isSystem = options.flag("system")
    // After su, the variables may still be those of the user before.
    setting.user =
      CurrentProcess.user == 0
      ? "root" : Environment.value("LOGNAME") ?? Environment.value("USER")
    if options.flag("tz") {
      _ = try session.zone()
      setting.timeZone = options.value("tz")
    }
    setting.prefix = try options.value("prefix", as: prefix)
    if isSubmitting {
      let spool = try session.spool()
      setting.knownName = { id in (try? spool.job(id))?.state.spec.name }
    }
    return setting
  }

  private static let prefix = OptionValue<String> { text in
    Crontab.isPrefix(text)
      ? .success(text)
      : .failure(
        BadValue(
          "begins ids: 1 to \(Crontab.longestPrefix) of A-Z a-z 0-9 . _ -, not starting with a dot")
      )
  }
}
