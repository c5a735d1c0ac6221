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
