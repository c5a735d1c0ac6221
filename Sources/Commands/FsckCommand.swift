// fsck: look through a spool for what is not as it should be, and put it in order.

import JobCore
import JobSpool
import LinuxIO

/// `jobrun fsck`.
enum FsckCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "fsck", summary: "Look through the spool for damage.",
      options: [
        .flag("repair", help: "Put in order what a daemon would; needs that none runs."),
        .flag("json", short: "j", help: "Print one JSON object a line."),
      ],
      details: """
        Each line says what is wrong and what --repair does about it. Nothing is made up: what \
        cannot be read goes to corrupt/, as it does when a daemon comes by.

        The exit code is 0 if all is well, or well now, and 1 if something is left.
        """,
      examples: [("After a crash of the machine:", "jobrun fsck --repair")]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    try session.options.expectNoOperands()
    let path = SpoolLocation.path(option: session.options.value("spool"))
    guard (try? Directory(path: path)) != nil else {
      throw Failure("\(path): there is no spool", ExitCode.configuration)
    }
    let spool = try session.spool()
    return session.options.flag("repair")
      ? try repair(spool, session) : try report(spool, session)
  }

  private static func report(_ spool: Spool, _ session: Session) throws -> Int32 {
    var findings = try check(spool, session)
    if !findings.isEmpty, spool.hasDaemon() {
      // What a daemon is doing right now looks like damage; damage looks the same a little later.
      pause(milliseconds: 1000)
      let later = Set(try check(spool, session))
      findings = findings.filter(later.contains)
    }
    for finding in findings {
      try tell(finding, session)
    }
    return findings.allSatisfy(isMended) ? ExitCode.success : ExitCode.failure
  }

  private static func repair(_ spool: Spool, _ session: Session) throws -> Int32 {
    let lock = try spool.lockDaemon()
    var done: Set<Finding> = []
    var code = ExitCode.success
    for finding in try check(spool, session) where finding.isRepairable {
      do {
        try spool.repair(finding, zones: session.zones, at: session.now)
        done.insert(finding)
        try tell(finding, isRepaired: true, session)
      } catch {
        session.say("\(words(finding)); not repaired: \(Failure(error).message)")
        code = ExitCode.failure
      }
    }
    for finding in try check(spool, session) where !isMended(finding) {
      try tell(finding, isLeft: true, session)
      code = ExitCode.failure
    }
    _ = consume lock
    return code
  }

  private static func check(_ spool: Spool, _ session: Session) throws -> [Finding] {
    let progress = ProgressLine()
    session.progress = progress
    defer { session.progress = nil }
    return try spool.check(at: session.now) { progress.show($0, "jobs read") }
  }

  /// Prints what is wrong, and what is, was or has to be done about it.
  private static func tell(
    _ finding: Finding, isRepaired: Bool = false, isLeft: Bool = false, _ session: Session
  ) throws {
    let (words, remedy) = (words(finding), remedy(finding))
    if session.options.flag("json") {
      return try session.print(line: [
        "finding": .string(words), "remedy": .string(remedy),
        "isRepairable": .bool(finding.isRepairable), "isRepaired": .bool(isRepaired),
      ])
    }
    let way = isRepaired ? "repaired: " : finding.isRepairable && !isLeft ? "--repair " : ""
    try session.print("\(words); \(way)\(remedy)")
  }

  /// What opening the spool has mended already.
  private static func isMended(_ finding: Finding) -> Bool {
    if case .missing = finding { true } else { false }
  }

  /// What is wrong, and where.
  private static func words(_ finding: Finding) -> String {
    switch finding {
    case .missing(let path): "\(path): it was missing"
    case .foreign(let path, let owner): "\(path): it belongs to user \(owner)"
    case .writable(let path, let permissions):
      "\(path): others may write to it (mode \(String(permissions, radix: 8)))"
    case .notRegular(let path): "\(path): it is not a regular file"
    case .unreadable(let strange): "\(strange.path): \(strange.reason)"
    case .badModel(_, let reason): reason
    case .newerPlan(let file, let reason): "plans/\(file): \(reason)"
    case .badPlan(let file, let reason): "plans/\(file): \(reason)"
    case .badConfig(let reason): "\(Spool.configFile): \(reason)"
    case .badMetrics(let reason): "metrics.json: \(reason)"
    case .unsettledPlan(let name): "plan \(name): some of its jobs have not been told of it"
    case .leftover(let name): "tmp/\(name): it was left by an interrupted write"
    case .halfTaken(let name): "new/\(name): it was not taken in to its end"
    case .ended(let id): "jobs/\(id).json: the job has ended"
    case .left(let id): "jobs/\(id).json: its jobrun exec is gone"
    case .double(let id): "jobs/\(id).json: it is in done/ as well"
    case .sameNumber(let number, let ids):
      "jobs \(ids.joined(separator: ", ")): they have the same number, \(number)"
    case .numbers(let next, let highest):
      "numbers: it goes on with \(next), and number \(highest) is in use"
    case .ownerless(let id): "runs/\(id): there is no such job"
    case .strangeRun(let name): "runs/\(name): it is not the directory of a job"
    }
  }

  /// What is done about it, or has to be.
  private static func remedy(_ finding: Finding) -> String {
    switch finding {
    case .missing: "makes it"
    case .foreign: "change its owner, or remove it"
    case .writable: "takes that right away"
    case .notRegular: "remove it"
    case .unreadable: "moves it to corrupt/"
    case .badModel, .badConfig: "mend it, or remove it"
    case .newerPlan: "use that jobrun"
    case .badPlan, .badMetrics: "moves it to corrupt/"
    case .unsettledPlan: "tells them"
    case .leftover: "removes it"
    case .halfTaken: "takes in the rest"
    case .ended: "moves it to done/"
    case .left: "records its end"
    case .double: "removes the older one"
    case .sameNumber: "use their ids"
    case .numbers: "raises it"
    case .ownerless: "removes it, unless a supervisor is at work there"
    case .strangeRun: "remove it"
    }
  }
}
