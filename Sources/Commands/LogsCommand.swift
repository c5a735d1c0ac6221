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
    if let log = try session.spool().openLog(job.id, directory, name) {
      var tail = try Tail(log, lines: lines)
      try tail.print(session)
    }
    return ExitCode.success
  }
}

/// A log from some line on.
struct Tail: ~Copyable {
  private let log: Descriptor
  private(set) var offset: Int64 = 0
  private static let block = 1 << 16

  /// Begins at the last `lines` lines, or at the start.
  init(_ log: consuming Descriptor, lines: Int?) throws {
    self.log = log
    if let lines { offset = try Tail.start(of: lines, in: self.log) }
  }

  /// Prints what is there, as it is.
  mutating func print(_ session: Session) throws {
    while true {
      let bytes = try Tail.read(log, at: offset)
      if bytes.isEmpty { break }
      offset += Int64(bytes.count)
      try session.print(bytes: bytes)
    }
    try session.flush()
  }

  private static func read(_ log: borrowing Descriptor, at offset: Int64) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: block)
    let count = try bytes.withUnsafeMutableBytes { try log.read(into: $0, at: offset) }
    return Array(bytes.prefix(count))
  }

  /// Reads backwards block by block until enough line ends have been seen.
  private static func start(of lines: Int, in log: borrowing Descriptor) throws -> Int64 {
    var position = try log.status().size
    if lines == 0 { return position }
    let end = position
    var seen = 0
    while position > 0 {
      let begin = max(0, position - Int64(block))
      let bytes = try read(log, at: begin).prefix(Int(position - begin))
      for index in bytes.indices.reversed() where bytes[index] == UInt8(ascii: "\n") {
        // The line end at the very end closes the last line; it begins no other.
        if begin + Int64(index) == end - 1 { continue }
        seen += 1
        if seen == lines { return begin + Int64(index) + 1 }
      }
      position = begin
    }
    return 0
  }
}
