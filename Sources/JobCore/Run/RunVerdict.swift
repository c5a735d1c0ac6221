// The recovery table of man/jobrun-spool.7 as a function: what is on disk about a live
// attempt decides what is done about it. Used after a restart and in normal life alike.

/// What is on disk about one attempt.
public struct RunObservation: Hashable, Sendable {
  /// exit.json, as far as it is there, or what was to become it.
  public enum Exit: Hashable, Sendable {
    case missing
    case record(ExitRecord)
    case unreadable(reason: String)
  }

  /// The run directory and the lock in it are there.
  public var isPresent: Bool
  public var exit: Exit
  /// Somebody holds the run's lock: a supervisor is alive.
  public var isLocked: Bool
  /// started.json is there.
  public var isStarted: Bool
  /// When the command was let go, by started.json, or by its date if it cannot be read.
  public var startedAt: Instant?
  /// started.json was written since this machine was booted.
  public var isSameBoot: Bool
  /// Under Slurm: a supervisor has taken the attempt for itself.
  public var isClaimed = false
  /// Under Slurm: the latest word on it.
  public var sighting = SlurmSighting.unasked
  /// Under Slurm: what its script has said instead of becoming a supervisor.
  public var said: String?

  /// Puts an observation together.
  public init(
    isPresent: Bool = true, exit: Exit = .missing, isLocked: Bool = false,
    isStarted: Bool = false, startedAt: Instant? = nil, isSameBoot: Bool = true
  ) {
    self.isPresent = isPresent
    self.exit = exit
    self.isLocked = isLocked
    self.isStarted = isStarted
    self.startedAt = startedAt
    self.isSameBoot = isSameBoot
  }
}

/// What to do about an attempt that the state file calls live.
public enum RunVerdict: Hashable, Sendable {
  /// Its supervisor's record is there: apply it.
  case apply(ExitRecord)
  /// Its supervisor is at work: wait for it.
  case adopt
  /// Nothing has been started: start it.
  case launch
  /// Nothing has been started, and nothing shall be: fence it, then this is its outcome.
  case giveUp(Outcome.Kind)
  /// Something was started and its end is unknown: stop what is left of it, fence it, then
  /// this is its outcome.
  case lost(reason: String, damagedRecord: Bool)

  /// At most so many launches; each but the first means that a supervisor died before it
  /// took hold.
  public static let launchLimit = 5

  /// The row of the table that fits.
  public init(_ seen: RunObservation, attempt: Attempt, cancelRequest: CancelRequest?) {
    if attempt.engine == .slurm {
      self.init(seen, seen.sighting, attempt: attempt, cancelRequest: cancelRequest)
      return
    }
    switch seen.exit {
    case .record(let record):
      self = .apply(record)
    case .unreadable where seen.isLocked:
      // Not its supervisor's: that is still at work, and writes the right one in its place.
      self = .adopt
    case .unreadable(let reason):
      self = .lost(reason: "record damaged: \(reason)", damagedRecord: true)
    case .missing where seen.isLocked:
      self = .adopt
    case .missing where seen.isStarted:
      self = .lost(reason: seen.isSameBoot ? "supervisor gone" : "reboot", damagedRecord: false)
    case .missing where !seen.isPresent:
      // It was durable before the state called the attempt live, so it was removed, perhaps
      // by the command: that has begun, for all that is known, and is not run again.
      self = .lost(reason: "run directory removed", damagedRecord: false)
    case .missing:
      if let cancelRequest {
        self = .giveUp(.cancelled(reason: cancelRequest.explanation))
      } else if attempt.launches >= RunVerdict.launchLimit {
        self = .giveUp(
          .notStarted(reason: "\(attempt.launches) supervisors ended before they took hold"))
      } else {
        self = .launch
      }
    }
  }

  /// The wait before launch number `launch + 1`: none, then a second, doubling.
  public static func wait(afterLaunch launch: Int) -> TimeSpan {
    launch <= 0 ? .zero : TimeSpan(milliseconds: 1000 << Int64(min(launch - 1, 5)))
  }
}
