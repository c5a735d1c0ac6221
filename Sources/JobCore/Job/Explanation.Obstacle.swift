// What a job waits for, one thing at a time: in words, and as `why --json` prints it (man/jobrun.1).

extension Explanation {
  /// Something that a job waits for.
  public enum Obstacle: Hashable, Sendable {
    /// Nobody is there to start anything.
    case noDaemon
    /// The daemon starts nothing for now, and says why.
    case daemon(notice: String)
    /// A lock, and the run that has it; and a job that waits for it too, and goes first.
    case lock(String, Surroundings.Holder, keptFor: Surroundings.Waiter?)
    /// The same of a lock that somebody has who is no run; nil: who it is is not known.
    case outsideLock(String, LockRecord?, keptFor: Surroundings.Waiter?)
    /// The same of a lock that nobody has now.
    case keptLock(String, Surroundings.Waiter)
    /// Another setting: its queue is paused, or there is not as much as it needs.
    case setting(reason: String)
    /// A free slot of its queue.
    case queue(String, slots: Int)
    /// Its part of a pool, of which so much is in use; and a job that waits for it too, and goes
    /// first.
    case pool(String, needed: Int, used: Int, size: Int, keptFor: Surroundings.Waiter?)
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
}

extension Surroundings.Waiter {
  fileprivate var words: String { "job \(number) (\(name))" }

  fileprivate var json: JSON {
    ["id": .string(id), "number": .number(JSONNumber(number)), "name": .string(name)]
  }
}

extension Explanation.Obstacle {
  /// What follows "waits".
  var words: String {
    switch self {
    case .noDaemon: return "for a daemon: none is running on this spool"
    case .daemon(let notice):
      return "for the daemon, which starts nothing for now: \(notice)"
    case .lock(let name, let holder, let waiter):
      return
        "for lock \"\(name)\": run \(holder.run) of job \(holder.number) (\(holder.name)) has it"
        + (holder.since.map { " since \($0.rfc3339)" } ?? "") + Explanation.Obstacle.before(waiter)
    case .outsideLock(let name, let record, let waiter):
      return "for lock \"\(name)\": \(record?.who ?? "somebody") has it"
        + (record.map { " since \($0.since.rfc3339)" } ?? "")
        + Explanation.Obstacle.before(waiter)
    case .keptLock(let name, let waiter):
      return "for lock \"\(name)\", which is kept for \(waiter.words)"
    case .setting(let reason): return "for another setting, since \(reason)"
    case .queue(let name, let slots):
      return "for a slot of queue \"\(name)\", which has \(slots), all in use"
    case .pool(let name, let needed, let used, let size, let waiter):
      return "for \(needed) of pool \"\(name)\", of which \(used) of \(size) are in use"
        + Explanation.Obstacle.before(waiter)
    case .slot(let count):
      return "for a free slot; \(count.counted("run")) \(count == 1 ? "is" : "are") under way"
    case .time(let until): return "until \(until.rfc3339)"
    case .parent(let parent, let sight): return "for \(parent.explanation(sight))"
    case .file: return "for a file"
    case .release: return "to be released"
    case .slurm: return "for Slurm"
    }
  }

  private static func before(_ waiter: Surroundings.Waiter?) -> String {
    waiter.map { ", and \($0.words) goes first" } ?? ""
  }

  var json: JSON {
    switch self {
    case .noDaemon: return ["kind": "daemon"]
    case .daemon(let notice): return ["kind": "daemon", "notice": .string(notice)]
    case .setting(let reason): return ["kind": "setting", "reason": .string(reason)]
    case .queue(let name, let slots):
      return ["kind": "queue", "name": .string(name), "slots": .number(JSONNumber(slots))]
    case .pool(let name, let needed, let used, let size, let waiter):
      var members: JSONObject = [
        "kind": "pool", "name": .string(name), "needed": .number(JSONNumber(needed)),
        "used": .number(JSONNumber(used)), "size": .number(JSONNumber(size)),
      ]
      members["keptFor"] = waiter?.json
      return .object(members)
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
    case .outsideLock(let name, let record, let waiter):
      return Explanation.Obstacle.lock(name, holder: record?.json ?? .object([:]), waiter)
    case .keptLock(let name, let waiter):
      return Explanation.Obstacle.lock(name, holder: nil, waiter)
    case .lock(let name, let holder, let waiter):
      var run: JSONObject = [
        "id": .string(holder.id), "number": .number(JSONNumber(holder.number)),
        "name": .string(holder.name), "run": .number(JSONNumber(holder.run)),
      ]
      run["since"] = holder.since.map { .string($0.rfc3339) }
      return Explanation.Obstacle.lock(name, holder: .object(run), waiter)
    }
  }

  private static func lock(_ name: String, holder: JSON?, _ waiter: Surroundings.Waiter?) -> JSON {
    var members: JSONObject = ["kind": "lock", "name": .string(name)]
    members["holder"] = holder
    members["keptFor"] = waiter?.json
    return .object(members)
  }
}
