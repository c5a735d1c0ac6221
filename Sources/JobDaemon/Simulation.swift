// A span of time lived through on a virtual clock: the daemon's transitions, queue and slots, but
// nothing is started and nothing is written. Every run succeeds after a given time.

public import JobCore
internal import JobSpool
internal import LinuxIO

/// Jobs on a virtual world.
public struct Simulation {
  /// A job to be simulated.
  public struct Job {
    public fileprivate(set) var state: JobState
    let schedule: Schedule
    let duration: TimeSpan
    /// What there is to say of it so far.
    public fileprivate(set) var tally = Tally()
    /// The end of its run before: nothing waits for a slot that its own run keeps.
    fileprivate var freeSince = Instant(milliseconds: .min)
    fileprivate var endedAt: Instant?
    /// When the run that is under way is to end.
    fileprivate var endsAt: Int64?
    /// When it began to run without a pause.
    fileprivate var busySince = Instant(milliseconds: .max)

    /// - Parameter duration: how long each of its runs takes.
    public init(_ state: JobState, _ schedule: Schedule, duration: TimeSpan) {
      self.state = state
      self.schedule = schedule
      self.duration = duration
    }
  }

  /// What became of one job's firings.
  public struct Tally: Hashable, Sendable {
    /// Runs that began.
    public var runs = 0
    /// Runs after which firings had come due that found the job busy.
    public var overlaps = 0
    /// Runs that waited for a slot.
    public var waits = 0
    public var longestWait = TimeSpan.zero
    /// Decisions to pass firings over.
    public var skips = 0
    /// It has ended and never ran.
    public var neverFires = false
  }

  /// What can happen.
  public enum Kind: String, CaseIterable, Sendable {
    /// A run begins when it is due.
    case fires
    /// A run begins after it has waited for a slot.
    case waits
    /// Firings came due while the job was busy.
    case overlaps
    /// Firings were missed in an outage; a run is for them.
    case late
    case skips
    /// The job has reached a final phase.
    case ends
  }

  /// Something that happened.
  public struct Event {
    public let at: Instant
    public let kind: Kind
    public let job: JobState
    /// What there is to say beyond the kind; may be empty.
    public let detail: String
  }

  /// What the table asks, too.
  private final class World {
    var milliseconds: Int64 = 0
    var schedules: [String: Schedule] = [:]
  }

  private struct End: Comparable {
    let at: Int64
    let number: Int
    let id: String

    static func < (left: End, right: End) -> Bool {
      (left.at, left.number) < (right.at, right.number)
    }
  }

  private var jobs: [String: Job] = [:]
  private let slots: Int
  private let outages: [Range<Instant>]
  private let world = World()
  private var table: JobTable
  private var ends = Heap<End>()
  private let report: (Event) throws -> Void

  /// - Parameters:
  ///   - slots: runs at the same time.
  ///   - config: queues and pools.
  ///   - outages: spans in which no daemon is there; what is under way goes on.
  ///   - report: told everything that happens, in its order.
  public init(
    slots: Int, config: SpoolConfig = SpoolConfig(), outages: [Range<Instant>] = [],
    report: @escaping (Event) throws -> Void
  ) {
    self.slots = slots
    self.outages = outages
    self.report = report
    table = JobTable(
      config, boot: { [world] in world.milliseconds },
      replacement: { [world] state in world.schedules[state.id].flatMap { state.replacement($0) } })
  }

  private var now: Instant { Instant(milliseconds: world.milliseconds) }

  /// Lives from one instant through another with jobs that were submitted at its beginning.
  /// - Returns: the jobs as they are then, by number.
  public mutating func run(_ all: [Job], from start: Instant, through end: Instant) throws -> [Job]
  {
    world.milliseconds = start.milliseconds
    for job in all {
      jobs[job.state.id] = job
      world.schedules[job.state.id] = job.schedule
      jobs[job.state.id]?.freeSince = start
      table.register(job.state, now: now)
      try tell(of: job.state.id, before: nil)
    }
    passOutages()
    while world.milliseconds <= end.milliseconds {
      while let ending = ends.first, ending.at <= world.milliseconds {
        _ = ends.popFirst()
        guard jobs[ending.id]?.endsAt == ending.at else { continue }
        try finish(ending.id, at: Instant(milliseconds: ending.at))
      }
      for id in table.ring(now: now) { try replaceRun(of: id) }
      try dispatch()
      guard let next = nextInstant else { break }
      world.milliseconds = max(next, world.milliseconds)
      passOutages()
    }
    return jobs.values.sorted { $0.state.number < $1.state.number }
  }

