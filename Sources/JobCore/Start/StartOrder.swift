// Who waits for whom, as far as the files of jobs tell: the daemon's own queue, filled with what is
// due and what runs, and asked. So there is one rule, whoever asks. What was tried in vain while its
// queue had a slot is told by the start that took the last one; what only the daemon remembers is
// left out, and a new daemon would not know it either.

/// The jobs of a spool that are due, in the order in which they start.
struct StartOrder: Sendable {
  private struct Begun: Sendable {
    let id: String
    let place: StartPlace
    let startedAt: Instant
  }

  private var queue: StartQueue
  private var begun: [Begun] = []
  private var due: [StartPlace] = []
  /// Of the jobs that only the daemon has to start, the first one that needs something.
  private var next: [StartQueue.Resource: String] = [:]
  private var isSettled = false

  init(_ config: SpoolConfig) { queue = StartQueue(config) }

  /// Takes note of a job, due or under way; any other is in nobody's way.
  mutating func add(_ state: JobState) {
    // What `jobrun exec` has is in no queue.
    if state.isExec { return }
    let request = StartRequest(state)
    if case .queued(let attempt) = state.phase {
      let place = StartOrder.place(of: state, attempt)
      due.append(place)
      queue.add(request, at: place.at)
    } else if let attempt = state.phase.liveAttempt {
      let since = state.decisions.last { $0.kind == .started }?.at ?? attempt.scheduledAt
      begun.append(
        Begun(id: state.id, place: StartOrder.place(of: state, attempt), startedAt: since))
      queue.begin(request)
    }
    isSettled = false
  }

  /// Somebody who is in no queue has a lock.
  mutating func close(_ lock: String) {
    queue.close(lock)
    isSettled = false
  }

  private static func place(of state: JobState, _ attempt: Attempt) -> StartPlace {
    StartPlace(
      priority: state.spec.priority, at: state.beginning(of: attempt).milliseconds,
      number: state.number, id: state.id, ticket: 0)
  }

  /// Lets all start that could, if the daemon had slots enough.
  mutating func settle() {
    if isSettled { return }
    // The last slot of a queue was taken only after those before it had been tried.
    var last: [Int: Begun] = [:]
    for one in begun {
      guard let lane = queue.fullLane(of: one.id) else { continue }
      if last[lane].map({ $0.startedAt < one.startedAt }) ?? true { last[lane] = one }
    }
    for place in due {
      guard let lane = queue.fullLane(of: place.id), let last = last[lane] else { continue }
      if place < last.place, place.at <= last.startedAt.milliseconds { queue.noteTried(place.id) }
    }
    while let id = queue.popFirst() {
      for resource in queue.resources(of: id) where next[resource] == nil { next[resource] = id }
    }
    isSettled = true
  }

  /// Who keeps a job from something that it needs, once all is settled.
  /// - Returns: nil if it waits for nothing there; its `first` is nil if nobody comes before it.
  mutating func standing(
    of id: String, at resource: StartQueue.Resource
  ) -> StartQueue.Standing? {
    guard let standing = queue.standing(of: id, at: resource), !standing.isFree else { return nil }
    return StartQueue.Standing(isFree: false, first: standing.first ?? next[resource])
  }
}
