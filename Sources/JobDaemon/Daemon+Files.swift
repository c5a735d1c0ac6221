// Jobs that wait for files: looking for them in slices, letting the transitions decide on what was
// seen, and moving a file before its run begins.

internal import JobCore
internal import JobSpool
internal import LinuxIO

extension Daemon {
  /// How long all looks of one turn may take, in milliseconds; the loop has others to serve.
  private static let lookTime: Int64 = 10

  /// Looks for the files of some of the jobs that wait for them.
  func lookForFiles(at now: Instant) throws -> [Pending] {
    for id in table.takeWatching() { files.lookNow(id) }
    var pending: [Pending] = []
    let end = Clock.boot.milliseconds + Daemon.lookTime
    while pending.count < batch, let id = files.popLook(at: now) {
      let left = end - Clock.boot.milliseconds
      if let change = alone(id, { try lookForFiles(of: id, at: now, for: max(left, 1)) }) {
        pending.append(Pending(change: change, action: .none))
      }
      if left <= 0 { break }
    }
    return pending
  }

  /// Looks for one job's files.
  private func lookForFiles(
    of id: String, at now: Instant, for milliseconds: Int64
  ) throws -> StateChange? {
    guard case .watching? = table.standing(of: id), let stored = try read(id),
      case .waiting(let until) = stored.state.phase, let job = files[stored.state]
    else {
      if !table.contains(id) { files.forget(id) }
      // It has other things to do, and looks anew when these are done.
      files.update(id) { $0.scan = nil }
      return nil
    }
    guard let schedule = try? zones.schedule(stored.state.spec),
      stored.state.mayLook(schedule, at: now)
    else {
      if until > now {
        files.look(id, number: job.number, at: until)
        return nil
      }
      // What a closed window leads to; or that its zone is gone, which is told there.
      return try decide(stored, .due, at: now)
    }
    if let change = try takeFromBacklog(stored, job, at: now) { return change }
    let scan =
      job.scan
      ?? FileScan(
        job.trigger, job.pattern, known: stored.state.knownFiles, at: now,
        watch: { [files] path in job.isWatching ? files.watchDirectory(path, for: id) : nil })
    guard scan.step(for: milliseconds) else {
      files.update(id) { $0.scan = scan }
      files.lookFirst(id)
      return nil
    }
    files.finishScan(id, scan)
    return try take(scan.findings, stored, schedule, at: now)
  }

  /// Takes the next file that an earlier look has found, if it is still there.
  private func takeFromBacklog(
    _ stored: StoredJob, _ job: FileTriggers.Job, at now: Instant
  ) throws -> StateChange? {
    let id = stored.state.id
    var backlog = job.backlog
    guard !backlog.isEmpty else { return nil }
    // With a full memory none of them would be taken.
    if stored.state.knownFiles.count >= JobState.knownFilesLimit { backlog = [] }
    var change: StateChange?
    while change == nil, let file = backlog.popLast() {
      if !FileMove(file: file, target: nil, stamp: now).isPresent { continue }
      var seen = FilesSeen()
      seen.next = file
      seen.trouble = job.trouble
      change = try decide(stored, .files(seen), at: now)
    }
    files.update(id) { $0.backlog = backlog }
    choose(change)
    return change
  }

  /// Decides on what a look has found, and when to look again.
  private func take(
    _ findings: FileScan.Findings, _ stored: StoredJob, _ schedule: Schedule, at now: Instant
  ) throws -> StateChange? {
    let id = stored.state.id
    var seen = FilesSeen()
    seen.gone = findings.gone
    seen.unnameable = findings.unnameable
    seen.trouble = findings.trouble
    seen.next = findings.files.first
    if let change = try decide(stored, .files(seen), at: now) {
      files.update(id) { job in
        _ = job.backlog.popLast()
        job.isStale = false
      }
      choose(change)
      return change
    }
    guard let job = files[stored.state] else { return nil }
    let isStale = job.isStale
    files.update(id) { job in
      job.isStale = false
      job.backlog = []
    }
    if !job.isWatching {
      guard let next = schedule.next(after: now) else { return try decide(stored, .due, at: now) }
      files.look(id, number: job.number, at: next.instant)
      return nil
    }
    let rest = max(job.restUntil - Clock.boot.milliseconds, 0)
    let poll = job.trigger.poll.milliseconds
    if isStale {
      files.look(id, number: job.number, in: rest, isPromised: true)
    } else if let ready = findings.youngUntil, ready - now < job.trigger.poll {
      files.look(
        id, number: job.number, in: max((ready - now).milliseconds, rest), isPromised: true)
    } else {
      files.look(id, number: job.number, in: max(poll, rest))
    }
    if let end = schedule.end, (end - now).milliseconds < poll {
      files.look(id, number: job.number, at: end + TimeSpan(milliseconds: 1))
    }
    return nil
  }

  /// Remembers for which run a file has been chosen just now.
  private func choose(_ change: StateChange?) {
    guard let next = change?.next, case .queued(let attempt) = next.phase else { return }
    files.choose(next.id, run: attempt.run)
  }

  /// Sees to the file of an attempt that is about to be launched; the decision that names it is
  /// durable by now.
  func fetchFile(_ change: StateChange, at now: Instant) throws -> StateChange {
    let state = change.next
    guard case .queued(let attempt) = state.phase, attempt.origin == .file,
      let file = attempt.file, file.movedTo == nil,
      // A retry is of a run that has begun: what has become of its file is its own affair.
      attempt.attempt == 1 || state.spec.fileTrigger?.moveTo != nil
    else { return change }
    let move = FileMove(
      file: file, target: state.spec.fileTrigger?.moveTo, stamp: attempt.scheduledAt)
    let mayBeDone = files.touch(state.id, run: attempt.run)
    guard var fetch = try move.fetch(mayBeDone: mayBeDone) else { return change }
    if case .gone(let reason) = fetch, attempt.attempt > 1 {
      fetch = .failed(reason: "its file cannot be moved: \(reason)")
    }
    return StateChange(change.basis, try apply(.fetched(fetch), to: state, at: now))
  }
}
