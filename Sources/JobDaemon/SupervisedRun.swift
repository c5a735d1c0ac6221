// One attempt under supervision: setting up, letting go, stopping, and the end.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// A command and everything that descends from it.
final class SupervisedRun {
  /// Why the command is being stopped.
  private enum Stop {
    case cancelled(CancelRequest)
    case timedOut(TimeSpan)
    /// The command has ended by itself; what it left is stopped.
    case leftovers
  }

  private enum Token: UInt64 { case signals, requests, timer }

  /// The daemon did not let this supervisor go on.
  struct NotPermitted: Error {}

  private let plan: RunPlan
  private let run: RunDirectory
  private let poller: Poller
  private let signals: SignalQueue
  private let requests: FileWatch
  private let timer: Timer

  private let pid: Int32
  private let startedAt: Instant
  private var startFailure: GatedChild.Failure?
  private var earlyRequest: CancelRequest?

  private var ended: ChildEnd?
  private var endedAt: Instant?
  private var leftovers = 0
  private var stop: Stop?
  /// Instants of the boot clock, so that setting the wall clock changes no limit.
  private var limitAt: Int64?
  private var killAt: Int64?
  private var isKilling = false
  /// Orphans that have had their TERM.
  private var asked: Set<Int32> = []

  /// Sets everything up and lets the command go, unless a request to cancel stands.
  /// - Parameter path: absolute path of the run directory.
  init(_ plan: RunPlan, _ seat: borrowing SupervisorSeat, path: String) throws {
    self.plan = plan
    run = seat.run
    CurrentProcess.shieldFromOutOfMemory()
    try CurrentProcess.becomeSubreaper()
    poller = try Poller()
    signals = try SignalQueue([.child, .terminate, .interrupt, .hangUp])
    requests = try FileWatch()
    timer = try Timer(clock: .boot)

    var environment = plan.environment
    environment["JOBRUN_RUN_DIR"] = path
    environment["JOBRUN_OUTPUT_FILE"] = "\(path)/\(RunDirectory.Name.outputs)"
    environment["JOBRUN_PROGRESS_FILE"] = "\(path)/\(RunDirectory.Name.progress)"
    environment["JOBRUN_ARTIFACTS_DIR"] = "\(path)/\(RunDirectory.Name.artifacts)"
    try run.directory.makeDirectory(RunDirectory.Name.artifacts)
    if !plan.values.isEmpty {
      let values = try run.directory.open(RunDirectory.Name.values, .updateOrCreate)
      try values.write(JSON.object(plan.values).serialized(), at: 0)
      environment["JOBRUN_VALUES_FILE"] = "\(path)/\(RunDirectory.Name.values)"
    }
    let child = try GatedChild(
      GatedChild.Plan(
        arguments: plan.arguments,
        environment: environment.map { "\($0.key)=\($0.value)" },
        directory: plan.workingDirectory, umask: plan.umask,
        descriptorLimit: plan.descriptorLimit),
      input: try SupervisedRun.input(plan.stdin),
      output: try run.directory.open(RunDirectory.Name.stdout, .append),
      error: try run.directory.open(RunDirectory.Name.stderr, .append),
      closing: seat.lockFile)
    pid = child.pid
    startedAt = .now
    // Armed first, read second, let go third: a request that comes at any moment is either
    // read here or told by the watch.
    _ = try requests.add(path: path, for: [.created, .movedIn])
    try poller.add(signals.descriptor, token: Token.signals.rawValue)
    try poller.add(requests.descriptor, token: Token.requests.rawValue)
    try poller.add(timer.descriptor, token: Token.timer.rawValue)
    // The daemon says so once the attempt is durable; it is at its end if that came to
    // nothing, or if the daemon is gone: then another one will start this attempt.
    guard try StandardStream.input.read(limit: 1).count == 1 else { throw NotPermitted() }
    try seat.recordStart(
      StartRecord(pid: pid, boot: ProcessTable.bootIdentifier(), startedAt: startedAt))
    if let request = seat.standingRequest(plan.attempt) {
      earlyRequest = request
      child.abandon()
      return
    }
    startFailure = try child.open()
    if let limit = plan.maxExecutionTime {
      limitAt = Clock.boot.milliseconds + limit.milliseconds
    }
  }

  private static func input(_ text: String?) throws(SystemError) -> Descriptor {
    guard let text else { return try Directory(path: "/dev").open("null", .read) }
    return try Descriptor.memory(Array(text.utf8), name: "stdin")
  }

  /// Waits until the command, and what has to end with it, has ended.
  func untilEnded() throws(SystemError) -> ExitRecord {
    while !isOver {
      try timer.set(at: [limitAt, killAt].compactMap(\.self).min())
      for event in try poller.wait() {
        switch Token(rawValue: event.token) {
        case .signals: try takeSignals()
        case .requests:
          _ = try requests.hints()
          if let request = try run.cancelRequest() { begin(.cancelled(request)) }
        case .timer:
          timer.acknowledge()
          checkTime()
        case nil: break
        }
      }
    }
    return reports(outcome())
  }

