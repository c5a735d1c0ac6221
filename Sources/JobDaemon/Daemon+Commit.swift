// What a daemon does with decisions: commit those of many jobs together, and only then act on them.

internal import JobCore
internal import JobSpool
internal import LinuxIO

extension Daemon {
  /// A decision that is not in the spool yet.
  struct Pending {
    let change: StateChange
    /// What follows once it is durable.
    enum Action {
      case none
      /// Permit the supervisor, which was started ahead, to let the command go.
      case launch
      /// Remove the records of an attempt whose end is now in the state.
      case clear(Attempt, keepLogs: Bool)
    }
    let action: Action
  }

  /// A decision that is in the spool, and what there is to tell of it.
  struct Decided {
    let item: Pending
    let entries: [HistoryEntry]
    /// Since when the job was ready to start, if it was.
    let ready: Instant?
  }

  /// After a launch, so long passes before the state says `running`: most short commands
  /// have ended by then, and their state file is spared a write.
  static let settlingTime = TimeSpan(milliseconds: 50)

  /// Lets an event act on a state; nil if it is not possible there.
  func decide(
    _ stored: StoredJob, _ event: JobEvent, at now: Instant
  ) throws -> StateChange? {
    do {
      return StateChange(stored, try apply(event, to: stored.state, at: now))
    } catch is Refusal {
      return nil
    } catch SpoolError.refused(let path, let reason) {
      log.error("\(path): \(reason)", job: stored.state.id)
      putOff.insert(stored.state.id)
      table.wake(stored.state.id, in: TimeSpan(milliseconds: Daemon.rescanInterval))
      return nil
    }
  }

  // MARK: Committing and acting

  /// Makes decisions durable, and acts on those that are.
  func commit(_ pending: [Pending], at now: Instant) throws {
    if pending.isEmpty { return }
    decidedInTurn += pending.count
    let results: [CommitResult]
    do throws(SpoolError) {
      results = try spool.commit(pending.map(\.change))
      hasLocked()
    } catch {
      switch error {
      case .busy: waitForLock()
      // A failed sync is another matter: nobody knows what the disk holds then.
      case .system(let problem) where problem.isShortage && problem.call != "fsync":
        holdBack(problem, job: "state.lock")
      case .system, .refused, .damaged, .exists, .differs, .invalid: throw error
      }
      for item in pending { turnDown(item) }
      putAside(pending.map(\.change.next.id))
      return
    }
    var decided: [Decided] = []
    for (item, result) in zip(pending, results) {
      let next = item.change.next
      switch result {
      case .committed:
        // A rename into jobs/ tells one hint, the one out of it to done/ another.
        let expected = ownHints[next.id]?.count ?? 0
        ownHints[next.id] = (expected + (next.isFinished ? 2 : 1), next.revision)
        let entries = HistoryEntry.entries(from: item.change.basis.state, to: next)
        decided.append(Decided(item: item, entries: entries, ready: table.readySince(next.id)))
        table.register(next, now: now)
        hooks.update(next)
        // The supervisor has to be told, once the request is durable.
        if next.cancelRequest != nil, item.change.basis.state.cancelRequest == nil {
          dirty.insert(next.id)
        }
      case .stale:
        turnDown(item)
        dirty.insert(next.id)
      case .failed(let error):
        turnDown(item)
        holdBack(error, job: next.id)
        table.register(item.change.basis.state, now: now)
        table.wake(next.id, in: Daemon.shortageTime)
      }
    }
    // Starting first: somebody waits for that, and nobody for clearing up.
    permit(decided)
    counting.count(decided, begun: .now)
    clear(decided)
    removeOwners(decided)
    let entries = decided.flatMap(\.entries)
    for entry in entries {
      let line = "\(entry.decision.kind.rawValue): \(entry.decision.reason)"
      let job = "\(entry.number) \(entry.name)"
      // It is no part of the job, and nobody else tells of it.
      if entry.decision.kind == .hook {
        log.warning(line, job: job)
      } else {
        log.info(line, job: job)
      }
    }
    spool.append(entries)
  }

  /// What was started ahead for a decision that did not become durable is sent away.
  private func turnDown(_ item: Pending) {
    guard case .launch = item.action, let attempt = item.change.next.phase.liveAttempt else {
      return
    }
    engine[attempt].deny(item.change.next.id)
  }

  private func permit(_ decided: [Decided]) {
    for item in decided.map(\.item) {
      if case .launch = item.action, let attempt = item.change.next.phase.liveAttempt {
        engine[attempt].permit(item.change.next.id)
        table.wake(item.change.next.id, in: Daemon.settlingTime)
      }
    }
  }

  private func clear(_ decided: [Decided]) {
    for item in decided.map(\.item) {
      if case .clear(let attempt, let keepLogs) = item.action {
        clear(item.change.next.id, attempt, keepLogs: keepLogs)
      }
    }
  }

  private func clear(_ id: String, _ attempt: Attempt, keepLogs: Bool) {
    // What cannot be cleared now is left to the housekeeping.
    do {
      try spool.clearRun(id, directoryName: attempt.directoryName, keepLogs: keepLogs)
      try spool.trimRuns(id, latest: attempt.run)
    } catch {
      log.warning("its run directory cannot be cleared: \(error)", job: id)
    }
  }
}
