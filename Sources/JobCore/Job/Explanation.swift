// Why a job stands where it stands: one answer for people, and what it waits for as data. A pure
// function of its state and of what there is around it; why things went as they did before is in
// its decisions.

/// The answer to "why is it not running", or "why is it".
public struct Explanation: Sendable {
  /// Something that a job waits for.
  public enum Obstacle: Hashable, Sendable {
    /// Nobody is there to start anything.
    case noDaemon
    /// The daemon starts nothing for now, and says why.
    case daemon(notice: String)
    /// A lock, and the run that has it.
    case lock(String, Surroundings.Holder)
    /// A lock that somebody has who is no run; nil: who it is is not known.
    case outsideLock(String, LockRecord?)
    /// Another setting: its queue is paused, or there is not as much as it needs.
    case setting(reason: String)
    /// A free slot of its queue.
    case queue(String, slots: Int)
    /// Its part of a pool, of which so much is in use.
    case pool(String, needed: Int, used: Int, size: Int)
    /// A free slot, while so many runs are under way.
    case slot(underWay: Int)
    case time(Instant)
    /// The end of another job, and what is known of it.
    case parent(Parent, ParentSight?)
    case file
    /// Somebody has to release it.
    case release
    /// Slurm, and why it gets nowhere there.
    case slurm(SlurmStanding, fault: String?)
  }

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
      obstacles.append(.release)
      answer = Explanation.held(state, attempt)
    case .awaiting:
      obstacles += state.openParents.map { .parent($0, parents[$0.job]) }
      answer = "it \(state.waitForParents(parents))" + Explanation.absence(surroundings)
    case .waiting(let until):
      obstacles.append(state.isWaitingForFiles ? .file : .time(until))
      answer = Explanation.waiting(state, schedule, until, surroundings, now)
    case .queued(let attempt):
      if obstacles.isEmpty {
        obstacles = Explanation.ahead(of: state, surroundings)
      } else if let reason = surroundings.config.obstacle(to: state.spec) {
        obstacles.append(.setting(reason: reason))
      }
      answer = Explanation.queued(attempt, obstacles)
    case .starting(let attempt) where attempt.engine == .slurm:
      let standing = surroundings.slurm ?? SlurmStanding()
      obstacles.append(.slurm(standing, fault: surroundings.engineFault))
      answer =
        standing.sentence(attempt)
        + (surroundings.engineFault.map { "; but Slurm gets nowhere: \($0)" } ?? "")
    case .starting(let attempt):
      answer = "run \(attempt.run), attempt \(attempt.attempt) is being started"
    case .running(let attempt):
      let place = surroundings.slurm?.id.map { ", as job \($0) of Slurm" } ?? ""
      answer = Explanation.running(state, attempt) + place
    case .backoff(let attempt, let until):
      obstacles.append(.time(until))
      let last = state.lastOutcome.map { "; attempt \($0.attempt) ended with \($0.summary)" } ?? ""
      let rest = until > now ? ", in \((until - now).roughly)" : ""
      answer =
        "attempt \(attempt.attempt) of \(state.spec.retry.count + 1) begins at "
        + "\(until.rfc3339)\(rest)\(last)"
        + (state.isExec ? "" : Explanation.absence(surroundings))
    case .succeeded:
      answer = "its last run succeeded, and " + Explanation.end(state, schedule)
    case .failed(let reason) where state.isUnmet: answer = "it did not begin: \(reason)"
    case .failed(let reason) where state.lastOutcome == nil:
      answer = "it failed before its first attempt: \(reason)"
    case .failed(let reason):
      answer =
        "its last run failed (\(reason)) after \(state.attempts) of "
        + "\(state.spec.retry.count + 1) attempt(s), and " + Explanation.end(state, schedule)
    case .cancelled(let reason):
      let by = state.decisions.last { $0.kind == .cancelled }?.by.map { " by \($0)" } ?? ""
      let at = state.finishedAt.map { " at \($0.rfc3339)" } ?? ""
      answer = "it was cancelled\(by)\(at): \(reason)"
    case .expired(let reason): answer = "it has expired: \(reason)"
    }
    sentence = answer + Explanation.untold(state, surroundings)
    self.obstacles = obstacles
  }

  private static func held(_ state: JobState, _ attempt: Attempt?) -> String {
    let decision = state.decisions.last { $0.kind == .held }
    let by = decision?.by.map { " by \($0)" } ?? ""
    let at = decision.map { " since \($0.at.rfc3339)" } ?? ""
    let next = attempt.map { "run \($0.run) starts" } ?? "it goes on"
    return "it is held\(at)\(by); \(next) when somebody releases it"
  }

  private static func waiting(
    _ state: JobState, _ schedule: Schedule?, _ until: Instant, _ surroundings: Surroundings,
    _ now: Instant
  ) -> String {
    if let trouble = state.fileTrouble {
      return "it cannot look for files: \(trouble)" + absence(surroundings)
    }
    if let files = state.waitForFiles(until: until) { return "it \(files)" + absence(surroundings) }
    if until <= now { return "its next run was due at \(until.rfc3339)" + absence(surroundings) }
    var text = "its next run is at \(until.rfc3339), in \((until - now).roughly)"
    if let start = state.spec.startDate, start > now, start < until {
      text += "; its window begins at \(start.rfc3339)"
    }
    if let schedule,
      case .removed(let removal)? = state.preview(schedule, after: now, count: 1).first
    {
      let count = removal.count.map { $0 == 1 ? "a firing" : "\($0) firings" } ?? "firings"
      text += "; \(removal.rule) takes away \(count) before that"
    }
    return text + absence(surroundings)
  }

  /// What keeps a job that is due, with a daemon that starts what it can.
  private static func ahead(of state: JobState, _ surroundings: Surroundings) -> [Obstacle] {
    let config = surroundings.config
    let locks = state.spec.locks.compactMap { surroundings.obstacle(atLock: $0) }
    if state.isExec { return locks.isEmpty ? [.slot(underWay: 0)] : locks }
    if let reason = config.obstacle(to: state.spec) { return [.setting(reason: reason)] }
    var found = locks
    let queue = config.queue(of: state.spec)
    if let slots = config.queues[queue]?.slots, surroundings.underWayIn[queue, default: 0] >= slots
    {
      found.append(.queue(queue, slots: slots))
    }
    let needs = config.countedNeeds(state.spec.needs, on: config.engine(of: state.spec))
    for (pool, needed) in needs.sorted(by: { $0.key < $1.key }) {
      let (size, used) = (config.pools[pool] ?? 0, surroundings.used[pool, default: 0])
      if used + needed > size {
        found.append(.pool(pool, needed: needed, used: used, size: size))
      }
    }
    return found.isEmpty ? [.slot(underWay: surroundings.underWay)] : found
  }

  private static func queued(_ attempt: Attempt, _ obstacles: [Obstacle]) -> String {
    let due = "run \(attempt.run) is due since \(attempt.scheduledAt.rfc3339)"
    if obstacles == [.slot(underWay: 0)] { return "\(due) and about to be started" }
    if case .setting(let reason)? = obstacles.first { return "\(due), but \(reason)" }
    let reasons = obstacles.map { obstacle in
      switch obstacle {
      case .noDaemon: "for a daemon: none is running on this spool"
      case .daemon(let notice): "for the daemon, which starts nothing for now: \(notice)"
      case .lock(let name, let holder):
        "for lock \"\(name)\": run \(holder.run) of job \(holder.number) (\(holder.name)) has it"
          + (holder.since.map { " since \($0.rfc3339)" } ?? "")
      case .outsideLock(let name, let record):
        "for lock \"\(name)\": \(record?.who ?? "somebody") has it"
          + (record.map { " since \($0.since.rfc3339)" } ?? "")
      case .setting(let reason): "for another setting, since \(reason)"
      case .queue(let name, let slots):
        "for a slot of queue \"\(name)\", which has \(slots), all in use"
      case .pool(let name, let needed, let used, let size):
        "for \(needed) of pool \"\(name)\", of which \(used) of \(size) are in use"
      case .slot(let count): "for a free slot; \(count) run(s) are under way"
      case .time(let until): "until \(until.rfc3339)"
      case .parent(let parent, let sight): "for \(parent.explanation(sight))"
      case .file: "for a file"
      case .release: "to be released"
      case .slurm: "for Slurm"
      }
    }
    return "\(due) and waits \(reasons.joined(separator: ", and "))"
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

  private static func absence(_ surroundings: Surroundings) -> String {
    if !surroundings.hasDaemon { return "; but no daemon is running on this spool" }
    return surroundings.notice.map { "; but the daemon starts nothing for now: \($0)" } ?? ""
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

extension Explanation.Obstacle {
  var json: JSON {
    switch self {
    case .noDaemon: return ["kind": "daemon"]
    case .daemon(let notice): return ["kind": "daemon", "notice": .string(notice)]
    case .setting(let reason): return ["kind": "setting", "reason": .string(reason)]
    case .queue(let name, let slots):
      return ["kind": "queue", "name": .string(name), "slots": .number(JSONNumber(slots))]
    case .pool(let name, let needed, let used, let size):
      return [
        "kind": "pool", "name": .string(name), "needed": .number(JSONNumber(needed)),
        "used": .number(JSONNumber(used)), "size": .number(JSONNumber(size)),
      ]
    case .slot(let count): return ["kind": "slot", "underWay": .number(JSONNumber(count))]
    case .time(let until): return ["kind": "time", "until": .string(until.rfc3339)]
    case .parent(let parent, let sight):
      var members: JSONObject = [
        "kind": "parent", "id": .string(parent.job),
        "condition": .string(parent.condition.rawValue),
      ]
      if case .there(let number, let name, let phase)? = sight {
        members["number"] = .number(JSONNumber(number))
        members["name"] = .string(name)
        members["phase"] = .string(phase.word.rawValue)
      }
      return .object(members)
    case .file: return ["kind": "file"]
    case .release: return ["kind": "release"]
    case .slurm(let standing, let fault):
      var members = standing.json.object ?? [:]
      members["kind"] = "slurm"
      members["notice"] = fault.map { .string($0) }
      return .object(members)
    case .outsideLock(let name, let record):
      return ["kind": "lock", "name": .string(name), "holder": record?.json ?? .object([:])]
    case .lock(let name, let holder):
      var run: JSONObject = [
        "id": .string(holder.id), "number": .number(JSONNumber(holder.number)),
        "name": .string(holder.name), "run": .number(JSONNumber(holder.run)),
      ]
      run["since"] = holder.since.map { .string($0.rfc3339) }
      return ["kind": "lock", "name": .string(name), "holder": .object(run)]
    }
  }
}
