// The programs of Slurm: which are started when, a few at a time, and what their answers mean.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// A program of Slurm at work, and what it was started for.
struct SlurmCall {
  enum Purpose {
    /// Several are one array.
    case submit([SlurmRun])
    case poll([SlurmRun], strays: [SlurmName])
    case cancel(SlurmCancel)
  }

  let program: ProgramCall
  let purpose: Purpose
}

extension SlurmEngine {
  /// So many programs at once: one sbatch alone waits for the controller most of the time.
  private static let mostCalls = 6
  /// Each gives up by itself after ten seconds without a controller.
  private static let timeLimit: Int64 = 60_000
  /// Longer lists of names do not fit into an argument: then squeue is asked for all of this user's.
  private static let longestList = 100_000
  static let names = ["sbatch", "squeue", "scancel"]

  /// The program that is missing; nil if all are there.
  static func missingProgram() -> String? {
    names.first { Environment.program($0) == nil }
  }

  var hasRoom: Bool { calls.count < SlurmEngine.mostCalls }

  /// Jobs are being cancelled that nobody else would come back to, as far as Slurm can be reached.
  var isTakingBack: Bool {
    if fault != nil { return false }
    let isCalling = calls.values.contains {
      if case .cancel = $0.purpose { true } else { false }
    }
    return isCalling || !strays.isEmpty || !cancels.isEmpty
  }

  var isPolling: Bool {
    calls.values.contains { if case .poll = $0.purpose { true } else { false } }
  }

  /// Cancelling waits like submitting does.
  var cancelAfter: Int64 { submitAfter }

  /// Starts what is due, as far as there is room.
  func startCalls() {
    let now = Clock.boot.milliseconds
    if now >= nextPoll, !isPolling, hasQuestions { poll() }
    // Before anything is submitted: the numbers of tasks are those of a moment ago.
    while hasRoom, now >= cancelAfter, let cancel = cancels.popLast() {
      if !start("scancel", cancel.arguments, for: .cancel(cancel)) {
        withdraw(cancel.names)
        break
      }
    }
    let isWaiting = isGathering && line.count < SlurmArray.enough
    isGathering = false
    while hasRoom, !isWaiting, now >= submitAfter, let batch = nextBatch() {
      if !submit(batch) { break }
    }
  }

  private func poll() {
    let (runs, strays) = (sought, Array(strays.keys))
    var arguments = ["-h", "-r", "-t", "all", "-O", SlurmJob.columns]
    let names = Set((runs.flatMap(\.names) + strays).map(\.job))
    let list = names.joined(separator: ",")
    arguments +=
      list.utf8.count <= SlurmEngine.longestList
      ? ["-n", list] : ["-u", "\(CurrentProcess.user)"]
    // Until there is an answer, the next is a slow one away, whatever happens to this.
    nextPoll = Clock.boot.milliseconds + pace.wait
    _ = start("squeue", arguments, for: .poll(runs, strays: strays))
  }

  func start(
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
    case .poll(let runs, let strays):
      if answer.isSuccess {
        polled()
        let queue = SlurmQueue(SlurmJob.jobs(answer.output))
        see(queue, of: runs)
        cancel(strays, in: queue)
        nextPoll = Clock.boot.milliseconds + pace.wait
      } else {
        pace.slow()
        pollFault = failure.words
        nextPoll = Clock.boot.milliseconds + pace.wait
      }
    case .submit(let batch): submitted(batch, answer, failure)
    case .cancel(let cancel):
      if !answer.isSuccess, failure.isPassing {
        withdraw(cancel.names)
        giveWay(because: failure.words)
      }
    }
  }

  /// Slurm cannot be reached: nothing is submitted for a while.
  func giveWay(because words: String) {
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
