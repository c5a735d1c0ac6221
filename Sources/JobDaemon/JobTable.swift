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
    /// It waits for files, and somebody else says when to look.
    case watching
    case backoff
    /// Its alarm has gone off; the file does not say so yet.
    case due
    case queued
    /// An attempt is starting or running.
    case live
  }

  private struct Entry {
    let number: Int
    let locks: [String]
    var standing: Standing
    /// Its place in the queue: milliseconds since 1970, or nil if it is not in it.
    var readyAt: Int64?
    /// When it came into the queue; kept until it is known to do something else than start.
    var readySince: Instant?
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
  /// Who has a lock, or is about to start with it.
  private var holders: [String: String] = [:]
  /// Those that are due and want a lock, by lock, in their order. Entries that no longer hold are
  /// passed over when their turn comes.
  private var waiting: [String: Heap<Ready>] = [:]
  /// A lock has become free for somebody since the queue was last emptied.
  private(set) var hasUnlocked = false
  /// Instants of the calendar, on the wall clock.
  private(set) var calendar = Alarms()
  /// Lengths of time, on the clock that is never set.
  private(set) var elapsed = Alarms()
  /// How many jobs have an attempt starting or running.
  private(set) var liveCount = 0
  /// Jobs that have come to wait for files.
  private var watching: Set<String> = []
  /// Jobs that are due and whose files do not say so yet.
  private var unrecorded: [String] = []
  /// The clock of `elapsed`, in milliseconds.
  private let boot: () -> Int64

  /// - Parameter boot: a virtual clock for lengths of time.
  init(boot: @escaping () -> Int64 = { Clock.boot.milliseconds }) { self.boot = boot }

  var ids: some Sequence<String> { entries.keys }
  var count: Int { entries.count }
  func contains(_ id: String) -> Bool { entries[id] != nil }
  func standing(of id: String) -> Standing? { entries[id]?.standing }
  /// Since when a job waits for a slot or a lock; nil if it does not.
  func readySince(_ id: String) -> Instant? { entries[id]?.readySince }

  /// Whether nothing is under way and nothing is to come within a time.
  func isIdle(until instant: Int64) -> Bool {
    for entry in entries.values {
      switch entry.standing {
      case .held, .waiting, .watching: break
      case .backoff, .due, .queued, .live: return false
      }
    }
    return calendar.next.map { $0 > instant } ?? true
  }

  mutating func forget(_ id: String) {
    drop(id)
    calendar.clear(id)
    elapsed.clear(id)
  }

  /// Forgets all but the alarms.
  private mutating func drop(_ id: String) {
    guard let entry = entries.removeValue(forKey: id) else { return }
    if case .live = entry.standing { liveCount -= 1 }
    release(entry.locks, of: id)
  }

  /// Gives up the locks that a job was about to start with.
  mutating func release(_ id: String) { release(entries[id]?.locks ?? [], of: id) }

  private mutating func release(_ locks: [String], of id: String) {
    for lock in locks {
      if holders[lock] == id { holders[lock] = nil }
      // The next one tries its luck.
      if holders[lock] == nil, let first = firstWaiting(for: lock) {
        ready.insert(first)
        hasUnlocked = true
      }
    }
  }

  private mutating func firstWaiting(for lock: String) -> Ready? {
    while let first = waiting[lock]?.first {
      if entries[first.id]?.readyAt == first.at { return first }
      _ = waiting[lock]?.popFirst()
    }
    waiting[lock] = nil
    return nil
  }

  /// Takes a job's locks, all or none. Nobody is overtaken at a lock, so that a job that wants
  /// several gets them some day; one that has to wait tries again when a lock is let go.
  private mutating func takeLocks(_ job: Ready) -> Bool {
    let locks = entries[job.id]?.locks ?? []
    for lock in locks {
      guard holders[lock] ?? job.id == job.id, firstWaiting(for: lock)?.id == job.id else {
        return false
      }
    }
    for lock in locks { holders[lock] = job.id }
    return true
  }

  /// Takes note of a job's state.
  mutating func register(_ state: JobState, now: Instant) {
    let id = state.id
    switch state.phase {
    case .held: set(state, .held)
    case .waiting where state.isWaitingForFiles:
      set(state, .watching)
      watching.insert(id)
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
      let since = entries[id]?.readySince
      set(state, .queued)
      entries[id]?.readySince = since ?? now
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
    let id = state.id
    let entry = Entry(number: state.number, locks: state.spec.locks, standing: standing)
    calendar.clear(id)
    elapsed.clear(id)
    guard case .live = standing else {
      drop(id)
      entries[id] = entry
      return
    }
    // Locks are not let go on the way from the queue to the run.
    if case .live? = entries[id]?.standing {} else { liveCount += 1 }
    entries[id] = entry
    for lock in entry.locks { holders[lock] = id }
  }

  private mutating func enqueue(_ id: String, at: Int64) {
    guard let entry = entries[id] else { return }
    entries[id]?.readyAt = at
    let place = Ready(at: at, number: entry.number, id: id)
    ready.insert(place)
    for lock in entry.locks { waiting[lock, default: Heap()].insert(place) }
  }

  /// Takes a job out of the queue: of those whose locks are free, the one that is due longest.
  /// Its locks are its own from now on, until it is known to do something else than start.
  mutating func popReady() -> String? {
    while let first = ready.popFirst() {
      guard entries[first.id]?.readyAt == first.at, takeLocks(first) else { continue }
      entries[first.id]?.readyAt = nil
      return first.id
    }
    hasUnlocked = false
    return nil
  }

  /// Puts a job back whose turn has come to nothing for now.
  mutating func putBack(_ state: JobState) {
    release(state.id)
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
      entries[id]?.readySince = now
      enqueue(id, at: now.milliseconds)
      unrecorded.append(id)
    }
    while let id = elapsed.pop(now: boot()) {
      guard case .backoff? = entries[id]?.standing else {
        others.append(id)
        continue
      }
      entries[id]?.standing = .due
      entries[id]?.readySince = now
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

  /// Whether there are jobs that have come to wait for files.
  var hasWatching: Bool { !watching.isEmpty }

  /// The jobs that have come to wait for files since this was asked last.
  mutating func takeWatching() -> Set<String> {
    defer { watching = [] }
    return watching
  }

  var hasUnrecorded: Bool { !unrecorded.isEmpty }
}
