// apply: the spool gets the jobs that the files of a directory define, each known by its id.

import JobCore
import JobSpool
import LinuxIO

/// `jobrun apply`.
enum ApplyCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "apply", summary: "Make jobs as the documents of a directory have them.",
      operands: "DIR",
      options: [
        .flag("dry-run", help: "Print what would be done; write nothing."),
        .flag("verbose", short: "v", help: "Print the jobs that stay as they are, too."),
        .flag("json", short: "j", help: "Print one JSON object a line."),
      ],
      details: """
        Reads all files of DIR, and of directories in it, that end in .json or .ndjson; names that \
        begin with a dot are passed over. Each document needs an id. A job that is not there is \
        submitted; one that has another document gets this one and keeps its number and history. \
        Jobs that no file defines stay as they are. If anything is wrong, nothing is written.
        """,
      examples: [
        ("What a change would do:", "jobrun apply jobs --dry-run"),
        ("Do it:", "jobrun apply jobs"),
      ]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    let words = try session.options.someOperands("DIR")
    if words.count > 1 { throw UsageError(.unexpectedOperand(words[1]), verb: session.verb) }
    var definitions = Definitions()
    try read(words[0], session, into: &definitions)
    let changes = try definitions.changes(
      in: session.spool(), zones: session.zones, at: session.now)
    guard let changes else {
      for fault in definitions.faults {
        session.say((fault.place.isEmpty ? "" : "\(fault.place): ") + fault.message)
      }
      session.say("nothing was written")
      return ExitCode.badDocument
    }
    let code =
      session.options.flag("dry-run")
      ? try changes.reduce(ExitCode.success) { code, change in
        try tell(change, session)
        return code
      } : try write(changes, session)
    func count(_ kind: Definitions.Change.Kind) -> Int { changes.count { $0.kind == kind } }
    try session.flush()
    session.say(
      "\(count(.new)) new, \(count(.changed)) changed, \(count(.unchanged)) unchanged")
    return code
  }

  /// Puts into the spool what is not there yet.
  private static func write(_ changes: [Definitions.Change], _ session: Session) throws -> Int32 {
    let due = changes.filter { $0.kind != .unchanged }
    var results = try session.spool().replace(
      due.map(\.job), zones: session.zones, at: session.now)[...]
    var code = ExitCode.success
    for change in changes {
      if change.kind != .unchanged, case .failed(let error)? = results.popFirst() {
        let failure = Failure(error)
        session.say("\(change.id): \(failure.message)")
        if code == ExitCode.success { code = failure.code }
      } else {
        try tell(change, session)
      }
    }
    return code
  }

  // MARK: Reading

  private static func read(
    _ directory: String, _ session: Session, into definitions: inout Definitions
  ) throws {
    let context = try session.documentContext()
    for path in try files(in: directory) {
      var input = DocumentInput(context: context)
      // Opening a pipe waits for somebody who writes into it.
      guard isRegular(path) else {
        definitions.add(fault: "it is no regular file", at: path)
        continue
      }
      do {
        input.append(try SubmitCommand.contents(of: path))
      } catch {
        definitions.add(fault: Failure(error).message, at: path)
        continue
      }
      while let document = input.next(endOfInput: true) {
        switch document {
        case .job(let job, let line): definitions.add(job, at: "\(path): line \(line)")
        case .invalid(let line, let message):
          definitions.add(fault: message, at: "\(path): line \(line)")
        case .unreadable(_, let message): definitions.add(fault: message, at: path)
        }
      }
    }
  }

  private static func isRegular(_ path: String) -> Bool {
    let folder = try? Directory(path: path.parentPath ?? ".")
    let file = try? folder?.openFollowingLinks(path.pathNames.last ?? "")
    return (try? file?.status().kind) == .regular
  }

  /// Paths of all files of documents, in order.
  private static func files(in directory: String) throws -> [String] {
    var found: [String] = []
    var names: [(name: String, isDirectory: Bool)] = []
    do throws(SystemError) {
      let folder = try Directory(path: directory)
      for name in try folder.names().sorted() where !name.hasPrefix(".") {
        // A link to a file is that file; one to a directory could lead in circles.
        names.append((name, try folder.status(of: name)?.kind == .directory))
      }
    } catch {
      throw Failure("\(directory): \(error.reason)", ExitCode.noSuchJob)
    }
    for (name, isDirectory) in names {
      let path = "\(directory.hasSuffix("/") ? "\(directory.dropLast())" : directory)/\(name)"
      if isDirectory {
        found += try files(in: path)
      } else if name.hasSuffix(".json") || name.hasSuffix(".ndjson") {
        found.append(path)
      }
    }
    return found
  }

  // MARK: Telling

  private static func tell(_ change: Definitions.Change, _ session: Session) throws {
    if change.kind == .unchanged, !session.options.flag("verbose") { return }
    if session.options.flag("json") {
      var members: JSONObject = [
        "id": .string(change.id), "change": .string(change.kind.rawValue),
      ]
      if change.kind == .changed {
        members["differences"] = .array(change.differences.map(json))
        members["startsAgain"] = .bool(change.startsAgain)
      }
      return try session.print(
        String(decoding: JSON.object(members).serialized(), as: UTF8.self))
    }
    switch change.kind {
    case .new: try session.print("+ \(change.id)")
    case .unchanged: try session.print("= \(change.id)")
    case .changed:
      let keys = change.differences.map {
        "\($0.key.rawValue): \(text($0.old)) -> \(text($0.new))"
      }
      let rest = change.startsAgain ? "; starts again" : ""
      try session.print("~ \(change.id)  \(keys.joined(separator: "; "))\(rest)")
    }
  }

  private static func json(_ difference: SpecDifference) -> JSON {
    var members: JSONObject = ["key": .string(difference.key.rawValue)]
    members["old"] = difference.old
    members["new"] = difference.new
    return .object(members)
  }

  /// A longer value is cut: whoever wants all of it takes JSON.
  private static let widest = 60

  private static func text(_ value: JSON?) -> String {
    guard let value else { return "default" }
    let text = StatusTable.visible(String(decoding: value.serialized(), as: UTF8.self))
    return text.count > widest ? "\(text.prefix(widest - 3))..." : text
  }
}
