// check: are the jobs as they should be? For monitoring systems, from the files alone.

import JobCore
import JobSpool
import LinuxIO

/// `jobrun check`.
enum CheckCommand {
  /// What was put into corrupt/ is told so long.
  private static let quarantineMemory = TimeSpan.seconds(86_400)

  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "check", summary: "Tell a monitoring system how jobs fare.", operands: "[ID...]",
      options: [
        .value("name", short: "N", "NAME", help: "Jobs of this name, as one if none recurs."),
        .flag("json", short: "j", help: "Print one JSON object."),
      ],
      details: """
        Without ID, all live jobs are checked, and those that have ended and have `expect`. The \
        first line and the exit code are those of monitoring plugins: 0 OK, 1 WARNING, 2 CRITICAL, \
        3 UNKNOWN. Critical are a last run that failed, no success within `expect` every, and a \
        daemon that is not there while jobs wait for it; warnings are runs that are late, slow or \
        silent, hooks that were not told, and files that cannot be understood.
        """,
      examples: [
        ("All jobs, for Nagios or Icinga:", "jobrun check --spool /var/spool/jobrun"),
        ("One job that cron runs by `jobrun exec`:", "jobrun check --name nightly"),
      ]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    var check = Check(at: session.now)
    do {
      let path = try session.spoolPath()
      // Looking must not make what is not there.
      guard (try? Directory(path: path)) != nil else {
        throw Failure("\(path): there is no spool", ExitCode.configuration)
      }
      try look(&check, session)
    } catch {
      check.add(CheckFinding(.unknown, .missing, Failure(error).message))
    }
    let verdict = check.verdict
    if session.options.flag("json") {
      try session.print(verdict.json.prettyText())
    } else {
      try session.print(verdict.line)
      for line in verdict.details { try session.print(line) }
    }
    return Int32(verdict.level.rawValue)
  }

  private static func look(_ check: inout Check, _ session: Session) throws {
    let operands = session.options.allOperands
    let name = session.options.value("name")
    let spool = try session.spool()
    for word in try session.jobWords(operands) {
      do {
        let state = try session.find(word, orEnded: true).state
        check.add(spool.current(state, zones: session.zones, at: session.now))
      } catch {
        check.add(CheckFinding(.unknown, .missing, Failure(error).message))
      }
    }
    // An empty list on standard input is one of no jobs.
    if operands.isEmpty || name != nil { try lookAtAll(&check, named: name, spool, session) }
    if check.needsDaemon { lookForDaemon(&check, spool) }
  }

  private static func lookAtAll(
    _ check: inout Check, named name: String?, _ spool: Spool, _ session: Session
  ) throws {
    var seen: Set<String> = []
    func take(_ stored: StoredJob) {
      let isMeant =
        name.map { stored.state.spec.name == $0 }
        ?? (!stored.state.isFinished || stored.state.spec.expectation != nil)
      // One that ends meanwhile is in both places.
      guard isMeant, seen.insert(stored.state.id).inserted else { return }
      check.add(
        spool.current(stored.state, zones: session.zones, at: session.now), byName: name != nil)
    }
    var damaged = try spool.forEachJob(includingFinished: false) { stored in
      take(stored)
      return true
    }
    // A spool holds far more jobs that have ended than this is about.
    damaged += try spool.forEachEndedJob(saying: name ?? DocumentKey.expect.rawValue, take)
    if let name {
      if !seen.isEmpty { return }
      check.add(CheckFinding(.unknown, .missing, "there is no job of the name \"\(name)\""))
      return
    }
    do {
      _ = try spool.config()
    } catch {
      check.add(CheckFinding(.warning, .damaged, Failure(error).message))
    }
    for (_, reason) in damaged { check.add(CheckFinding(.warning, .damaged, reason)) }
    let count = try spool.quarantined(since: session.now - quarantineMemory)
    if count > 0 {
      check.add(
        CheckFinding(.warning, .damaged, "\(count) file(s) were put into corrupt/ within a day"))
    }
  }

  private static func lookForDaemon(_ check: inout Check, _ spool: Spool) {
    let standing = spool.daemonStanding()
    if !standing.hasDaemon {
      check.add(CheckFinding(.critical, .daemon, "no daemon is running"))
    } else if let notice = standing.notice {
      check.add(CheckFinding(.critical, .daemon, "the daemon starts nothing: \(notice)"))
    }
  }
}
