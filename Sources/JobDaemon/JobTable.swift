// What the daemon remembers of live jobs: only what it needs to know when to look at their
// files again. The files are the truth; this can be thrown away and read anew.

internal import JobCore
internal import LinuxIO

/// Live jobs by id, their alarms, and who of those that are due starts next.
struct JobTable {
  /// Where a job stands, as far as the daemon has to care.
  enum Standing {
    case held
    /// It waits for other jobs to end.
    case awaiting
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
    /// `jobrun exec` has it.
    case foreign
  }

  /// An object: a table of many thousands has room for many more, which costs less if all that it
  /// holds of each is where its entry is.
  private final class Entry {
    /// That no alarm is set.
    static let never = Int64.max

    let request: StartRequest
    /// When its alarm on the calendar goes off.
    var alarm = never
    /// When it came into the queue; kept until it is known to do something else than start.
    var readySince: Instant?
    // Last: behind the others these take no room of their own.
    var standing: Standing
    /// The round in which its name was seen, or it was registered.
    var round: UInt32

    init(_ request: StartRequest, _ standing: Standing, round: UInt32) {
      self.request = request
      self.standing = standing
      self.round = round
    }
  }

  private var entries: [String: Entry] = [:]
  /// The current look at all names, and how many entries it has not come by yet.
  private var round: UInt32 = 0
  private var unseen = 0
  /// What is set for queues and pools.
  private(set) var config: SpoolConfig
  /// Who starts next.
  private(set) var starts: StartQueue
  /// Instants of the calendar, on the wall clock.
  private var calendar = AlarmHeap()
  /// Lengths of time, on the clock that is never set.
  private var elapsed = Alarms()
  /// How many jobs have an attempt starting or running.
  private(set) var liveCount = 0
  /// Jobs that run after others, by those.
  private var children: [String: Set<String>] = [:]
  /// Jobs of whose ends others have to hear, by those.
  private var parents: [String: [String]] = [:]
  /// Jobs one of whose parents has ended or is gone.
  private var bereaved: Set<String> = []
  /// Jobs that have come to wait for files.
  private var watching: Set<String> = []
  /// Jobs that are due and whose files do not say so yet.
  private var unrecorded: [String] = []
  /// The clock of `elapsed`, in milliseconds.
  private let boot: () -> Int64
  /// When a firing comes due that a busy job does not wait with; nil: none does.
  private let replacement: (JobState) -> Instant?

  /// - Parameters:
  ///   - boot: a virtual clock for lengths of time.
  ///   - replacement: when a firing comes due that stops a run of a job (`overlap`); nil: none does.
  init(
    _ config: SpoolConfig = SpoolConfig(),
    boot: @escaping () -> Int64 = { Clock.boot.milliseconds },
    replacement: @escaping (JobState) -> Instant? = { _ in nil }
  ) {
    starts = StartQueue(config)
    self.config = config
    self.boot = boot
    self.replacement = replacement
  }

  /// Makes room, once, for as many jobs as there are.
  mutating func reserveCapacity(_ count: Int) { entries.reserveCapacity(count) }

  /// Goes by other settings of queues and pools.
  mutating func configure(_ config: SpoolConfig) {
    self.config = config
    starts.configure(config)
  }

  var ids: some Sequence<String> { entries.keys }
  var count: Int { entries.count }
  func contains(_ id: String) -> Bool { entries[id] != nil }
  func standing(of id: String) -> Standing? { entries[id]?.standing }
  /// The next alarm on the wall clock, and that on the clock that is never set.
  var nextInstant: Int64? { calendar.next }
  var nextElapsed: Int64? { elapsed.next }
  /// Since when a job is ready to start; nil if it is not.
  func readySince(_ id: String) -> Instant? { entries[id]?.readySince }

