// purge: remove finished jobs with their logs before their time.

import JobCore
import JobSpool
import RESTService

/// `jobrun purge`.
enum PurgeCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "purge", summary: "Remove finished jobs and their logs.", operands: "[ID...]",
      options: JobFilter.options(phases: Phase.Word.allCases.filter(\.isFinal)) + [
        .value("older-than", "D", help: "Only jobs that ended so long ago."),
        .flag("dry-run", help: "Remove nothing; print what would be removed."),
        .flag("json", short: "j", help: "Print an object for each job instead of its id."),
        .value("tz", "ZONE", help: "Zone of --since; default: $TZ or the system's."),
      ],
      details: """
        The ids of what is removed are printed. A daemon does the same with jobs whose purgeDays \
        are over. A job that has not ended is never removed, nor is one that a live job still has \
        to hear of; if it is named, the exit code is 69.
        """,
      examples: [
        ("What succeeded more than a week ago:", "jobrun purge --phase succeeded --older-than 7d"),
        ("All that has ended:", "jobrun purge --older-than 0"),
      ]),
    run: run)

  /// Which finished jobs are to go.
  private struct Choice {
    let filter: JobFilter
    let endedBefore: Instant?

    init(_ session: Session) throws {
      filter = try JobFilter(session)
      endedBefore = try session.options.value("older-than", as: .span).map { session.now - $0 }
      for phase in filter.selection.phases.sorted(by: { $0.rawValue < $1.rawValue })
      where !phase.isFinal {
        throw Failure("--phase \(phase.rawValue): only finished jobs are removed", ExitCode.usage)
      }
    }

    var isGiven: Bool { filter.isGiven || endedBefore != nil }

    func fits(_ state: JobState, _ session: Session) throws -> Bool {
      guard state.phase.isFinal, filter.fits(state) else { return false }
      if let endedBefore, state.finishedAt.map({ $0 > endedBefore }) ?? true { return false }
      guard filter.condition != nil else { return true }
      let spool = try session.spool()
      let view = spool.view(state, zones: session.zones, at: session.now)
      return try !filter.fitting([view], in: spool).isEmpty
    }
  }

  private static func run(_ session: Session) throws -> Int32 {
    let operands = session.options.allOperands
    let choice = try Choice(session)
    guard !operands.isEmpty || choice.isGiven else {
      throw Failure(
        "say which jobs: an ID, or an option such as --older-than (0 means all that have ended)",
        ExitCode.usage)
    }
    var code = ExitCode.success
    var found: [(number: Int, id: String)] = []
    if operands.isEmpty {
      found = try all(choice, session)
    } else {
      code = try session.forEach(try session.jobWords(operands), unread: true) { word in
        let state = try settled(session.find(word), session)
        if try choice.fits(state, session) { found.append((state.number, state.id)) }
      }
    }
    let followers = found.isEmpty ? [:] : try session.spool().followers()
    for (number, id) in found where followers[id] != nil && !operands.isEmpty {
      session.say("\(number): a job runs after it and has not heard of its end: cancel that first")
      if code == ExitCode.success { code = ExitCode.notPossible }
    }
    found.removeAll { followers[$0.id] != nil }
    found.sort { $0.number < $1.number }
    let ids = choice.filter.newest(of: found).map(\.id)
    if session.options.flag("dry-run") {
      for id in ids {
        if let job = try session.spool().job(id, in: .done) { try tell(job.state, session) }
      }
      return code
    }
    for start in stride(from: 0, to: ids.count, by: Spool.purgeBatch) {
      let batch = ids[start..<min(start + Spool.purgeBatch, ids.count)]
      let failed = try purge(Array(batch), choice, session)
      if code == ExitCode.success { code = failed }
    }
    return code
  }

  private static func tell(_ state: JobState, _ session: Session) throws {
    guard session.options.flag("json") else { return try session.print(state.id) }
    try session.print(line: PrintedJSON.brief(state))
  }

  /// All finished jobs that fit.
  private static func all(
    _ choice: Choice, _ session: Session
  ) throws -> [(number: Int, id: String)] {
    let spool = try session.spool()
    var found: [(number: Int, id: String)] = []
    for id in try spool.finishedIdentifiers() {
      do {
        guard let state = try spool.job(id, in: .done)?.state,
          try choice.fits(state, session)
        else { continue }
        found.append((state.number, id))
      } catch SpoolError.damaged(let path, let reason) {
        session.say("\(path): \(reason); left to the daemon")
      }
    }
    return found
  }

  /// The state of a job that a person named, in its final place.
  private static func settled(_ found: StoredJob, _ session: Session) throws -> JobState {
    let spool = try session.spool()
    var stored = found
    if found.state.isExec, !found.state.phase.isFinal {
      // Its process may be gone, and no daemon has come by.
      _ = try spool.settleLeft(found.state.id, zones: session.zones, at: session.now)
      stored = try spool.job(found.state.id) ?? found
    }
    guard stored.state.phase.isFinal else {
      throw Failure(
        "it has not ended, and is \(stored.state.phase.word.rawValue); cancel it first",
        ExitCode.notPossible)
    }
    if !stored.state.isFinished {
      let who = stored.state.isExec ? "a daemon, or the next jobrun exec," : "a daemon"
      throw Failure(
        "its hooks have not been told yet (\(stored.state.pendingHooks.count) event(s)); \(who) "
          + "tells them",
        ExitCode.notPossible)
    }
    // A crash came between the end and the move to done/, and no daemon has come by since.
    if stored.place == .jobs { _ = try spool.commit([StateChange(stored, stored.state)]) }
    return stored.state
  }

  /// Removes some jobs, each only if it still fits.
  private static func purge(_ ids: [String], _ choice: Choice, _ session: Session) throws -> Int32 {
    let spool = try session.spool()
    let jobs = try ids.compactMap { try spool.job($0, in: .done) }
      .filter { try choice.fits($0.state, session) }
    let results = try spool.purge(jobs, because: "by hand", at: session.now)
    var code = ExitCode.success
    for (job, result) in zip(jobs, results) {
      let failure: Failure
      switch result {
      case .removed:
        try tell(job.state, session)
        continue
      case .stale:
        failure = Failure("it was run again meanwhile", ExitCode.tryAgain)
      case .busy(let attempt):
        failure = Failure(
          "the supervisor of run \(attempt) is still at work; try again", ExitCode.tryAgain)
      case .failed(let error): failure = Failure(error)
      }
      session.say("\(job.state.id): \(failure.message)")
      if code == ExitCode.success { code = failure.code }
    }
    return code
  }
}
