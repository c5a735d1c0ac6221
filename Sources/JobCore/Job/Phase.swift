// Where a job stands. Each case carries what exists only then.

/// The phase of a job.
public enum Phase: Hashable, Sendable {
  /// Kept back until somebody releases it; with the attempt that was due, if there was one.
  case held(Attempt?)
  /// Other jobs have to end before anything else counts.
  case awaiting
  /// Nothing to do until an instant.
  case waiting(until: Instant)
  /// Due; a free slot is missing, or a lock.
  case queued(Attempt)
  /// An attempt is recorded and its supervisor is being started.
  case starting(Attempt)
  /// A supervisor is at work.
  case running(Attempt)
  /// The last attempt failed; `Attempt` is the next one, due at an instant.
  case backoff(Attempt, until: Instant)
  /// Final phases.
  case succeeded
  case failed(reason: String)
  case cancelled(reason: String)
  /// No firing is left and none ever ran.
  case expired(reason: String)

  /// The word for a phase, as it is written and typed.
  public enum Word: String, CaseIterable, Sendable {
    case held, waiting, queued, starting, running, backoff
    case succeeded, failed, cancelled, expired

    /// Nothing follows unless somebody asks for a rerun.
    public var isFinal: Bool {
      switch self {
      case .held, .waiting, .queued, .starting, .running, .backoff: false
      case .succeeded, .failed, .cancelled, .expired: true
      }
    }
  }

  /// The word for this phase.
  public var word: Word {
    switch self {
    case .held: .held
    case .awaiting, .waiting: .waiting
    case .queued: .queued
    case .starting: .starting
    case .running: .running
    case .backoff: .backoff
    case .succeeded: .succeeded
    case .failed: .failed
    case .cancelled: .cancelled
    case .expired: .expired
    }
  }

  /// Nothing follows unless somebody asks for a rerun.
  public var isFinal: Bool { word.isFinal }

  /// The attempt that a supervisor has or is being given.
  public var liveAttempt: Attempt? {
    switch self {
    case .starting(let attempt), .running(let attempt): attempt
    case .held, .awaiting, .waiting, .queued, .backoff, .succeeded, .failed, .cancelled, .expired:
      nil
    }
  }

  /// When something is to be done without anybody asking.
  public var due: Instant? {
    switch self {
    case .waiting(let until), .backoff(_, let until): until
    case .held, .awaiting, .queued, .starting, .running, .succeeded, .failed, .cancelled, .expired:
      nil
    }
  }
}
