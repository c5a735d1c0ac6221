// What the daemon has to do with what runs attempts: settings that name an engine, news from it,
// saying why it gets nowhere, and the ends of runs.

internal import JobCore
internal import JobSpool

extension Daemon {
  /// The settings at the start of a daemon.
  /// - Throws: `refused` if a queue is to be run by programs that are not there.
  static func config(of spool: Spool, _ options: DaemonOptions) throws(SpoolError) -> SpoolConfig {
    var config = try spool.config()
    config.defaultEngine = options.engine
    if config.uses(.slurm), let program = SlurmEngine.missingProgram() {
      throw .refused(path: program, reason: "it is not in PATH, and Slurm is to run jobs")
    }
    return config
  }

  /// Goes by other settings. Programs that are missing now are told of by those that need them: what
  /// is theirs to run waits.
  func configure(_ new: SpoolConfig) {
    var config = new
    config.defaultEngine = options.engine
    table.configure(config)
    engine.slurm.config = config
    hooks.common = config.hooks
  }

  /// Takes what has come to light of runs elsewhere.
  func hearEngines() throws {
    let news = try engine.step()
    for run in news.ended { try finished(run) }
    dirty.formUnion(news.begun)
    guard engine.fault != notice.engineFault else { return }
    if let fault = engine.fault {
      if notice.engineFault == nil { log.warning("Slurm: \(fault); trying again") }
    } else {
      log.info("Slurm can be reached again")
    }
    notice.engineFault = engine.fault
    lock.tell(notice)
  }

  /// What was read of a job; nil if it has no state file in jobs/.
  private struct Sight { let stored: StoredJob? }

  /// A supervisor has ended.
  func finished(_ run: EndedRun) throws {
    let now = Instant.now
    // Not read is not ended: it is looked at again, and its records are all there is to see then.
    guard let seen = alone(run.job, { Sight(stored: try read(run.job)) }) else { return }
    if let stored = seen.stored, let attempt = stored.state.phase.liveAttempt,
      attempt.isSame(as: run.attempt)
    {
      let decision = alone(run.job) { try examine(stored, attempt, at: now) }
      if let decision { endings.append(decision) }
      return
    }
    // Somebody else has recorded the end already; what is left is to clear up.
    _ = alone(run.job) {
      try spool.clearRun(run.job, directoryName: run.attempt.directoryName, keepLogs: true)
    }
    dirty.insert(run.job)
  }
}
