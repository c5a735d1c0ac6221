// What is submitted together, and what is taken back. Like runs that stand in line at the same moment
// are one array: one process, and one request to the controller. Which place in it is whose is left in
// the run directories first, so that the next daemon can look for them.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// What scancel is told.
enum SlurmCancel {
  /// All jobs of a name.
  case named(SlurmName)
  /// Tasks, by the numbers that squeue has just told. Told a name besides, scancel ends all of an
  /// array that waits.
  case tasks([(id: String, name: SlurmName)])

  var arguments: [String] {
    switch self {
    case .named(let name): ["--name=\(name.job)"]
    case .tasks(let tasks): tasks.map(\.id)
    }
  }

  var names: [SlurmName] {
    switch self {
    case .named(let name): [name]
    case .tasks(let tasks): tasks.map(\.name)
    }
  }
}

extension SlurmEngine {
  /// So many that stand in line are looked at for those that can go together.
  private static let reach = 1000

  /// Takes from the line what is submitted next: its first run, and with it those behind that are
  /// like it, if they are many.
  func nextBatch() -> [SlurmRun]? {
    let gone = line.prefix { runs[$0]?.stage != .waiting }.count
    line.removeFirst(gone)
    guard let first = line.first.flatMap({ runs[$0] }) else { return nil }
    // While Slurm cannot be reached, one finds out for all: what has failed goes alone from then on.
    let alike = first.goesAlone || submitFault != nil ? [] : runs(like: first)
    guard alike.count >= SlurmArray.fewest else {
      line.removeFirst()
      return [first]
    }
    let taken = Set(alike.map(\.job))
    line.removeAll { taken.contains($0) }
    return alike
  }

  private func runs(like first: SlurmRun) -> [SlurmRun] {
    guard let request = first.request else { return [] }
    var alike: [SlurmRun] = []
    // One that was taken back and is due again stands there twice.
    var seen: Set<String> = []
    for job in line.prefix(SlurmEngine.reach) where alike.count < SlurmArray.most {
      if let run = runs[job], run.stage == .waiting, !run.goesAlone,
        run.request?.isLike(request) == true, seen.insert(job).inserted
      {
        alike.append(run)
      }
    }
    return alike
  }

  /// - Returns: false if it could not be begun; then the runs stand in line again.
  func submit(_ batch: [SlurmRun]) -> Bool {
    let requests = batch.compactMap(\.request)
    guard let first = batch.first, let request = requests.first else { return true }
    let isBegun: Bool
    if batch.count == 1 {
      isBegun = start("sbatch", request.arguments, input: request.script, for: .submit(batch))
    } else {
      let name = SlurmArray.name(first: first.name, count: batch.count)
      for (index, run) in batch.enumerated() {
        run.place = SlurmName(job: name, task: index + 1)
        tell(run)
      }
      let array = SlurmArray(named: name, of: requests)
      isBegun = start("sbatch", array.arguments, input: array.script, for: .submit(batch))
    }
    if isBegun {
      for run in batch { run.stage = .submitting }
    } else {
      putBack(batch)
    }
    return isBegun
  }

  /// Lets runs stand at the head of the line again, that were not submitted for certain.
  private func putBack(_ batch: [SlurmRun]) {
    for run in batch {
      run.stage = .waiting
      // One that goes alone may have been in an array before, which is looked for as well.
      if !run.goesAlone { run.place = nil }
    }
    line.insert(contentsOf: batch.map(\.job), at: 0)
  }

  /// What became of a submission.
  func submitted(
    _ batch: [SlurmRun], _ answer: ProgramCall.Answer, _ failure: SlurmFailure
  ) {
    let id = answer.output.prefix { $0 != "\n" && $0 != ";" }
    let isTaken = answer.isSuccess && !id.isEmpty
    // A failure that passes may have been none.
    let isUncertain = !isTaken && (answer.isSuccess || failure.isPassing)
    // Some may have been taken back meanwhile.
    let waiting = batch.filter { runs[$0.job] === $0 }
    if isTaken || isUncertain {
      withdraw(batch.filter { runs[$0.job] !== $0 }.flatMap(\.names))
    }
    if isTaken {
      submitFault = nil
      patience.quicken()
      for run in waiting {
        run.stage = .submitted
        let task = run.place.flatMap { batch.count > 1 ? $0.task : nil }
        run.standing = SlurmStanding(id: task.map { "\(id)_\($0)" } ?? String(id))
        tell(run)
      }
      hurry()
    } else if isUncertain {
      for run in waiting {
        run.isUncertain = true
        run.stage = .soughtAfter
      }
      giveWay(because: failure.words)
    } else if batch.count > 1 {
      // It may be an array that is refused, or so many at once.
      putBack(waiting)
      for run in waiting { run.goesAlone = true }
    } else {
      for run in waiting {
        run.sighting = .refused(failure.words)
        settle(run)
      }
    }
  }

  // MARK: Taking back

  /// Sees to it that jobs are cancelled. Those that come to be later end by themselves, at the claim.
  func withdraw(_ names: [SlurmName]) {
    for name in names {
      if name.task == nil {
        cancels.append(.named(name))
      } else {
        strays[name] = 0
        hurry()
      }
    }
  }

  /// Cancels tasks whose numbers have become known.
  func cancel(_ asked: [SlurmName], in queue: SlurmQueue) {
    var tasks: [(id: String, name: SlurmName)] = []
    for name in asked {
      guard let looks = strays.removeValue(forKey: name) else { continue }
      let live = queue.jobs([name]).filter { !$0.isOver || $0.isStuck }
      tasks += live.map { ($0.id, name) }
      // Its sbatch may be on its way.
      if live.isEmpty, looks == 0 { strays[name] = 1 }
    }
    if !tasks.isEmpty { cancels.append(.tasks(tasks)) }
  }
}
