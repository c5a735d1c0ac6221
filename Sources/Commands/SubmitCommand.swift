// submit: a command line, files, or a stream of documents become jobs.

import JobCore
import JobSpool
import LinuxIO

/// `jobrun submit`.
enum SubmitCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "submit", summary: "Put jobs into the spool and print their ids.",
      operands: "[--] COMMAND [ARGUMENT...]\nFILE.json...\n-\n--model MODEL",
      options: SubmitOptions.documentOptions + [
        .flag("shell", help: "COMMAND is one line for /bin/sh."),
        .flag("if-absent", help: "A job of the same --id and document counts as submitted."),
        .flag("replace", help: "A job of the same --id gets this document, and keeps its history."),
        .flag("strict", help: "Submit nothing unless every document is valid."),
        .flag("dry-run", help: "Print the canonical document and its next firings; write nothing."),
        .flag("json", help: "Print an object for each job instead of its id."),
        .optionalValue(
          "wait", "status",
          help: "Wait for the end and leave with the job's exit code; =status: with 0 or 1 only."),
      ],
      stopsAt: { $0 != "-" && !isFile($0) },
      details: """
        Operands that all end in .json or .ndjson are files of documents, - is standard input \
        (one JSON object, an array, or one object a line). Anything else, and anything after --, \
        is a command, and options end at its first word.

        An id is printed once the job is durable. Documents are described in jobrun-job(5); \
        options fill keys that a document does not have.
        """,
      examples: [
        ("Run a command as soon as there is a slot:", "jobrun submit -- make -C /srv/site"),
        (
          "Every weekday at 2:30, three more tries after a failure:",
          "jobrun submit --quartz '0 30 2 ? * MON-FRI' --retry 3 -- /usr/local/bin/backup"
        ),
        (
          "A model with a value, waiting for its end:",
          "jobrun submit --model greet --value who=Ada --wait"
        ),
        ("Many at once:", "generate-jobs | jobrun submit -"),
      ]),
    run: run)

  private static func isFile(_ operand: String) -> Bool {
    operand.hasSuffix(".json") || operand.hasSuffix(".ndjson")
  }

  /// Where the documents come from.
  private enum Source {
    case command([String])
    case model
    case files([String])
    case standardInput

    /// Whether options make up the whole document.
    var isCommandLine: Bool {
      switch self {
      case .command, .model: true
      case .files, .standardInput: false
      }
    }
  }

  /// What `--wait` can be followed by.
  private enum WaitFor: String, CaseIterable {
    case status
  }

  private static func run(_ session: Session) throws -> Int32 {
    let options = session.options
    _ = try options.value("wait", as: OptionValue<WaitFor>.choice)
    if options.flag("replace"), options.flag("if-absent") {
      throw Failure("--replace and --if-absent exclude each other", ExitCode.usage)
    }
    let source = try source(options)
    var filling = try SubmitOptions.members(session)
    if case .command(let words) = source {
      if options.flag("shell"), words.count != 1 {
        throw Failure("--shell takes one line: quote it", ExitCode.usage)
      }
      filling[DocumentKey.command.rawValue] =
        options.flag("shell") ? .string(words[0]) : .array(words.map { .string($0) })
    } else if options.flag("shell") {
      throw Failure("--shell needs a command on the command line", ExitCode.usage)
    }
    try resolveParents(in: &filling, session)
    let context = try session.documentContext()
    let manner = Submitter.Manner(
      isStrict: options.flag("strict"), isDry: options.flag("dry-run"),
      ifAbsent: options.flag("if-absent"), replaces: options.flag("replace"),
      speaksOptions: source.isCommandLine,
      printsJSON: options.flag("json"))
    let submitter = Submitter(session, manner)
    switch source {
    case .command, .model:
      let document: JobDocument
      do throws(DocumentError) {
        document = try JobDocument(.object(filling), in: context)
      } catch {
        throw Failure(SubmitOptions.spoken(error), ExitCode.badDocument)
      }
      submitter.add(NewJob(document))
    case .files(let paths):
      submitter.take(files: paths, context: context, filling: filling)
    case .standardInput:
      var input = DocumentInput(context: context, filling: filling)
      StandardStream.input.widenPipe()
      // Ids that run over the same terminal tell enough.
      session.progress = ProgressLine(isWanted: !Terminal.isTerminal(1))
      while true {
        let bytes = try StandardStream.input.read(limit: 1 << 20)
        input.append(bytes)
        submitter.take(&input, endOfInput: bytes.isEmpty, from: "")
        if bytes.isEmpty { break }
        // Nobody waits for an id because more might come: what is here is submitted.
        if !StandardStream.input.isReady { try submitter.flush() }
      }
    }
    let code = try submitter.finish()
    session.progress = nil
    guard options.flag("wait"), !manner.isDry else { return code }
    let answer = try JobWaiter(session).wait(
      for: submitter.submitted, onlyStatus: options.value("wait") != nil)
    return code == ExitCode.success ? answer : code
  }

  /// Lets `--after` name jobs in all the ways of a command line.
  private static func resolveParents(in filling: inout JSONObject, _ session: Session) throws {
    let words = session.options.values("after")
    if words.isEmpty { return }
    var parents: [Parent] = []
    for word in words {
      do throws(DocumentError) {
        let parent = try Parent(word, field: DocumentKey.after.rawValue)
        parents.append(Parent(try session.parent(parent.job), parent.condition))
      } catch {
        throw Failure(SubmitOptions.spoken(error), ExitCode.badDocument)
      }
    }
    filling[DocumentKey.after.rawValue] = .array(parents.map { .string($0.text) })
  }

  private static func source(_ options: ParsedOptions) throws -> Source {
    if let words = options.afterTerminator, !words.isEmpty {
      guard options.operands.isEmpty else {
        throw UsageError(.unexpectedOperand(options.operands[0]), verb: "submit")
      }
      return .command(words)
    }
    if let stop = options.stop {
      if stop > 0 {
        throw options.badOperand(
          stop, "is no file of documents, and \"\(options.operands[0])\" before it is one")
      }
      return .command(options.operands)
    }
    if options.operands == ["-"] { return .standardInput }
    if options.operands.contains("-") {
      throw Failure("- stands for standard input and goes with no other operand", ExitCode.usage)
    }
    if !options.operands.isEmpty { return .files(options.operands) }
    if options.value("model") != nil { return .model }
    throw UsageError(.missingOperand("COMMAND, a file, - or --model"), verb: "submit")
  }

  /// All bytes of a file that a person named.
  static func contents(of path: String) throws -> [UInt8] {
    let file = try Descriptor.open(path: path)
    guard try file.status().kind != .directory else {
      throw Failure("it is a directory", ExitCode.noSuchJob)
    }
    guard let bytes = try file.contents(limit: 256 << 20) else {
      throw Failure("it is larger than 256 MiB", ExitCode.badDocument)
    }
    return bytes
  }
}
