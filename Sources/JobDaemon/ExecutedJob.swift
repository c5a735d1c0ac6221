// A job that this process brings to its end by itself (jobrun exec): the same states, records and
// supervision as a daemon's, with this process in the place of daemon and supervisor. Every state
// is durable before it is acted on; if this process dies, the kernel kills the command, and whoever
// looks finds the job without an owner.

public import JobCore
public import JobSpool
public import LinuxIO

/// One job of `jobrun exec`.
public final class ExecutedJob {
  /// How it is gone about.
  public struct Manner {
    /// So long it waits for locks; nil: for ever.
    public var lockPatience: TimeSpan?
    /// Variables of the command besides those of the job.
    public var variables: [String: String]
    /// Something for people to know.
    public var say: (String) -> Void

    /// Puts it together.
    public init(
      lockPatience: TimeSpan?, variables: [String: String], say: @escaping (String) -> Void
    ) {
      self.lockPatience = lockPatience
      self.variables = variables
      self.say = say
    }
  }

  /// How it ended, for an exit code.
  public enum End {
    /// As this attempt did.
    case outcome(Outcome)
    /// No attempt was made, or no more: somebody did not want it.
    case cancelled(reason: String)
    /// The same, because of a signal to this process.
    case signal(Int32)
    /// The command could not be executed; the error number says why.
    case notStarted(code: Int32, reason: String)
    /// A lock could not be had.
    case locked(reason: String)
  }

  /// So long nobody is told what is waited for, in milliseconds.
  private static let silence: Int64 = 1000

  private let spool: Spool
  private let zones: ZoneFiles
  private let job: NewJob
  private let manner: Manner
  private var id = ""
  private var latest: End = .cancelled(reason: "")
  private var passedOn: Signal?
  /// Whether a command was let go, or tried to be.
  public var hasRun: Bool { run != nil }
  /// Why some of the command's output is not where it was to go. The log has it.
  public private(set) var outputFault: SystemError?
  /// The run whose output is not passed on to its end yet.
  private var run: SupervisedRun?

  /// - Parameter job: a job that has one run, and that at once.
  public init(_ job: NewJob, in spool: Spool, zones: ZoneFiles, _ manner: Manner) {
    self.spool = spool
    self.zones = zones
    self.job = job
    self.manner = manner
  }

  private var now: Instant { .now }

  /// Puts the job into the spool and brings it to its end.
  /// - Throws: before anything has run, unless the spool fails in the middle.
  public func perform() throws -> End {
    // Blocked from now on: what comes in between is taken by whoever waits next.
    _ = try SignalQueue(RunHost.execSignals)
    id = try job.id ?? spool.newIdentifier(at: now)
    guard let owner = try spool.own(id) else { throw SpoolError.exists(id: id) }
    do {
      let result = try spool.submit([NewJob(id: id, ownedBy: owner, job)], at: now)[0]
      if case .failed(let error) = result { throw error }
    } catch {
      // There may be a job of that id, left by another process.
      if isUnfinished { owner.leave() } else { owner.end() }
      throw error
    }
    let end: End
    do {
      end = try goThrough()
    } catch {
      guard let outcome = outcome(after: error) else {
        // The next one like this brings it to its end.
        owner.leave()
        throw error
      }
      manner.say("the end is on record, and not everything after it: \(words(for: error))")
      end = .outcome(outcome)
    }
    // Not held while its readers take their time: a daemon, or another exec, may tell its hooks.
    if isUnfinished { owner.leave() } else { owner.end() }
    // Whoever ends this process while it waits for readers does not want it to wait for hooks.
    if try passRest() {
      let hooks = LeftHooks(spool: spool, zones: zones, say: manner.say)
      let signal = hooks.tellAll(first: id, others: !wasSignalled)
      if signal == .terminate { return end }
    }
    // Last: that may take as long as what the command has left behind.
    try run?.takeLateOutput()
    return end
  }

  /// Passes on what the latest attempt has written.
  /// - Returns: false if a signal has ended that.
  private func passRest() throws -> Bool {
    guard let run else { return true }
    let isWhole = try run.passRest()
    if outputFault == nil, let fault = run.host.output?.fault {
      outputFault = fault
      manner.say("\(fault); the log has all of it: jobrun logs \(id)")
    }
    return isWhole
  }