  /// Moves the clock to where a daemon is there.
  private mutating func passOutages() {
    while let outage = outages.first(where: { $0.contains(now) }) {
      world.milliseconds = outage.upperBound.milliseconds
      // What begins now has waited for a daemon, not for a slot.
      for id in jobs.keys { jobs[id]?.freeSince = outage.upperBound }
    }
  }

  private var nextInstant: Int64? {
    [table.nextInstant, table.nextElapsed, ends.first?.at].compactMap { $0 }.min()
  }

  private mutating func dispatch() throws {
    while table.liveCount < slots, let id = table.popReady() {
      try become(due: id)
      guard case .queued(let attempt)? = jobs[id]?.state.phase else { continue }
      try apply(.launch, to: id)
      try apply(.supervised, to: id)
      try begin(id, attempt)
    }
    for id in table.takeUnrecorded(limit: .max) { try become(due: id) }
  }

  private mutating func become(due id: String) throws {
    guard let phase = jobs[id]?.state.phase, let due = phase.due, due <= now else { return }
    try apply(.due, to: id)
  }

  private mutating func begin(_ id: String, _ attempt: Attempt) throws {
    guard let job = jobs[id] else { return }
    let begin = now
    if job.endedAt != begin { jobs[id]?.busySince = begin }
    let end = (now + job.duration).milliseconds
    ends.insert(End(at: end, number: job.state.number, id: id))
    jobs[id]?.endsAt = end
    jobs[id]?.tally.runs += 1
    // What it waited for its own earlier run is an overlap, and told as such.
    let wait = now - max(job.state.beginning(of: attempt), job.freeSince)
    let rule = attempt.rule.map { "\($0) by daylight saving" } ?? ""
    guard wait > .zero else { return try tell(.fires, id, rule) }
    jobs[id]?.tally.waits += 1
    let longest = max(job.tally.longestWait, wait)
    jobs[id]?.tally.longestWait = longest
    try tell(
      .waits, id,
      "\(wait) for a slot\(job.state.spec.locks.isEmpty ? "" : " or a lock")"
        + (job.state.spec.needs.isEmpty ? "" : " or a pool")
        + (rule.isEmpty ? "" : "; \(rule)"))
  }

  /// A firing stops the run of its job, which takes no time here.
  private mutating func replaceRun(of id: String) throws {
    guard let job = jobs[id], let due = job.state.replacement(job.schedule), due <= now else {
      return
    }
    try apply(.due, to: id)
    guard let request = jobs[id]?.state.cancelRequest else { return }
    try finish(id, .cancelled(reason: request.reason), at: now)
  }

  private mutating func finish(
    _ id: String, _ kind: Outcome.Kind? = nil, at end: Instant
  ) throws {
    guard let job = jobs[id], let attempt = job.state.phase.liveAttempt else { return }
    let outcome = Outcome(
      kind ?? .exited(code: job.state.spec.successfulReturnCodes.first ?? 0), of: attempt,
      startedAt: end - job.duration, endedAt: end)
    jobs[id]?.endedAt = end
    jobs[id]?.endsAt = nil
    jobs[id]?.freeSince = max(job.freeSince, end)
    try apply(.ended(ExitRecord(outcome)), to: id)
  }

  private mutating func apply(_ event: JobEvent, to id: String) throws {
    guard let job = jobs[id] else { return }
    let next = try job.state.applying(event, schedule: job.schedule, at: now)
    jobs[id]?.state = next
    table.register(next, now: now)
    try tell(of: id, before: job.state)
  }

  /// Tells the decisions that a transition has added.
  private mutating func tell(of id: String, before: JobState?) throws {
    guard let state = jobs[id]?.state else { return }
    for decision in HistoryEntry.entries(from: before, to: state).map(\.decision) {
      switch decision.kind {
      case .late:
        let isOverlap = isForFiringDuringRuns(id)
        if isOverlap { jobs[id]?.tally.overlaps += 1 }
        try tell(isOverlap ? .overlaps : .late, id, decision.reason)
      case .skipped:
        jobs[id]?.tally.skips += 1
        try tell(.skips, id, decision.reason)
      case .expired:
        jobs[id]?.tally.neverFires = true
        try tell(.ends, id, decision.reason)
      case .finished: try tell(.ends, id, decision.reason)
      default: break
      }
    }
  }

  /// Whether what is due now came due while the job was running.
  private func isForFiringDuringRuns(_ id: String) -> Bool {
    guard let job = jobs[id], case .queued(let next) = job.state.phase, let end = job.endedAt
    else { return false }
    let due = job.state.beginning(of: next)
    return due >= job.busySince && due <= end
  }

  private func tell(_ kind: Kind, _ id: String, _ detail: String) throws {
    guard let job = jobs[id] else { return }
    try report(Event(at: now, kind: kind, job: job.state, detail: detail))
  }
}
