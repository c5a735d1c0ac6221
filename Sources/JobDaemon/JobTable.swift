// What the daemon remembers of live jobs: only what it needs to know when to look at their
// files again. The files are the truth; this can be thrown away and read anew.

internal import JobCore
internal import LinuxIO

/// Live jobs by id, their alarms, and the queue of those that are due.
struct JobTable {
  /// Where a job stands, as far as the daemon has to care.
  enum Standing {
    case held
    /// An alarm is set.
    case waiting
    case backoff
    /// Its alarm has gone off; the file does not say so yet.
    case due
    case queued
    /// An attempt is starting or running.
    case live
  }

  private struct Entry {
    let number: Int
    var standing: Standing
    /// Its place in the queue: milliseconds since 1970, or nil if it is not in it.
    var readyAt: Int64?
  }

  private struct Ready: Comparable {
    let at: Int64
    let number: Int
    let id: String

    static func < (left: Ready, right: Ready) -> Bool {
      (left.at, left.number) < (right.at, right.number)
    }
  }

  private var entries: [String: Entry] = [:]
  private var ready = Heap<Ready>()
  /// Instants of the calendar, on the wall clock.
  private(set) var calendar = Alarms()
  /// Lengths of time, on the clock that is never set.
  private(set) var elapsed = Alarms()
  /// How many jobs have an attempt starting or running.
  private(set) var liveCount = 0
  /// Jobs that are due and whose files do not say so yet.
  private var unrecorded: [String] = []
  /// The clock of `elapsed`, in milliseconds.
  private let boot: () -> Int64

  /// - Parameter boot: a virtual clock for lengths of time.
  init(boot: @escaping () -> Int64 = { Clock.boot.milliseconds }) { self.boot = boot }

  var ids: some Sequence<String> { entries.keys }
  func contains(_ id: String) -> Bool { entries[id] != nil }
  func standing(of id: String) -> Standing? { entries[id]?.standing }

  /// Whether nothing is under way and nothing is to come within a time.
  func isIdle(until instant: Int64) -> Bool {
    for entry in entries.values {
      switch entry.standing {
      case .held, .waiting: break
      case .backoff, .due, .queued, .live: return false
      }
    }
    return calendar.next.map { $0 > instant } ?? true
  }

  mutating func forget(_ id: String) {
    if let entry = entries.removeValue(forKey: id), case .live = entry.standing { liveCount -= 1 }
    calendar.clear(id)
    elapsed.clear(id)
  }

  /// Takes note of a job's state.
  mutating func register(_ state: JobState, now: Instant) {
    let id = state.id
    switch state.phase {
    case .held: set(state, .held)
    case .waiting(let until):
      set(state, .waiting)
      calendar.set(id, number: state.number, at: until.milliseconds)
    case .backoff(let attempt, let until):
      set(state, .backoff)
      // Never longer than the delay asked for, should the wall clock have been set back.
      let longest = state.spec.retry.wait(after: attempt.attempt - 1) ?? .zero
      let rest = max(.zero, min(until - now, longest))
      wake(id, in: rest)
    case .queued(let attempt):
      set(state, .queued)
      enqueue(id, at: state.beginning(of: attempt).milliseconds)
    case .starting, .running: set(state, .live)
    case .succeeded, .failed, .cancelled, .expired: forget(id)
    }
  }

  /// Sets an alarm after a length of time for a job that is known.
  mutating func wake(_ id: String, in span: TimeSpan) {
    guard let entry = entries[id] else { return }
    elapsed.set(id, number: entry.number, at: boot() + span.milliseconds)
  }

  private mutating func set(_ state: JobState, _ standing: Standing) {
    forget(state.id)
    entries[state.id] = Entry(number: state.number, standing: standing)
    if case .live = standing { liveCount += 1 }
  }

  private mutating func enqueue(_ id: String, at: Int64) {
    guard let number = entries[id]?.number else { return }
    entries[id]?.readyAt = at
    ready.insert(Ready(at: at, number: number, id: id))
  }

  /// Takes a job out of the queue: the one that is due longest.
  mutating func popReady() -> String? {
    while let first = ready.popFirst() {
      guard entries[first.id]?.readyAt == first.at else { continue }
      entries[first.id]?.readyAt = nil
      return first.id
    }
    return nil
  }

  /// Puts a job back whose turn has come to nothing for now.
  mutating func putBack(_ state: JobState) {
    var at = state.phase.due
    if case .queued(let attempt) = state.phase { at = state.beginning(of: attempt) }
    enqueue(state.id, at: at?.milliseconds ?? 0)
  }

  /// Jobs that want to be looked at because their alarm went off: a live one, or one in
  /// the middle of something. Jobs that have come due go into the queue instead.
  mutating func ring(now: Instant) -> [String] {
    var others: [String] = []
    while let id = calendar.pop(now: now.milliseconds) {
      entries[id]?.standing = .due
      enqueue(id, at: now.milliseconds)
      unrecorded.append(id)
    }
    while let id = elapsed.pop(now: boot()) {
      guard case .backoff? = entries[id]?.standing else {
        others.append(id)
        continue
      }
      entries[id]?.standing = .due
      enqueue(id, at: now.milliseconds)
      unrecorded.append(id)
    }
    return others
  }

  /// Some of the jobs that are due, did not get a slot, and whose files do not say so yet.
  mutating func takeUnrecorded(limit: Int) -> [String] {
    var taken: [String] = []
    while taken.count < limit, let id = unrecorded.popLast() {
      if case .due? = entries[id]?.standing { taken.append(id) }
    }
    return taken
  }

  var hasUnrecorded: Bool { !unrecorded.isEmpty }
}
