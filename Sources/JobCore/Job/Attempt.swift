// One attempt of one run: what is due, being started, or running.

/// Why a run takes place, as a word. The set is open, like that of decisions.
public struct RunOrigin: RawRepresentable, Hashable, Sendable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A firing of the schedule, or the one run of a job without one.
  public static let schedule = RunOrigin(rawValue: "schedule")
  /// `runImmediately`.
  public static let immediate = RunOrigin(rawValue: "immediate")
  /// A file has come.
  public static let file = RunOrigin(rawValue: "file")
  /// Somebody asked for it again.
  public static let rerun = RunOrigin(rawValue: "rerun")
}

/// Names one attempt of one run, and says why it takes place.
public struct Attempt: Hashable, Sendable {
  /// Run number of the job: 1, 2, ...
  public var run: Int
  /// Attempt within the run: 1, then one more for each retry.
  public var attempt: Int
  /// The instant the run was meant for.
  public var scheduledAt: Instant
  public var origin: RunOrigin
  /// What daylight saving did to the firing; nil: nothing.
  public var rule: String?
  /// The file that it is for.
  public internal(set) var file: TriggerFile?
  /// How often a supervisor has been started for it.
  public var launches = 0
  /// Who runs it.
  public var engine = EngineName.local

  /// The first attempt of a run.
  public init(
    run: Int, scheduledAt: Instant, origin: RunOrigin, rule: String? = nil,
    file: TriggerFile? = nil
  ) {
    self.run = run
    attempt = 1
    self.scheduledAt = scheduledAt
    self.origin = origin
    self.rule = rule
    self.file = file
  }

  /// The attempt that follows when this one has failed.
  func retried() -> Attempt {
    var next = self
    next.attempt += 1
    next.launches = 0
    next.engine = .local
    return next
  }

  /// "3.2": the name of its directory in runs/ID/.
  public var directoryName: String { "\(run).\(attempt)" }

  /// Whether both name the same attempt, however often launched.
  public func isSame(as other: Attempt) -> Bool {
    run == other.run && attempt == other.attempt
  }
}
