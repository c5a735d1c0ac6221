// How an attempt ended. What cannot be known is a kind of its own; a number is never made up.

/// The end of one attempt.
public struct Outcome: Hashable, Sendable {
  /// What happened.
  public enum Kind: Hashable, Sendable {
    /// The command left with a status.
    case exited(code: Int)
    /// A signal ended it, sent by somebody else than jobrun.
    case signalled(signal: Int)
    /// The command never ran.
    case notStarted(reason: String)
    /// jobrun stopped it at its time limit.
    case timedOut(reason: String)
    /// jobrun stopped it because somebody asked.
    case cancelled(reason: String)
    /// Nobody knows: supervisor or machine went away.
    case lost(reason: String)
  }

  public var kind: Kind
  public var run: Int
  public var attempt: Int
  public var scheduledAt: Instant
  /// When the command was let go; nil if it never ran or nobody knows.
  public var startedAt: Instant?
  public var endedAt: Instant
  /// Process number of the command; nil if it never ran or nobody knows.
  public var pid: Int?
  /// Processes that the command left behind.
  public var leftovers = 0
  /// Bytes that the command has written on standard output; nil if nobody wants to know, or knows.
  public var stdoutBytes: Int?
  /// What daylight saving did to the firing.
  public var rule: String?
  /// Whether the run counts as done; set when the outcome enters a job's history.
  public internal(set) var succeeded = false
  /// Its exit code was a success, but it ended sooner than the job's minExecutionTime.
  public internal(set) var isTooShort = false

  /// The outcome of an attempt.
  public init(_ kind: Kind, of attempt: Attempt, startedAt: Instant?, endedAt: Instant) {
    self.kind = kind
    run = attempt.run
    self.attempt = attempt.attempt
    scheduledAt = attempt.scheduledAt
    rule = attempt.rule
    self.startedAt = startedAt
    self.endedAt = endedAt
  }

  /// Finds whether the attempt did what was asked, by the job's exit codes and least duration.
  mutating func judge(by spec: JobSpec) {
    succeeded = false
    isTooShort = false
    guard case .exited(let code) = kind, spec.successfulReturnCodes.contains(code) else { return }
    if let least = spec.minExecutionTime, let startedAt {
      isTooShort = endedAt - startedAt < least
    }
    succeeded = !isTooShort
  }

  /// What an outcome comes to, for those who look for some.
  public enum Verdict: String, CaseIterable, Sendable {
    case succeeded, failed, cancelled
  }

  /// What it comes to.
  public var verdict: Verdict { succeeded ? .succeeded : wasCancelled ? .cancelled : .failed }

  /// Whether jobrun stopped it because somebody asked; such a run is not retried.
  var wasCancelled: Bool {
    if case .cancelled = kind { true } else { false }
  }

  /// The exit code of a command that waits for this run: the command's own, 128 + n for a
  /// signal, 124 for a time limit, 1 where there is no number. A failed run is never 0.
  public var exitCode: Int32 {
    switch kind {
    case .exited(let code): return code == 0 && !succeeded ? 1 : succeeded ? 0 : Int32(code)
    case .signalled(let signal): return 128 + Int32(signal)
    case .timedOut: return 124
    case .notStarted, .cancelled, .lost: return 1
    }
  }
}
