// Why a job stands where it stands: one answer for people, and what it waits for as data. A pure
// function of its state and of what there is around it; why things went as they did before is in
// its decisions.

/// The answer to "why is it not running", or "why is it".
public struct Explanation: Sendable {
  /// One sentence, or a few, without the job's name.
  public let sentence: String
  /// What has to come about before it starts; empty if it runs, or nothing follows.
  public let obstacles: [Obstacle]

  /// Explains where a job stands.
  /// - Parameters:
  ///   - schedule: of the job; nil if its zone is not known here.
  ///   - parents: what is known of jobs that it runs after, by their ids.
  public init(
    _ state: JobState, _ schedule: Schedule?, in surroundings: Surroundings,
    parents: [String: ParentSight] = [:], at now: Instant
  ) {
    var obstacles: [Obstacle] = []
    // What `jobrun exec` has waits for no daemon.
    if !state.phase.isFinal, state.phase.liveAttempt == nil, !state.isExec {
      if !surroundings.hasDaemon { obstacles.append(.noDaemon) }
      if let notice = surroundings.notice { obstacles.append(.daemon(notice: notice)) }
    }
    let answer: String
    switch state.phase {
    case .held(let attempt):
      let later = attempt == nil ? Explanation.later(state, schedule, parents, now) : []
      obstacles += [.release] + later
      answer = Explanation.held(state, attempt, later, parents)
    case .awaiting:
      let later = Explanation.later(state, schedule, parents, now)
      obstacles += later
      answer =
        "it \(state.waitForParents(parents))" + Explanation.times(later) + surroundings.absence
    case .waiting(let until):
      if state.isWaitingForFiles { obstacles.append(.file) }
      if !state.isWaitingForFiles || until > now { obstacles.append(.time(until)) }
      answer = Explanation.waiting(state, schedule, until, surroundings, now)
    case .queued(let attempt):
      obstacles += Explanation.ahead(of: state, surroundings)
      if obstacles.isEmpty {
        obstacles = [.slot(underWay: state.isExec ? 0 : surroundings.underWay)]
      }
      answer = Explanation.queued(state, attempt, obstacles)
    case .starting(let attempt), .running(let attempt):
      answer =
        Explanation.unattended(state, attempt, surroundings)
        ?? Explanation.live(state, attempt, surroundings)
      if case .starting = state.phase, attempt.engine == .slurm {
        obstacles.append(
          .slurm(surroundings.slurm ?? SlurmStanding(), fault: surroundings.engineFault))
      }
    case .backoff(let attempt, let until):
      obstacles.append(.time(until))
      let rest = until > now ? ", in \((until - now).roughly)" : ""
      answer =
        state.retryWords(attempt, until, now) + rest + state.lastAttemptWords
        + (state.isExec ? "" : surroundings.absence)
    case .succeeded:
      answer = "its last run succeeded, and " + Explanation.end(state, schedule)
    case .failed(let reason) where state.isUnmet: answer = "it did not begin: \(reason)"
    case .failed(let reason) where state.lastOutcome == nil:
      answer = "it failed before its first attempt: \(reason)"
    case .failed(let reason):
      answer =
        "its last run failed (\(reason)) after \(state.attempts) of "
        + (state.spec.retry.count + 1).counted("attempt") + ", and "
        + Explanation.end(state, schedule)
    case .cancelled(let reason):
      let by = state.decisions.last { $0.kind == .cancelled }?.by.map { " by \($0)" } ?? ""
      let at = state.finishedAt.map { " at \($0.rfc3339)" } ?? ""
      answer = "it was cancelled\(by)\(at): \(reason)"
    case .expired(let reason): answer = "it has expired: \(reason)"
    }
    sentence = answer + Explanation.untold(state, surroundings)
    self.obstacles = obstacles
  }