  /// Lets the ended command go. Kept as a zombie until its record is durable, so that its
  /// number cannot become somebody else's while anything refers to it.
  func reap() { _ = try? Child.reap(pid) }

  // MARK: What happens

  private func takeSignals() throws(SystemError) {
    for signal in try signals.pending() {
      switch signal {
      case .child: break
      case .terminate, .interrupt, .hangUp:
        // Meant for the command; what comes of it is its own end, not a cancel.
        if ended == nil { Child.send(signal, toGroup: pid) }
      case .kill, .brokenPipe, .resume: break
      }
    }
    try takeChildren()
  }

  private func takeChildren() throws(SystemError) {
    if ended == nil, let end = try Child.peek(pid) {
      ended = end
      endedAt = .now
      limitAt = plan.leftovers == .wait ? limitAt : nil
    }
    for child in strangers() where (try? Child.peek(child)) ?? nil != nil {
      _ = try? Child.reap(child)
      asked.remove(child)
    }
    guard ended != nil else { return }
    let left = strangers()
    if isKilling {
      for child in left { Child.send(.kill, to: child) }
    } else if leftovers == 0, !left.isEmpty, stop == nil {
      leftovers = left.count
      if plan.leftovers == .kill { begin(.leftovers) }
    } else if stop != nil {
      // The group had its TERM; those that left it hear of it only now, each when its own
      // parent has ended and it is handed to this process.
      askToEnd(left)
    }
  }

  private func askToEnd(_ children: [Int32]) {
    for child in children where asked.insert(child).inserted { Child.send(.terminate, to: child) }
  }

  /// Children other than the command: orphans that were handed to this process.
  private func strangers() -> [Int32] {
    ProcessTable.children().filter { $0 != pid }
  }

  private func checkTime() {
    let now = Clock.boot.milliseconds
    if let limitAt, limitAt <= now, let limit = plan.maxExecutionTime {
      self.limitAt = nil
      begin(.timedOut(limit))
    }
    if let killAt, killAt <= now {
      self.killAt = nil
      isKilling = true
      if ended == nil { Child.send(.kill, toGroup: pid) }
      for child in strangers() { Child.send(.kill, to: child) }
    }
  }

  /// Begins to stop: TERM now, KILL after the grace.
  private func begin(_ reason: Stop) {
    guard stop == nil, !isOver else { return }
    stop = reason
    limitAt = nil
    killAt = Clock.boot.milliseconds + plan.killGrace.milliseconds
    if ended == nil {
      Child.send(.terminate, toGroup: pid)
    } else {
      askToEnd(strangers())
    }
  }

  /// Whether nothing is left to wait for.
  private var isOver: Bool {
    guard ended != nil else { return false }
    if stop == nil, plan.leftovers == .leave { return true }
    return strangers().isEmpty
  }

  // MARK: The end

  private func outcome() -> Outcome {
    let end = endedAt ?? .now
    func made(_ kind: Outcome.Kind, startedAt: Instant?) -> Outcome {
      var outcome = Outcome(kind, of: plan.attempt, startedAt: startedAt, endedAt: end)
      outcome.leftovers = leftovers
      return outcome
    }
    if let earlyRequest {
      return made(.cancelled(reason: earlyRequest.explanation), startedAt: nil)
    }
    if let startFailure {
      return made(.notStarted(reason: reason(for: startFailure)), startedAt: nil)
    }
    switch stop {
    case .cancelled(let request)?:
      return made(.cancelled(reason: request.explanation), startedAt: startedAt)
    case .timedOut(let limit)?:
      return made(.timedOut(reason: "stopped after \(limit)"), startedAt: startedAt)
    case .leftovers?, nil:
      if let signal = ended?.signal {
        return made(.signalled(signal: Int(signal)), startedAt: startedAt)
      }
      guard let code = ended?.code else {
        return made(.lost(reason: "the kernel told no exit status"), startedAt: startedAt)
      }
      return made(.exited(code: Int(code)), startedAt: startedAt)
    }
  }

  private func reason(for failure: GatedChild.Failure) -> String {
    let program = plan.arguments.first ?? ""
    let why = SystemError.reason(of: failure.code)
    switch failure.step {
    case .setup: return "the process could not be set up: \(why)"
    case .directory: return "working directory \(plan.workingDirectory): \(why)"
    case .exec:
      // The program may be there, and its interpreter not: the kernel says the same.
      return program.contains("/") ? "\(program): \(why)" : "\(program): \(why) in PATH"
    }
  }

  private func reports(_ outcome: Outcome) -> ExitRecord {
    let progress = run.progress()
    return ExitRecord(
      outcome, outputs: run.outputs(),
      percentCompleted: progress.percent, progressText: progress.text)
  }
}
