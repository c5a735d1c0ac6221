// What there is to say against a job: its last run, what is due, and what is expected of it.

/// A job, or several of which each run is one, as a check looks at them.
public struct CheckedJob: Sendable {
  /// Hooks may take so long to be told.
  private static let hookPatience = TimeSpan.seconds(3600)
  /// A hook that was given up is told so long.
  private static let hookMemory = TimeSpan.seconds(86_400)

  /// The latest.
  public private(set) var state: JobState
  /// The latest of which something is decided: what came after it hides no failure before it
  /// has an end of its own.
  private var decided: JobState
  /// When the first of them was to begin.
  private var since: Instant
  private var lastSuccess: Instant?

  /// A job by itself.
  public init(_ state: JobState) {
    self.state = state
    decided = state
    since = state.beginning
    lastSuccess = state.lastSuccessAt
  }

  /// Adds a job of the same name, of which each run is a job of its own.
  public mutating func add(_ other: JobState) {
    since = min(since, other.beginning)
    lastSuccess = [lastSuccess, other.lastSuccessAt].compactMap(\.self).max()
    if other.isLater(than: state) { state = other }
    if other.isDecided, !decided.isDecided || other.isLater(than: decided) { decided = other }
  }

  /// Everything that is wrong with it.
  public func findings(at now: Instant) -> [CheckFinding] {
    var found: [CheckFinding] = []
    func find(_ level: CheckLevel, _ kind: CheckFinding.Kind, _ message: String) {
      found.append(CheckFinding(level, kind, message, of: CheckFinding.Subject(state)))
    }
    let expected = state.spec.expectation
    if let every = expected?.every, state.isSingle || !state.phase.isFinal {
      let start = lastSuccess ?? since
      if now - start > every {
        let last = lastSuccess.map { "last success \($0.rfc3339)" } ?? "no success yet"
        let held = state.phase.word == .held ? ", held" : ""
        find(.critical, .missed, "late by \((now - (start + every)).rounded)\(held), \(last)")
      }
    }
    let outcome = decided.decidingOutcome
    let place = decided.id == state.id ? "" : ", as job \(decided.number)"
    if let outcome, outcome.verdict == .failed {
      find(.critical, .failed, "failed (\(outcome.summary)) at \(outcome.endedAt.rfc3339)\(place)")
    } else if case .failed(let reason) = decided.phase {
      find(.critical, .failed, "failed (\(reason))\(place)")
    }
    if case .expired(let reason) = state.phase { find(.warning, .missed, reason) }
    if let due = state.dueSince, now - due > state.spec.misfireGrace {
      find(.warning, .late, "due since \(due.rfc3339) and not begun")
    }
    if let most = expected?.maxDuration {
      if let begun = state.begun, now - begun > most {
        find(.warning, .slow, "running for \((now - begun).rounded), expected \(most)")
      } else if let outcome, let start = outcome.startedAt, outcome.endedAt - start > most {
        find(.warning, .slow, "took \((outcome.endedAt - start).rounded), expected \(most)")
      }
    }
    if let least = expected?.minBytes, let outcome, outcome.succeeded,
      let bytes = outcome.stdoutBytes, bytes < least
    {
      find(.warning, .silent, "wrote \(bytes) bytes, expected \(least)")
    }
    if let oldest = state.pendingHooks.first, now - oldest.at > CheckedJob.hookPatience {
      find(.warning, .hooks, "\(oldest.event.rawValue) of \(oldest.at.rfc3339) has not been told")
    } else if let given = state.decisions.last(where: { $0.kind == .hook }),
      now - given.at <= CheckedJob.hookMemory
    {
      find(.warning, .hooks, given.reason)
    }
    return found
  }
}

extension JobState {
  /// Whether each of its runs has to be a job of its own: it has no schedule that makes some.
  public var isSingle: Bool { spec.quartz.isEmpty && spec.fileTrigger == nil }

  /// When something could be expected of it first.
  fileprivate var beginning: Instant { max(submittedAt, spec.startDate ?? submittedAt) }

  fileprivate func isLater(than other: JobState) -> Bool {
    (submittedAt, number) > (other.submittedAt, other.number)
  }

  /// Whether there is an end to judge: of a run, or of a job that failed without one.
  fileprivate var isDecided: Bool {
    decidingOutcome != nil || phase.word == .failed
  }

  /// The outcome of the latest run that is decided: none follows as a retry.
  fileprivate var decidingOutcome: Outcome? {
    switch phase {
    case .queued(let attempt), .starting(let attempt), .running(let attempt),
      .backoff(let attempt, _), .held(let attempt?):
      return history.last { $0.run != attempt.run }
    case .held(nil), .awaiting, .waiting, .succeeded, .failed, .cancelled, .expired:
      return history.last
    }
  }

  /// Since when it should have begun; nil if it should not.
  fileprivate var dueSince: Instant? {
    switch phase {
    case .waiting(let until): return spec.fileTrigger == nil ? until : nil
    case .queued(let attempt): return attempt.attempt == 1 ? beginning(of: attempt) : nil
    case .held, .awaiting, .starting, .running, .backoff, .succeeded, .failed, .cancelled, .expired:
      return nil
    }
  }

  /// When the live attempt has begun.
  fileprivate var begun: Instant? {
    phase.liveAttempt == nil ? nil : decisions.last { $0.kind == .started }?.at
  }
}

extension TimeSpan {
  /// In whole seconds, for people.
  fileprivate var rounded: TimeSpan {
    milliseconds < 1000 ? self : TimeSpan(milliseconds: milliseconds / 1000 * 1000)
  }
}
