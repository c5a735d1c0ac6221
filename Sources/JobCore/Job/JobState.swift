// The whole truth about one job: what its state file holds. A value; every change goes
// through a transition (JobState+Transition) and raises the revision by one.

/// One job's state.
public struct JobState: Hashable, Sendable {
  /// How many outcomes are kept, decisions about the job itself, and decisions about its hooks.
  public static let historyLimit = 20

  public let id: String
  /// Small number for people to type.
  public let number: Int
  public internal(set) var spec: JobSpec
  public let submittedAt: Instant
  /// Counts the changes of this state; the higher one of two copies is the truth.
  public internal(set) var revision = 1
  public internal(set) var phase: Phase
  /// A cancel that a live attempt has not carried out yet.
  public internal(set) var cancelRequest: CancelRequest?
  /// Hold once the live attempt has ended.
  public internal(set) var holdRequested = false
  /// Number of the latest run; 0 before the first.
  public internal(set) var runs = 0
  /// The latest run of before it was made to start over by another document; 0 if it never was.
  public internal(set) var runsBefore = 0
  /// Attempts made in the latest run.
  public internal(set) var attempts = 0
  /// Firings up to here have been dealt with: fired, or passed over with a reason.
  public internal(set) var cursor: Instant
  /// The schedule fires no more.
  public internal(set) var scheduleEnded = false
  /// The latest outcomes, oldest first.
  public internal(set) var history: [Outcome] = []
  /// When the latest attempt that succeeded ended, however many have failed since.
  public internal(set) var lastSuccessAt: Instant?
  /// The latest decisions, oldest first.
  public internal(set) var decisions: [Decision] = []
  /// Outputs of the latest deciding attempt.
  public internal(set) var outputs = JSONObject()
  /// The last progress that was reported, 0 to 100.
  public internal(set) var percentCompleted: Int?
  /// Its text.
  public internal(set) var progressText: String?
  /// Files that have had their run and are still there.
  public internal(set) var knownFiles: Set<FileDigest> = []
  /// Why no more files can be found or taken for now.
  public internal(set) var fileTrouble: String?
  /// The file of the latest run that had one.
  public internal(set) var lastFile: TriggerFile?
  /// How the jobs have ended that it runs after, as far as that was seen.
  public internal(set) var parents: [String: ParentEnd] = [:]
  /// Events that hooks have not been told of yet, oldest first.
  public internal(set) var pendingHooks: [PendingHook] = []
  /// The serial number of the latest event that hooks were to be told of; 0 before the first.
  public internal(set) var hookSerial = 0
  /// `jobrun exec` has it: that process alone starts its attempts, and no daemon does.
  public internal(set) var isExec = false
  /// When a final phase was reached.
  public internal(set) var finishedAt: Instant?
  /// Keys of newer versions, kept as they are.
  var unknown = JSONObject()

  /// The latest outcome.
  public var lastOutcome: Outcome? { history.last }

  init(
    id: String, number: Int, spec: JobSpec, submittedAt: Instant, phase: Phase, cursor: Instant
  ) {
    self.id = id
    self.number = number
    self.spec = spec
    self.submittedAt = submittedAt
    self.phase = phase
    self.cursor = cursor
  }

  mutating func decide(
    _ kind: Decision.Kind, _ reason: String, missed: Bool = false, at now: Instant
  ) {
    var decision = Decision(at: now, kind, reason)
    decision.isMissed = missed
    decisions.append(decision)
    // Counted apart: hooks that are too slow, or fail, would leave nothing of the job's own.
    let isAboutHook = kind == .hook
    let alike = decisions.indices.filter { (decisions[$0].kind == .hook) == isAboutHook }
    if alike.count > JobState.historyLimit { decisions.remove(at: alike[0]) }
  }

  mutating func record(_ outcome: Outcome) {
    history.append(outcome)
    if outcome.succeeded { lastSuccessAt = outcome.endedAt }
    if history.count > JobState.historyLimit { history.removeFirst() }
  }

  /// When the job starts next, as far as that is known.
  public var nextRun: Instant? {
    if case .queued(let attempt) = phase { return attempt.scheduledAt }
    if isWaitingForFiles { return nil }
    return phase.due
  }

  /// One line on where the job stands, for people and for the contracts' `message`.
  public var message: String {
    switch phase {
    case .held(let attempt):
      return attempt.map { "held; run \($0.run) starts on release" } ?? "held"
    case .awaiting: return waitForParents()
    case .waiting(let until):
      let last = lastOutcome.map { "; last: \($0.summary)" } ?? ""
      if let wait = waitForFiles(until: until) { return wait + last }
      return "next run at \(until.rfc3339)\(last)"
    case .queued(let attempt) where isExec:
      let locks = spec.locks.map { "lock \"\($0)\"" }.joined(separator: " and ")
      return locks.isEmpty
        ? "run \(attempt.run) is about to be started" : "run \(attempt.run) waits for \(locks)"
    case .queued(let attempt):
      let locks = spec.locks.map { "lock \"\($0)\" and " }.joined()
      let needs = spec.needs.sorted { $0.key < $1.key }
        .map { "\($0.value) of pool \"\($0.key)\" and " }.joined()
      let slot = spec.queue.map { "a slot in queue \"\($0)\"" } ?? "a free slot"
      return "run \(attempt.run) is due and waits for \(locks)\(needs)\(slot)"
    case .starting(let attempt): return "run \(attempt.run) is being started"
    case .running(let attempt):
      if let cancelRequest { return "being stopped: \(cancelRequest.explanation)" }
      return progressText ?? "run \(attempt.run) is running"
    case .backoff(let attempt, let until):
      let last = lastOutcome.map { "; last: \($0.summary)" } ?? ""
      return "attempt \(attempt.attempt) of \(spec.retry.count + 1) at \(until.rfc3339)\(last)"
    case .succeeded: return progressText ?? "finished"
    case .failed(let reason), .cancelled(let reason), .expired(let reason): return reason
    }
  }
}

extension Outcome {
  /// A few words: "exit 0", "signal 9", "lost: reboot".
  public var summary: String {
    switch kind {
    case .exited(let code): return isTooShort ? "exit \(code), too short" : "exit \(code)"
    case .signalled(let signal): return "signal \(signal)"
    case .notStarted(let reason): return "not started: \(reason)"
    case .timedOut(let reason): return "timed out: \(reason)"
    case .cancelled(let reason): return "cancelled: \(reason)"
    case .lost(let reason): return "lost: \(reason)"
    }
  }
}
