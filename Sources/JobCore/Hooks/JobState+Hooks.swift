// Which events a transition has brought about that hooks want to be told of. Derived from what was
// decided, so that no transition has to think of it.

extension Decision.Kind {
  /// About a hook, not about the job itself.
  public static let hook = Decision.Kind(rawValue: "hook")
}

/// What became of the hooks of one event: all of them have ended for good.
public struct HookEnd: Hashable, Sendable {
  /// The event.
  public let serial: Int
  /// Why some were given up, in words, one for each.
  public let failures: [String]

  /// The hooks of an event have ended.
  public init(serial: Int, failures: [String] = []) {
    self.serial = serial
    self.failures = failures
  }
}

extension JobState {
  /// So many events wait at most; then the oldest is told no more.
  public static let pendingHookLimit = 20

  /// Whether nothing is left to be done about it: it has ended, and the hooks know.
  public var isFinished: Bool { phase.isFinal && pendingHooks.isEmpty }

  /// Notes what has happened since a state, for those who want to be told.
  /// - Parameter wanted: events that hooks of the spool want; those of the job are added.
  mutating func noteEvents(since before: JobState, wanted: Set<HookEvent>, at now: Instant) {
    let wanted = wanted.union(spec.hooks.events)
    if wanted.isEmpty { return }
    var fresh = decisions[...]
    if let last = before.decisions.last, let index = fresh.lastIndex(of: last) {
      fresh = fresh[(index + 1)...]
    }
    func note(_ event: HookEvent, _ message: String, _ attempt: Attempt?, _ outcome: Outcome?) {
      guard wanted.contains(event) else { return }
      hookSerial += 1
      pendingHooks.append(
        PendingHook(
          serial: hookSerial, event, at: now, message: message,
          run: outcome?.run ?? attempt?.run, attempt: outcome?.attempt ?? attempt?.attempt,
          outcome: outcome))
    }
    var hasFailed = false
    for index in fresh.indices {
      switch fresh[index].kind {
      case .started:
        guard let attempt = phase.liveAttempt, attempt.attempt == 1, attempt.launches == 1 else {
          break
        }
        note(.onStart, "run \(attempt.run) has begun", attempt, nil)
      case .ended:
        guard let outcome = lastOutcome else { break }
        if outcome.succeeded {
          note(.onSuccess, outcome.summary, nil, outcome)
        } else if index + 1 < fresh.endIndex, fresh[index + 1].kind == .retried {
          note(.onRetry, "\(outcome.summary); \(fresh[index + 1].reason)", nil, outcome)
        } else if !outcome.wasCancelled, before.cancelRequest == nil {
          hasFailed = true
          note(.onFailure, outcome.summary, nil, outcome)
        }
      default: break
      }
    }
    if case .failed(let reason) = phase, !before.phase.isFinal, !hasFailed,
      !fresh.contains(where: { $0.kind == .ended })
    {
      note(.onFailure, reason, nil, nil)
    }
    // Whoever held a job knows that it has missed something.
    let missed = fresh.filter(\.isMissed)
    if !missed.isEmpty, !fresh.contains(where: { $0.kind == .released }) {
      note(.onMissed, missed.map(\.reason).joined(separator: "; "), nil, nil)
    }
    while pendingHooks.count > JobState.pendingHookLimit {
      let oldest = pendingHooks.removeFirst()
      decide(
        .hook,
        "\(oldest.event.rawValue) of \(oldest.at.rfc3339) is told no more: "
          + "\(JobState.pendingHookLimit) later events wait",
        at: now)
    }
  }

  /// The state after the hooks of an event have ended. No calendar has a part in that: a job whose
  /// zone is gone can be told of, too.
  /// - Throws: `Refusal` if the event does not wait any more.
  public func told(_ end: HookEnd, at now: Instant) throws(Refusal) -> JobState {
    try applying(.hooked(end), schedule: Schedule(spec, zone: .utc), at: now)
  }

  /// Takes note of what became of the hooks of an event.
  mutating func take(_ end: HookEnd, at now: Instant) throws(Refusal) {
    guard let index = pendingHooks.firstIndex(where: { $0.serial == end.serial }) else {
      throw Refusal("its hooks have been told of that")
    }
    let event = pendingHooks.remove(at: index).event
    for failure in end.failures {
      decide(.hook, "\(event.rawValue) given up: \(failure)", at: now)
    }
  }
}