  /// Whether somebody has told this process to end.
  private var wasSignalled: Bool {
    if case .signal = latest { return true }
    return passedOn != nil
  }

  /// Whether something is left to be done about the job.
  private var isUnfinished: Bool {
    (try? spool.job(id, in: .jobs)?.state.isFinished == false) ?? false
  }

  /// Ends the job as far as that can still be written; the rest follows from the owner being gone.
  /// - Returns: how the command ended, if that is known.
  private func outcome(after error: any Error) -> Outcome? {
    guard let state = (try? spool.job(id))??.state, !state.phase.isFinal,
      let ended = try? apply(spool.abandonment(of: state, because: words(for: error)))
    else { return nil }
    guard let attempt = state.phase.liveAttempt else { return nil }
    _ = try? spool.clearRun(id, directoryName: attempt.directoryName, keepLogs: true)
    if case .lost? = ended.lastOutcome?.kind { return nil }
    return ended.lastOutcome
  }

  private func goThrough() throws -> End {
    while let state = try spool.job(id)?.state {
      switch state.phase {
      case .queued: try attempt(state)
      case .backoff(_, let until):
        if let signal = passedOn {
          // Whoever ends the command by a signal to this process does not want it again.
          try cancel(because: signal)
        } else {
          try rest(until: until, state)
        }
      case .cancelled(let reason):
        if case .signal = latest { return latest }
        return passedOn == nil ? .cancelled(reason: reason) : latest
      case .succeeded, .failed, .expired: return latest
      case .held, .awaiting, .waiting, .starting, .running:
        // This process alone starts it, and nobody can hold it.
        throw SpoolError.damaged(
          path: "jobs/\(id).json", reason: "somebody else has changed it: \(state.phase.word)")
      }
    }
    return .cancelled(reason: "its state file was removed")
  }

  // MARK: Attempts

  private func attempt(_ state: JobState) throws {
    let locks = try LockWait(state.spec.locks, for: holder(state), in: spool)
    guard try take(locks) else { return }
    defer { locks.release() }
    try spool.checkRoom()
    guard
      let begun = try apply(
        .launch,
        before: { next, attempt in
          try self.spool.prepareRun(try self.plan(next, attempt))
        }),
      let attempt = begun.phase.liveAttempt
    else { return }
    let record: ExitRecord
    do {
      record = try supervise(begun, attempt)
    } catch {
      // What could not be set up has not begun: the gate was never opened.
      let kind = Outcome.Kind.notStarted(reason: words(for: error))
      record = ExitRecord(Outcome(kind, of: attempt, startedAt: nil, endedAt: now))
    }
    locks.release()
    let ended = try apply(.ended(record))
    if let outcome = ended?.lastOutcome { note(outcome, ended) }
    // What cannot be cleared now is left to the next daemon's housekeeping.
    _ = try? spool.clearRun(
      id, directoryName: attempt.directoryName, keepLogs: record.outcome.leftovers > 0)
  }

  private func words(for error: any Error) -> String {
    if case .system(let system)? = error as? SpoolError { return "\(system)" }
    return "\(error)"
  }

  private func holder(_ state: JobState) -> LockRecord.Holder {
    guard case .queued(let attempt) = state.phase else { return .command([state.spec.name]) }
    return .run(of: state, attempt)
  }

  private func plan(_ state: JobState, _ attempt: Attempt) throws(SystemError) -> RunPlan {
    // The caller's variables are in no file: they may hold secrets that no document was given.
    RunPlan(
      state, attempt, base: [:], token: try RunToken.make(), spool: spool.path, descriptorLimit: 0)
  }

  private func supervise(_ state: JobState, _ attempt: Attempt) throws -> ExitRecord {
    let name = attempt.directoryName
    guard let seat = try SupervisorSeat.take(in: spool, job: id, attemptName: name),
      let plan = try seat.run.plan()
    else { throw SpoolError.damaged(path: "runs/\(id)/\(name)", reason: "it was removed") }
    // Each attempt has its own: of the one before all is passed on by now.
    _ = try passRest()
    let host = RunHost.exec(try LiveOutput(), variables: manner.variables)
    let run = try SupervisedRun(plan, seat, path: spool.runPath(id, attempt), in: host)
    self.run = run
    let record = try Supervisor.see(run, through: seat)
    passedOn = run.passedOn
    return record
  }

