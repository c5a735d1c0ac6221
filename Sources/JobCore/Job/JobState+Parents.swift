// The rules of jobs that run after others. What has become of those is told by whoever looks; that
// it is told once, and what follows from it, is decided here.

extension Decision.Kind {
  /// A job that it runs after has ended.
  public static let parent = Decision.Kind(rawValue: "parent")
}

/// How a parent has ended, as its child remembers it: a later rerun or purge changes nothing.
public enum ParentEnd: String, Sendable {
  case succeeded, failed, cancelled, expired
  /// Nobody knows: there is no such job any more.
  case gone

  /// The end that a phase is; nil if it is none.
  init?(_ phase: Phase) {
    guard phase.isFinal else { return nil }
    self.init(rawValue: phase.word.rawValue)
  }
}

/// What somebody has seen of a parent.
public enum ParentSight: Hashable, Sendable {
  case there(number: Int, name: String, phase: Phase)
  /// There is no such job, or none that can be read.
  case gone(reason: String)

  /// The sight of a job. Why it did not begin is told by itself: along a chain, the reason would
  /// grow from job to job.
  public init(_ state: JobState) {
    self = .there(
      number: state.number, name: state.spec.name,
      phase: state.isUnmet ? .failed(reason: "it did not begin") : state.phase)
  }
}

extension Parent.Condition {
  /// Whether it has come true with an end of the parent.
  func holds(for end: ParentEnd) -> Bool {
    switch self {
    case .success: end == .succeeded
    case .failure: end == .failed || end == .cancelled || end == .expired
    case .any: end != .gone
    }
  }

  /// What the parent is waited for to do.
  fileprivate var verb: String {
    switch self {
    case .success: "to succeed"
    case .failure: "to fail"
    case .any: "to end"
    }
  }

  fileprivate var past: String {
    switch self {
    case .success: "succeeded"
    case .failure: "failed"
    case .any: "ended"
    }
  }
}

extension JobState {
  /// Parents whose ends it has not heard of.
  public var openParents: [Parent] { spec.after.filter { parents[$0.job] == nil } }

  /// Parents whose ends it still waits for, or will once its run is over. None where nothing follows.
  public var awaitedParents: [Parent] {
    phase.isFinal || scheduleEnded ? [] : openParents
  }

  /// Whether it is to be told how its parents have ended.
  public var hearsOfParents: Bool {
    switch phase {
    case .awaiting: true
    case .held(nil): !openParents.isEmpty
    case .held(_?), .waiting, .queued, .starting, .running, .backoff, .succeeded, .failed,
      .cancelled, .expired:
      false
    }
  }

  /// Whether it ended because one of its parents did not end as it was to.
  var isUnmet: Bool {
    spec.after.contains { parent in
      parents[parent.job].map { !parent.condition.holds(for: $0) } ?? false
    }
  }

  /// Whether it goes on for ever, so that nobody could wait for its end.
  public var hasNoEnd: Bool { !phase.isFinal && !scheduleEnded && spec.hasNoEnd }

  /// So many parents are named where a job says what it waits for.
  public static let namedParents = 5

  /// What it waits for, in words, with what is known of its parents.
  public func waitForParents(_ sights: [String: ParentSight] = [:]) -> String {
    let open = openParents
    let named = open.prefix(JobState.namedParents)
      .map { "for \($0.explanation(sights[$0.job]))" }
    let rest = open.count > named.count ? ", and for \(open.count - named.count) more" : ""
    return "waits " + named.joined(separator: ", and ") + rest
  }

  /// Takes note of what has become of parents; with the last of them, it begins. One that is held
  /// does the same, and stays held with what it comes to.
  mutating func take(
    _ sights: [String: ParentSight], _ schedule: Schedule, at now: Instant
  ) throws(Refusal) {
    guard hearsOfParents else { throw Refusal("it waits for no other job") }
    let wasHeld = phase == .held(nil)
    try hear(sights, schedule, at: now)
    guard wasHeld else { return }
    switch phase {
    case .queued(let attempt): phase = .held(attempt)
    case .waiting: phase = .held(nil)
    case .held, .awaiting, .starting, .running, .backoff, .succeeded, .failed, .cancelled, .expired:
      break
    }
  }

  private mutating func hear(
    _ sights: [String: ParentSight], _ schedule: Schedule, at now: Instant
  ) throws(Refusal) {
    let open = openParents
    for parent in open {
      switch sights[parent.job] {
      case nil: continue
      case .gone(let reason)?:
        parents[parent.job] = .gone
        return finishUnmet(
          "it was to run after job \(parent.job) \(parent.condition.past), but \(reason)", now)
      case .there(let number, let name, let phase)?:
        guard let end = ParentEnd(phase) else { continue }
        let said = "\(number) (\(name))"
        parents[parent.job] = end
        guard parent.condition.holds(for: end) else {
          return finishUnmet(
            "it was to run after \(said) \(parent.condition.past), and that \(phase.spoken)", now)
        }
        decide(.parent, "\(said) \(phase.spoken)", at: now)
      }
    }
    if !open.isEmpty, openParents.count == open.count {
      throw Refusal("none of its parents has ended")
    }
    if openParents.isEmpty { beginAfterParents(schedule, at: now) }
  }

  /// Somebody has it run all the same: what it comes to now is its own doing.
  mutating func forgetUnmetParents() {
    if isUnmet { parents = [:] }
  }

  private mutating func finishUnmet(_ reason: String, _ now: Instant) {
    scheduleEnded = true
    phase = .failed(reason: reason)
    finishedAt = now
    decide(.finished, "failed: \(reason)", at: now)
  }

  /// All parents have ended as they were to: it stands where it would if it had been submitted
  /// now, but for its window.
  mutating func beginAfterParents(_ schedule: Schedule, at now: Instant) {
    skipFirings(schedule, through: now - startDelay, because: "it waited for its parents", at: now)
    if let attempt = immediateAttempt(schedule, at: now) {
      phase = .queued(attempt)
    } else if !schedule.isRecurring, let start = spec.startDate, start + startDelay <= now,
      spec.endDate.map({ now <= $0 }) ?? true
    {
      // It was not late: it was not to begin before.
      decide(.due, "its startDate \(start.rfc3339) passed while it waited", at: now)
      scheduleEnded = true
      phase = .queued(Attempt(run: runs + 1, scheduledAt: now, origin: .schedule))
    } else {
      if spec.startDate == nil { cursor = max(cursor, now - startDelay) }
      settle(schedule, at: now)
    }
  }
}

extension Parent {
  /// "job 12 (build), which is running, to succeed".
  func explanation(_ sight: ParentSight?) -> String {
    let name =
      switch sight {
      case .there(let number, let name, let phase)?:
        "job \(number) (\(name)), which \(phase.spoken),"
      case .gone(let reason)?: "job \(job), but \(reason),"
      case nil: "job \(job)"
      }
    return "\(name) \(condition.verb)"
  }
}

extension Phase {
  /// Where a parent stands, in words that follow "that" or "which".
  fileprivate var spoken: String {
    switch self {
    case .succeeded: "succeeded"
    case .failed(let reason): "failed: \(reason)"
    case .cancelled(let reason): "was cancelled: \(reason)"
    case .expired(let reason): "expired: \(reason)"
    case .held, .awaiting, .waiting, .queued, .starting, .running, .backoff:
      "is \(word.rawValue)"
    }
  }
}