  /// Whether nothing is under way and nothing is to come within a time. What waits for other
  /// settings does not count.
  func isIdle(until instant: Int64) -> Bool {
    for (id, entry) in entries {
      switch entry.standing {
      case .held, .awaiting, .waiting, .watching, .foreign: break
      case .due, .queued: if !starts.isKeptBack(id) { return false }
      case .backoff, .live: return false
      }
    }
    return nextInstant.map { $0 > instant } ?? true
  }

  // MARK: Holding it against the names of files

  /// Begins to hold the table against the names of all files.
  mutating func beginRound() {
    round &+= 1
    unseen = entries.count
  }

  /// The file of a job is there.
  /// - Returns: whether the table has it, too.
  mutating func mark(_ id: String) -> Bool {
    guard let entry = entries[id] else { return false }
    if entry.round != round {
      entry.round = round
      unseen -= 1
    }
    return true
  }

  /// Ends the round.
  /// - Returns: jobs whose files have not been there.
  mutating func endRound() -> [String] {
    // Nearly always there is none, and then the others need not be gone through.
    if unseen == 0 { return [] }
    return entries.values.filter { $0.round != round }.map(\.request.id)
  }

  // MARK: Coming and going

  /// A job has ended, or is gone: those that run after it are to be looked at.
  mutating func forget(_ id: String) {
    if let followers = children[id] { bereaved.formUnion(followers) }
    if let entry = entries.removeValue(forKey: id) { leave(entry) }
    starts.remove(id)
    elapsed.clear(id)
  }

  private mutating func leave(_ entry: Entry) {
    let id = entry.request.id
    if entry.round != round { unseen -= 1 }
    if case .live = entry.standing { liveCount -= 1 }
    if parents.isEmpty { return }
    for parent in parents.removeValue(forKey: id) ?? [] {
      children[parent]?.remove(id)
      if children[parent]?.isEmpty == true { children[parent] = nil }
    }
  }

  /// Gives up what a job was about to start with.
  mutating func release(_ id: String) { starts.remove(id) }

  /// Frees the slot of a run whose end is about to be recorded.
  mutating func vacate(_ id: String) { starts.vacate(id) }

  /// Takes note of a job's state.
  mutating func register(_ state: JobState, now: Instant) {
    let id = state.id
    if state.isExec, !state.phase.isFinal { return set(state, .foreign) }
    switch state.phase {
    case .held: set(state, .held)
    case .awaiting: set(state, .awaiting)
    case .waiting where state.isWaitingForFiles:
      set(state, .watching)
      watching.insert(id)
    case .waiting(let until):
      set(state, .waiting)
      setAlarm(id, at: until)
    case .backoff(let attempt, let until):
      set(state, .backoff)
      // Never longer than the delay asked for, should the wall clock have been set back.
      let longest = state.spec.retry.wait(after: attempt.attempt - 1) ?? .zero
      let rest = max(.zero, min(until - now, longest))
      wake(id, in: rest)
      watchFirings(of: state, now: now)
    case .queued(let attempt):
      let since = entries[id]?.readySince
      set(state, .queued)
      entries[id]?.readySince = since ?? now
      starts.add(StartRequest(state), at: state.beginning(of: attempt).milliseconds)
    case .starting, .running:
      set(state, .live)
      starts.begin(StartRequest(state))
      watchFirings(of: state, now: now)
    case .succeeded, .failed, .cancelled, .expired: forget(id)
    }
  }

  /// Takes note of a job that waits for an instant, and of which nothing was known.
  mutating func register(_ job: WaitingJob) {
    let entry = Entry(job.request, .waiting, round: round)
    entry.alarm = job.until.milliseconds
    entries[job.id] = entry
    calendar.insert(job.id, number: job.request.number, at: job.until.milliseconds)
  }

  private mutating func setAlarm(_ id: String, at instant: Instant) {
    guard let entry = entries[id] else { return }
    entry.alarm = instant.milliseconds
    calendar.insert(id, number: entry.request.number, at: instant.milliseconds)
  }