  private static func held(
    _ state: JobState, _ attempt: Attempt?, _ later: [Obstacle], _ parents: [String: ParentSight]
  ) -> String {
    let decision = state.decisions.last { $0.kind == .held }
    let by = decision?.by.map { " by \($0)" } ?? ""
    let at = decision.map { " since \($0.at.rfc3339)" } ?? ""
    var then = ""
    if let first = later.first {
      then = ", and then "
      if case .parent = first {
        then += state.waitForParents(parents) + times(later)
      } else {
        then += "waits " + words(later)
      }
    }
    return "it is held\(at)\(by); \(JobState.releaseWords(attempt))\(then)"
  }

  private static func words(_ obstacles: [Obstacle]) -> String {
    obstacles.map(\.words).joined(separator: ", and ")
  }

  /// The instants among what is waited for, behind something else.
  private static func times(_ obstacles: [Obstacle]) -> String {
    let times = obstacles.filter { if case .parent = $0 { false } else { true } }
    return times.isEmpty ? "" : ", and " + words(times)
  }

  /// What a job waits for that has begun nothing, once it is released.
  private static func later(
    _ state: JobState, _ schedule: Schedule?, _ parents: [String: ParentSight], _ now: Instant
  ) -> [Obstacle] {
    let open = state.openParents
    let waits = open.map { Obstacle.parent($0, parents[$0.job]) }
    if state.spec.fileTrigger != nil { return waits + [.file] }
    if !open.isEmpty, state.spec.runImmediately { return waits }
    var start = state.spec.startDate
    if let schedule, schedule.isRecurring {
      let next = schedule.next(after: max(state.cursor, now - state.startDelay))
      start = next?.instant
    }
    guard let due = start.map({ $0 + state.startDelay }), due > now else { return waits }
    return waits + [.time(due)]
  }

  private static func waiting(
    _ state: JobState, _ schedule: Schedule?, _ until: Instant, _ surroundings: Surroundings,
    _ now: Instant
  ) -> String {
    if let files = state.waitForFiles(until: until) { return "it \(files)" + surroundings.absence }
    if until <= now {
      return state.nextRunWords(until, now) + surroundings.absence
    }
    var text = state.nextRunWords(until, now) + ", in \((until - now).roughly)"
    if state.startDelay > .zero { text += "; jitter puts it off by \(state.startDelay.roughly)" }
    if let start = state.spec.startDate, start > now, start < until {
      text += "; its window begins at \(start.rfc3339)"
    }
    if let schedule,
      case .removed(let removal)? = state.preview(schedule, after: now, count: 1).first
    {
      let count = removal.count.map { $0 == 1 ? "a firing" : "\($0) firings" } ?? "firings"
      text += "; \(removal.rule) takes away \(count) before that"
    }
    return text + surroundings.absence
  }

  /// What keeps a job that is due, but for the daemon and its slots.
  private static func ahead(of state: JobState, _ surroundings: Surroundings) -> [Obstacle] {
    let shared = surroundings.shared(by: state)
    if state.isExec { return shared }
    let config = surroundings.config
    if let reason = config.obstacle(to: state.spec) { return [.setting(reason: reason)] + shared }
    let queue = config.queue(of: state.spec)
    guard let slots = config.queues[queue]?.slots,
      surroundings.underWayIn[queue, default: 0] >= slots
    else { return shared }
    return shared + [.queue(queue, slots: slots)]
  }

  private static func queued(
    _ state: JobState, _ attempt: Attempt, _ obstacles: [Obstacle]
  ) -> String {
    let due = state.dueWords(attempt)
    if obstacles == [.slot(underWay: 0)] { return "\(due) and about to be started" }
    var reason: String?
    let others = obstacles.filter { obstacle in
      guard case .setting(let text) = obstacle else { return true }
      reason = text
      return false
    }
    let waits = others.isEmpty ? "" : "waits \(words(others))"
    guard let reason else { return "\(due) and \(waits)" }
    return "\(due), but \(reason)" + (others.isEmpty ? "" : "; besides, it \(waits)")
  }

