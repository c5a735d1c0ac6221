// The programs of Slurm: which are started when, a few at a time, and what their answers mean.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// A program of Slurm at work, and what it was started for.
struct SlurmCall {
  enum Purpose {
    case submit(SlurmRun)
    case poll([SlurmRun])
    case cancel(name: String)
  }

  let program: ProgramCall
  let purpose: Purpose
}

extension SlurmEngine {
  /// So many programs at once: one sbatch alone waits for the controller most of the time.
  private static let mostCalls = 6
  /// Each gives up by itself after ten seconds without a controller.
  private static let timeLimit: Int64 = 60_000
  /// Longer lists of names do not fit into an argument: then squeue is asked for all jobs.
  private static let longestList = 100_000
  static let names = ["sbatch", "squeue", "scancel"]

  /// The program that is missing; nil if all are there.
  static func missingProgram() -> String? {
    names.first { Environment.program($0) == nil }
  }

  var hasRoom: Bool { calls.count < SlurmEngine.mostCalls }

  var isPolling: Bool {
    calls.values.contains { if case .poll = $0.purpose { true } else { false } }
  }

  /// Cancelling waits like submitting does.
  var cancelAfter: Int64 { submitAfter }

  /// Starts what is due, as far as there is room.
  func startCalls() {
    let now = Clock.boot.milliseconds
    if now >= nextPoll, !isPolling {
      let runs = sought
      if !runs.isEmpty { poll(runs) }
    }
    var begun = 0
    while hasRoom, now >= submitAfter, begun < line.count {
      if let run = runs[line[begun]], run.stage == .waiting, !submit(run) { break }
      begun += 1
    }
    line.removeFirst(begun)
    while hasRoom, now >= cancelAfter, let name = cancels.popLast() {
      if !start("scancel", ["--name=\(name)"], for: .cancel(name: name)) {
        cancels.append(name)
        break
      }
    }
  }

  private func poll(_ runs: [SlurmRun]) {
    var arguments = ["-h", "-t", "all", "-O", SlurmJob.columns]
    let list = runs.map(\.name).joined(separator: ",")
    if list.utf8.count <= SlurmEngine.longestList { arguments += ["-n", list] }
    // Until there is an answer, the next is a slow one away, whatever happens to this.
    nextPoll = Clock.boot.milliseconds + pace.wait
    _ = start("squeue", arguments, for: .poll(runs))
  }

  private func submit(_ run: SlurmRun) -> Bool {
    guard let request = run.request,
      start("sbatch", request.arguments, input: request.script, for: .submit(run))
    else { return false }
    run.stage = .submitting
    return true
  }

  private func start(
    _ name: String, _ arguments: [String], input: String = "", for purpose: SlurmCall.Purpose
  ) -> Bool {
    do throws(SystemError) {
      guard let path = Environment.program(name) else {
        giveWay(because: "\(name) is not in PATH")
        return false
      }
      let program = try ProgramCall(
        path, arguments, environment: SlurmEngine.environment, input: input,
        limit: SlurmEngine.timeLimit)
      calls[program.pid] = SlurmCall(program: program, purpose: purpose)
      return true
    } catch {
      giveWay(because: "\(name) cannot be started: \(error)")
      return false
    }
  }

  /// What programs of Slurm are told, and what a job of Slurm begins with: its command gets the
  /// environment of its own on top. Variables that would change a request (SBATCH_...) stay here.
  private static let environment: [String] = {
    var names = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "SLURM_CONF", "SLURM_JWT"]
    var variables = names.compactMap { name in
      Environment.value(name).map { "\(name)=\($0)" }
    }
    #if DEBUG
      // Faults for the supervisor alone; see Seam in LinuxIO.
      if let fault = Environment.value("JOBRUN_SUPERVISOR_FAULT") {
        variables.append("JOBRUN_FAULT=\(fault)")
      }
    #endif
    return variables
  }()

  func take(_ end: ChildEnd) {
    guard let call = calls.removeValue(forKey: end.pid) else { return }
    answered.append((call, call.program.answer(end)))
  }

  // MARK: Answers

  func take(_ answer: ProgramCall.Answer, of call: SlurmCall) {
    let failure =
      answer.isLate
      ? SlurmFailure(passing: "it gave no answer in \(SlurmEngine.timeLimit / 1000) s")
      : SlurmFailure(answer.complaint)
    switch call.purpose {
    case .poll(let runs):
      if answer.isSuccess {
        polled()
        see(SlurmJob.jobs(answer.output), of: runs)
        nextPoll = Clock.boot.milliseconds + pace.wait
      } else {
        pace.slow()
        pollFault = failure.words
        nextPoll = Clock.boot.milliseconds + pace.wait
      }
    case .submit(let run): submitted(run, answer, failure)
    case .cancel(let name):
      if !answer.isSuccess, failure.isPassing {
        cancels.append(name)
        giveWay(because: failure.words)
      }
    }
  }

  private func submitted(
    _ run: SlurmRun, _ answer: ProgramCall.Answer, _ failure: SlurmFailure
  ) {
    let id = answer.output.prefix { $0 != "\n" && $0 != ";" }
    guard runs[run.job] === run else {
      // It was taken back meanwhile.
      if answer.isSuccess || failure.isPassing { cancels.append(run.name) }
      return
    }
    if answer.isSuccess, !id.isEmpty {
      submitFault = nil
      patience.quicken()
      run.stage = .submitted
      run.standing = SlurmStanding(id: String(id))
      tell(run)
      hurry()
    } else if failure.isPassing || answer.isSuccess {
      // It may have been taken all the same.
      run.isUncertain = true
      run.stage = .soughtAfter
      giveWay(because: failure.words)
    } else {
      run.sighting = .refused(failure.words)
      settle(run)
    }
  }

  /// Slurm cannot be reached: nothing is submitted for a while.
  private func giveWay(because words: String) {
    submitFault = words
    submitAfter = Clock.boot.milliseconds + patience.wait
    nextPoll = max(nextPoll, submitAfter)
    patience.slow()
  }

  /// Slurm has answered: what could not be submitted while it was away is tried at once.
  private func polled() {
    if pollFault != nil { submitAfter = 0 }
    pollFault = nil
    if line.isEmpty, cancels.isEmpty { submitFault = nil }
  }
}
