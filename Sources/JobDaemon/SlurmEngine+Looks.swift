// What the engine does by the clock: looking at run directories, which is where runs begin and end,
// and asking Slurm, which says why one does not begin and whether one has gone without a word.

internal import JobCore
internal import JobSpool
internal import LinuxIO

extension SlurmEngine {
  /// When there is something to do without anybody asking (boot clock).
  var wakeAt: Int64? {
    var next = calls.values.map(\.program.deadline)
    if !runs.isEmpty { next.append(unseen.isEmpty ? nextGlance : 0) }
    if !isPolling, hasQuestions { next.append(nextPoll) }
    if hasRoom, !line.isEmpty { next.append(submitAfter) }
    if hasRoom, !cancels.isEmpty { next.append(cancelAfter) }
    if !news.ended.isEmpty || !news.begun.isEmpty || !answered.isEmpty { next.append(0) }
    return next.min()
  }

  /// Does what is due.
  func step() throws(SystemError) -> EngineNews {
    for call in calls.values { call.program.stopIfLate() }
    let answers = answered
    answered = []
    for (call, answer) in answers { take(answer, of: call) }
    let now = Clock.boot.milliseconds
    if unseen.isEmpty, !runs.isEmpty, now >= nextGlance {
      unseen = Array(runs.keys)
      lookFault = nil
      glance.slow()
    }
    if !unseen.isEmpty { look(now) }
    startCalls()
    defer { news = EngineNews() }
    return news
  }

  /// Looks at some of the runs that are to be looked at, so that no turn of the loop is long: their
  /// directories may be far away.
  private func look(_ now: Int64) {
    let before = news.ended.count + news.begun.count
    let end = now + SlurmEngine.slice
    repeat {
      guard let job = unseen.popLast() else { break }
      guard let run = runs[job] else { continue }
      do throws(SystemError) {
        try look(at: run, now)
      } catch {
        // It is that run's alone, and looked at again.
        lookFault = "\(error)"
      }
    } while Clock.boot.milliseconds < end
    if news.ended.count + news.begun.count > before { hurry() }
    // A look costs a file server some requests: many runs are not asked after ten times a second.
    if unseen.isEmpty {
      nextGlance = Clock.boot.milliseconds + max(glance.wait, Int64(runs.count))
    }
  }

  private func look(at run: SlurmRun, _ now: Int64) throws(SystemError) {
    switch run.stage {
    case .prepared, .waiting, .submitting: return
    case .soughtAfter, .submitted: break
    }
    guard let directory = try spool.run(run.job, directoryName: run.attempt.directoryName) else {
      if run.sighting.isOver { settle(run) }
      return
    }
    let progress = try directory.progressOfRun()
    if progress.isStarted, !run.hasBegun {
      run.hasBegun = true
      news.begun.append(run.job)
    }
    if progress.hasEnded {
      runs[run.job] = nil
      if run.isUncertain { withdraw(run.names) }
      news.ended.append(EndedRun(job: run.job, attempt: run.attempt))
      return
    }
    // What is to be submitted and was not found is not over.
    if run.stage == .soughtAfter, run.request != nil { return }
    let mark = run.sighting.isOver ? try directory.claimMark() : nil
    if run.isOver(claim: mark, at: now) { settle(run) }
  }

  /// Runs that Slurm may know.
  var sought: [SlurmRun] {
    runs.values.filter { run in
      switch run.stage {
      case .prepared, .waiting, .submitting: false
      case .soughtAfter, .submitted: true
      }
    }
  }

  /// Whether there is anything to ask squeue.
  var hasQuestions: Bool { !sought.isEmpty || !strays.isEmpty }

  /// Takes note of what squeue has said.
  func see(_ queue: SlurmQueue, of asked: [SlurmRun]) {
    var hasChanged = false
    for run in asked where runs[run.job] === run {
      let before = (run.sighting, run.standing)
      run.see(queue)
      hasChanged = hasChanged || run.sighting != before.0
      if run.standing != before.1 { tell(run) }
      if run.stage == .soughtAfter { found(run) }
    }
    if hasChanged { hurry() } else { pace.slow() }
  }

  /// A run was looked for by its name: it is there, or it can be submitted.
  private func found(_ run: SlurmRun) {
    guard run.request != nil else {
      run.stage = .submitted
      return
    }
    if case .job(let job) = run.sighting, !job.isMishap {
      run.stage = .submitted
    } else {
      if case .job(let job) = run.sighting { run.formerIDs.insert(job.id) }
      run.sighting = .unasked
      run.goesAlone = true
      run.stage = .waiting
      line.append(run.job)
    }
  }

  /// Leaves for others what is known of a run. A failure costs nothing else.
  func tell(_ run: SlurmRun) {
    var standing = run.standing
    standing.place = run.place
    let directory = try? spool.run(run.job, directoryName: run.attempt.directoryName)
    try? directory?.tell(standing)
  }
}
