// The rules of jobs that run for files. Where the files are, and whether they have been moved,
// is told by whoever looks; which of them gets a run, and that none gets two, is decided here.

extension Decision.Kind {
  /// Files cannot be looked for, or no more of them be taken.
  public static let blocked = Decision.Kind(rawValue: "blocked")
  /// They can again.
  public static let unblocked = Decision.Kind(rawValue: "unblocked")
}

extension JobState {
  /// So many files are remembered that have had their run and stay where they are: the memory is
  /// part of the state file, which is written anew with each change.
  public static let knownFilesLimit = 10_000

  /// Whether nothing but a file is missing for a run.
  public var isWaitingForFiles: Bool {
    if case .waiting = phase { spec.fileTrigger != nil } else { false }
  }

  /// Whether files may be looked for now.
  public func mayLook(_ schedule: Schedule, at now: Instant) -> Bool {
    guard spec.fileTrigger != nil, case .waiting(let until) = phase else { return false }
    // Without instants of its own, a job is not deaf until a clock that was set back has caught up.
    return (until <= now || spec.quartz.isEmpty) && schedule.isOpen(at: now)
  }

  /// Whether nothing is to be decided about it as long as no file comes.
  func isLooking(_ schedule: Schedule, at now: Instant) -> Bool {
    mayLook(schedule, at: now) && (spec.quartz.isEmpty || schedule.next(after: now) != nil)
  }

  /// What a waiting job waits for, in words; nil if that is no file.
  func waitForFiles(until: Instant) -> String? {
    guard let trigger = spec.fileTrigger else { return nil }
    if let fileTrouble { return "cannot look for files: \(fileTrouble)" }
    let isLater = until > decisions.last?.at ?? submittedAt
    return "waits for \(trigger.explanation)" + (isLater ? ", from \(until.rfc3339) on" : "")
  }

  /// Finds the phase of a job that has nothing under way and waits for files: it may look at once,
  /// or from an instant on, or never again.
  /// - Parameter hasRun: a run has just ended. Files that came together run one after the other,
  ///   so the job looks once more, also between the instants of its quartzDef.
  mutating func settleForFiles(_ schedule: Schedule, at now: Instant, hasRun: Bool) {
    cursor = max(cursor, now)
    if spec.quartz.isEmpty || hasRun, schedule.isOpen(at: now) {
      phase = .waiting(until: now)
    } else if let next = schedule.next(after: now) {
      phase = .waiting(until: next.instant)
    } else {
      finish(
        schedule, at: now, because: "its window leaves no time to look for files, and none ever ran"
      )
    }
  }

  /// Takes note of what was seen: a file gets its run, and what is gone is forgotten.
  mutating func take(_ seen: FilesSeen, _ schedule: Schedule, at now: Instant) throws(Refusal) {
    guard mayLook(schedule, at: now), let trigger = spec.fileTrigger else {
      throw Refusal("it does not look for files now")
    }
    let (known, before) = (knownFiles, fileTrouble)
    knownFiles.subtract(seen.gone)
    passOver(seen.unnameable, at: now)
    var next = seen.next.flatMap { knownFiles.contains($0.digest) ? nil : $0 }
    fileTrouble = seen.trouble.map { "\($0); looked at again every \(trigger.poll)" }
    if next != nil, knownFiles.count >= JobState.knownFilesLimit {
      next = nil
      fileTrouble =
        "\(JobState.knownFilesLimit) files that had their run are still in \(trigger.directory): "
        + "no more are taken until some are gone; moveTo would move them away"
    }
    if fileTrouble != before {
      if let fileTrouble {
        decide(.blocked, fileTrouble, at: now)
      } else {
        decide(.unblocked, "it waits for \(trigger.explanation)", at: now)
      }
    }
    if let next {
      knownFiles.insert(next.digest)
      decide(.due, "file \(next.path)", at: now)
      cursor = max(cursor, now)
      if spec.runOnce { scheduleEnded = true }
      phase = .queued(Attempt(run: runs + 1, scheduledAt: now, origin: .file, file: next))
    } else if known == knownFiles, before == fileTrouble {
      throw Refusal("no file has come")
    }
  }

  /// Files whose names are not UTF-8 can stand in no record: they get no run, on record.
  private mutating func passOver(_ unnameable: [FileDigest: String], at now: Instant) {
    let room = JobState.knownFilesLimit - knownFiles.count
    let new = unnameable.filter { !knownFiles.contains($0.key) }.sorted { $0.key < $1.key }
      .prefix(max(room, 0))
    guard let first = new.map(\.value).min() else { return }
    knownFiles.formUnion(new.map(\.key))
    decide(
      .skipped,
      new.count == 1
        ? "\(first) is passed over: its name is not UTF-8"
        : "\(new.count) files are passed over: their names are not UTF-8; one is \(first)",
      at: now)
  }

  /// Takes note of what became of the file of the queued attempt.
  mutating func take(_ fetch: FileFetch, _ schedule: Schedule, at now: Instant) throws(Refusal) {
    guard case .queued(var attempt) = phase, let file = attempt.file, attempt.origin == .file else {
      throw Refusal("no file is to be fetched for it")
    }
    switch fetch {
    case .moved(let place):
      attempt.file?.movedTo = place
      phase = .queued(attempt)
    case .gone(let reason):
      // Nothing has run and nothing will: that is nobody's failure, and needs no retry.
      decide(.skipped, "\(file.path): \(reason); it gets no run", at: now)
      if spec.runOnce { scheduleEnded = false }
      settle(schedule, at: now, ranUntil: now)
    case .failed(let reason):
      runs = max(runs, attempt.run)
      attempts = attempt.attempt
      lastFile = file
      finishAttempt(
        attempt, Outcome(.notStarted(reason: reason), of: attempt, startedAt: nil, endedAt: now),
        schedule, at: now)
    }
  }
}