  /// Between two looks at a firing that is due and cannot be acted on, as by a daemon that is about
  /// to leave.
  private static let patience = TimeSpan(milliseconds: 1000)

  private mutating func watchFirings(of state: JobState, now: Instant) {
    guard let instant = replacement(state) else { return }
    setAlarm(state.id, at: instant > now ? instant : now + JobTable.patience)
  }

  /// Sets an alarm after a length of time for a job that is known.
  mutating func wake(_ id: String, in span: TimeSpan) {
    guard let entry = entries[id] else { return }
    elapsed.set(id, number: entry.request.number, at: boot() + span.milliseconds)
  }

  private mutating func set(_ state: JobState, _ standing: Standing) {
    let id = state.id
    elapsed.clear(id)
    if let old = entries.updateValue(
      Entry(StartRequest(state), standing, round: round), forKey: id)
    {
      leave(old)
    }
    switch standing {
    case .held, .awaiting: if !state.spec.after.isEmpty { follow(state) }
    case .waiting, .watching, .backoff, .due, .queued, .live, .foreign: break
    }
    switch standing {
    // Whoever sets these tells the queue itself: nothing is let go on the way from there to the run.
    case .queued: break
    case .live: liveCount += 1
    case .held, .awaiting, .waiting, .watching, .backoff, .due, .foreign: starts.remove(id)
    }
  }

  private mutating func follow(_ state: JobState) {
    let open = state.openParents.map(\.job)
    parents[state.id] = open
    for parent in open { children[parent, default: []].insert(state.id) }
  }

  /// Whether a live job is to hear of the end of a job.
  func isAwaited(_ id: String) -> Bool { children[id] != nil }

  /// Jobs to be looked at because one that they run after has ended or is gone, in the order in
  /// which they are to start: what is decided first is started first.
  mutating func takeBereaved() -> [String] {
    defer { bereaved = [] }
    let requests = bereaved.compactMap { entries[$0]?.request }
    return requests.sorted { ($1.priority, $0.number) < ($0.priority, $1.number) }.map(\.id)
  }

  /// Takes the job that is to start next. What it needs is its own from now on, until it is known
  /// to do something else than start.
  /// - Parameter hasSlot: whether the daemon has a slot left.
  mutating func popReady(hasSlot: Bool = true) -> String? { starts.popFirst(hasSlot: hasSlot) }

  /// Somebody who is no run of this daemon has a lock, or has it no longer.
  mutating func closeLock(_ name: String) { starts.close(name) }
  mutating func openLock(_ name: String) { starts.open(name) }

  /// Puts a job back whose turn has come to nothing for now.
  mutating func putBack(_ state: JobState) {
    var at = state.phase.due
    if case .queued(let attempt) = state.phase { at = state.beginning(of: attempt) }
    starts.putBack(StartRequest(state), at: at?.milliseconds ?? 0)
  }

  private mutating func becomeDue(_ id: String, now: Instant) {
    guard let entry = entries[id] else { return }
    entry.standing = .due
    entry.readySince = now
    starts.add(entry.request, at: now.milliseconds)
    unrecorded.append(id)
  }

  /// Jobs that want to be looked at because their alarm went off: a live one, or one in
  /// the middle of something. Jobs that have come due go into the queue instead.
  mutating func ring(now: Instant) -> [String] {
    var others: [String] = []
    let entries = entries
    while let id = calendar.pop(now: now.milliseconds, current: { entries[$0]?.alarm }) {
      guard let entry = entries[id] else { continue }
      entry.alarm = Entry.never
      switch entry.standing {
      // A firing that it does not wait with.
      case .live, .backoff: others.append(id)
      case .held, .awaiting, .waiting, .watching, .due, .queued, .foreign:
        becomeDue(id, now: now)
      }
    }
    while let id = elapsed.pop(now: boot()) {
      guard case .backoff? = entries[id]?.standing else {
        others.append(id)
        continue
      }
      becomeDue(id, now: now)
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
