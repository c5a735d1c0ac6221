// A span of time lived through on a virtual clock: the daemon's transitions, queue and slots, but
// nothing is started and nothing is written. Every run succeeds after a given time.

public import JobCore
internal import JobSpool
internal import LinuxIO

/// Jobs on a virtual clock.
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

  private final class VirtualClock { var milliseconds: Int64 = 0 }

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
  private let clock = VirtualClock()
  private var table: JobTable
  private var ends = Heap<End>()
  private let report: (Event) throws -> Void

  /// - Parameters:
  ///   - slots: runs at the same time.
  ///   - report: told everything that happens, in its order.
  public init(slots: Int, report: @escaping (Event) throws -> Void) {
    self.slots = slots
    self.report = report
    table = JobTable { [clock] in clock.milliseconds }
  }

  private var now: Instant { Instant(milliseconds: clock.milliseconds) }

  /// Lives from one instant through another with jobs that were submitted at its beginning.
  /// - Returns: the jobs as they are then, by number.
  public mutating func run(_ all: [Job], from start: Instant, through end: Instant) throws -> [Job]
  {
    clock.milliseconds = start.milliseconds
    for job in all {
      jobs[job.state.id] = job
      jobs[job.state.id]?.freeSince = start
      table.register(job.state, now: now)
      try tell(of: job.state.id, before: nil)
    }
    try dispatch()
    while let next = nextInstant, next <= end.milliseconds {
      clock.milliseconds = max(next, clock.milliseconds)
      while let ending = ends.first, ending.at <= clock.milliseconds {
        _ = ends.popFirst()
        try finish(ending.id)
      }
      _ = table.ring(now: now)
      try dispatch()
    }
    return jobs.values.sorted { $0.state.number < $1.state.number }
  }

  private var nextInstant: Int64? {
    [table.calendar.next, table.elapsed.next, ends.first?.at].compactMap { $0 }.min()
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
    ends.insert(
      End(at: (now + job.duration).milliseconds, number: job.state.number, id: id))
    jobs[id]?.tally.runs += 1
    // What it waited for its own earlier run is an overlap, and told as such.
    let wait = now - max(job.state.beginning(of: attempt), job.freeSince)
    let rule = attempt.rule.map { "\($0) by daylight saving" } ?? ""
    guard wait > .zero else { return try tell(.fires, id, rule) }
    jobs[id]?.tally.waits += 1
    let longest = max(job.tally.longestWait, wait)
    jobs[id]?.tally.longestWait = longest
    try tell(.waits, id, "\(wait) for a slot" + (rule.isEmpty ? "" : "; \(rule)"))
  }

  private mutating func finish(_ id: String) throws {
    guard let job = jobs[id], let attempt = job.state.phase.liveAttempt else { return }
    let outcome = Outcome(
      .exited(code: job.state.spec.successfulReturnCodes.first ?? 0), of: attempt,
      startedAt: now - job.duration, endedAt: now)
    let end = now
    jobs[id]?.freeSince = end
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
    for (_, decision) in Spool.newDecisions(from: before, to: state) {
      switch decision.kind {
      case .late where before?.phase.liveAttempt != nil:
        jobs[id]?.tally.overlaps += 1
        try tell(.overlaps, id, decision.reason)
      case .skipped:
        jobs[id]?.tally.skips += 1
        try tell(.skips, id, decision.reason)
      case .expired:
        jobs[id]?.tally.neverFires = true
        try tell(.ends, id, decision.reason)
      case .finished: try tell(.ends, id, decision.reason)
      case .submitted, .due, .started, .late, .retried, .ended, .cancelled, .rerun, .held,
        .released:
        break
      }
    }
  }

  private func tell(_ kind: Kind, _ id: String, _ detail: String) throws {
    guard let job = jobs[id] else { return }
    try report(Event(at: now, kind: kind, job: job.state, detail: detail))
  }
}