  private func note(_ outcome: Outcome, _ state: JobState?) {
    latest = .outcome(outcome)
    if case .notStarted(let reason) = outcome.kind {
      latest = .notStarted(code: run?.startFailure?.code ?? 0, reason: reason)
    }
    if case .backoff(let next, let until)? = state?.phase, passedOn == nil {
      manner.say(
        "attempt \(outcome.attempt): \(outcome.summary); attempt \(next.attempt) begins at "
          + until.rfc3339)
    }
  }

  // MARK: Waiting

  /// Waits for the locks of an attempt.
  /// - Returns: false if it is not to be made any more.
  private func take(_ locks: LockWait) throws -> Bool {
    if try locks.advance() { return true }
    let wait = try ExecWait(spool, id)
    try wait.poller.add(locks.descriptor, token: ExecWait.other)
    let start = Clock.boot.milliseconds
    let end = manner.lockPatience.map { start + $0.milliseconds }
    var tellAt: Int64? = start + ExecutedJob.silence
    while try !locks.advance() {
      if try hasEnded() { return false }
      let now = Clock.boot.milliseconds
      if let end, let patience = manner.lockPatience, now >= end {
        let waited = patience > .zero ? "; given up after \(patience)" : ""
        let reason = "\(locks.obstacle)\(waited)"
        latest = .locked(reason: reason)
        try apply(.abandoned(nil, reason: reason))
        return false
      }
      if let at = tellAt, now >= at {
        manner.say("waiting for \(locks.obstacle)")
        tellAt = nil
      }
      if try isOver(wait, [locks.nextLook, end, tellAt].compactMap(\.self).min()) { return false }
    }
    return true
  }

  /// Waits for a retry.
  private func rest(until: Instant, _ state: JobState) throws {
    let wait = try ExecWait(spool, id)
    let length = max(.zero, until - now)
    let end = Clock.boot.milliseconds + length.milliseconds
    while Clock.boot.milliseconds < end {
      if try hasEnded() || isOver(wait, end) { return }
    }
    // The wall clock may have been set back meanwhile, which is not the job's business.
    try apply(.due, at: max(now, until))
  }

  /// Waits for something.
  /// - Returns: whether there is nothing to wait for any more.
  private func isOver(_ wait: ExecWait, _ end: Int64?) throws -> Bool {
    switch try wait.next(until: end) {
    case .nothing: return false
    case .changed: return try hasEnded()
    case .signal(let signal):
      latest = .signal(signal.rawValue)
      try cancel(because: signal)
      return true
    }
  }

  private func hasEnded() throws -> Bool { try spool.job(id)?.state.phase.isFinal ?? true }

  private func cancel(because signal: Signal) throws {
    let name = SignalName.name(of: signal.rawValue)
    try apply(.cancel(CancelRequest(at: now, reason: "\(name) was sent to jobrun exec")))
  }

  // MARK: States

  /// Lets an event act on the job.
  /// - Parameter prepare: what has to be on disk before the state that follows.
  /// - Returns: nil if somebody has changed the job so that it cannot.
  @discardableResult
  private func apply(
    _ event: JobEvent, at instant: Instant? = nil,
    before prepare: ((JobState, Attempt) throws -> Void)? = nil
  ) throws -> JobState? {
    var before: JobState?
    let next: JobState?
    do {
      next = try spool.change(id) { state in
        before = state
        let schedule = try zones.schedule(state.spec)
        let next = try state.applying(
          event, schedule: schedule, hooks: spool.wantedHooks, at: instant ?? now)
        if let prepare, let attempt = next.phase.liveAttempt { try prepare(next, attempt) }
        return next
      }
    } catch is Refusal {
      return nil
    }
    if let next { spool.append(HistoryEntry.entries(from: before, to: next)) }
    return next
  }
}