  /// A run that nobody is at work on; nil if somebody is.
  private static func unattended(
    _ state: JobState, _ attempt: Attempt, _ surroundings: Surroundings
  ) -> String? {
    let what = "run \(attempt.run), attempt \(attempt.attempt)"
    let daemon = surroundings.hasDaemon ? "the daemon" : "a daemon"
    switch surroundings.verdict {
    case .lost(let reason, _)?:
      return "the supervisor of \(what) is gone; \(daemon) will record it as lost (\(reason))"
    case .giveUp?, .launch?:
      return
        "the supervisor of \(what) is gone before it began anything; \(daemon) will see to it"
    case .apply?, .adopt?, nil: return nil
    }
  }

  private static func live(
    _ state: JobState, _ attempt: Attempt, _ surroundings: Surroundings
  ) -> String {
    guard case .starting = state.phase else {
      let place = surroundings.slurm?.id.map { ", as job \($0) of Slurm" } ?? ""
      return running(state, attempt) + place
    }
    guard attempt.engine == .slurm else {
      return "run \(attempt.run), attempt \(attempt.attempt) is being started"
    }
    return (surroundings.slurm ?? SlurmStanding()).sentence(attempt)
      + (surroundings.engineFault.map { "; but Slurm gets nowhere: \($0)" } ?? "")
  }

  private static func running(_ state: JobState, _ attempt: Attempt) -> String {
    if let request = state.cancelRequest {
      return "run \(attempt.run) was asked to stop at \(request.at.rfc3339): "
        + request.explanation
    }
    let hold = state.holdRequested ? "; it is to be held after this run" : ""
    let tries = attempt.attempt > 1 ? ", attempt \(attempt.attempt)," : ""
    let since = state.decisions.last { $0.kind == .started }.map { " since \($0.at.rfc3339)" } ?? ""
    // A job without a schedule needs no reason to run.
    let isPlain = attempt.origin == .schedule && state.spec.quartz.isEmpty
    let why = isPlain ? "" : ", \(attempt.origin.explanation)"
    return "run \(attempt.run)\(tries) is running\(since)\(why)\(hold)"
  }

  /// What hooks have not been told of yet: a job that has ended stays among those that live for it.
  private static func untold(_ state: JobState, _ surroundings: Surroundings) -> String {
    guard let oldest = state.pendingHooks.first else { return "" }
    let more = state.pendingHooks.count - 1
    let rest = more > 0 ? " and \(more) later event(s)" : ""
    return "; its hooks are still to be told of \(oldest.event.rawValue) at "
      + "\(oldest.at.rfc3339)\(rest)"
      + (state.phase.isFinal && !state.isExec && !surroundings.hasDaemon
        ? ", which takes a daemon" : "")
  }

  /// Why nothing follows a last run.
  private static func end(_ state: JobState, _ schedule: Schedule?) -> String {
    if state.spec.fileTrigger != nil { return "no more files are looked for" }
    if schedule?.isRecurring != true { return "it has no schedule that goes on" }
    return state.spec.runOnce ? "it is to run once" : "its schedule has no firing left"
  }
}

extension RunOrigin {
  /// Why the run takes place, in words.
  fileprivate var explanation: String {
    switch self {
    case .schedule: "as its schedule says"
    case .immediate: "at once, as runImmediately says"
    case .file: "for a file that has come"
    case .rerun: "on request"
    default: rawValue
    }
  }
}

extension TimeSpan {
  /// The two largest units: nobody plans two days ahead in milliseconds.
  fileprivate var roughly: TimeSpan {
    let units: [Int64] = [86_400_000, 3_600_000, 60_000, 1000, 1]
    for (large, small) in zip(units, units.dropFirst()) where milliseconds >= large {
      return TimeSpan(milliseconds: milliseconds - milliseconds % (large == 1000 ? 1000 : small))
    }
    return self
  }
}

extension Explanation {
  /// What `why --json` prints of a job (man/jobrun.1).
  public func json(of state: JobState) -> JSON {
    [
      "id": .string(state.id), "number": .number(JSONNumber(state.number)),
      "name": .string(state.spec.name), "phase": .string(state.phase.word.rawValue),
      "why": .string(sentence), "waitsFor": .array(obstacles.map(\.json)),
      "decisions": .array(state.decisions.map(\.json)),
    ]
  }
}
