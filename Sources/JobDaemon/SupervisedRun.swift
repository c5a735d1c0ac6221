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

  enum Token: UInt64 {
    case signals, requests, timer, stdout, stderr, logs, output, error
  }

  /// The daemon did not let this supervisor go on.
  struct NotPermitted: Error {}

  private let plan: RunPlan
  let host: RunHost
  /// Absolute path of the run directory.
  let path: String
  var run: RunDirectory
  let poller: Poller
  let signals: SignalQueue
  private let requests: RequestWatch
  private let timer: Timer

  /// The output streams that are kept within a limit; others go straight to their files.
  var limiters: [Token: OutputLimiter] = [:]

  private let pid: Int32
  private let start: StartRecord
  private(set) var startFailure: GatedChild.Failure?
  /// A signal that was passed on to the command.
  private(set) var passedOn: Signal?
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
  init(
    _ plan: RunPlan, _ seat: borrowing SupervisorSeat, path: String, in host: RunHost = .supervisor
  ) throws {
    self.plan = plan
    self.host = host
    self.path = path
    run = seat.run
    CurrentProcess.shieldFromOutOfMemory()
    try CurrentProcess.becomeSubreaper()
    poller = try Poller()
    signals = try SignalQueue(host.signals + [.child])
    requests = RequestWatch(pause: host.lookPause)
    timer = try Timer(clock: .boot)

    var environment = host.variables.merging(plan.environment) { _, own in own }
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
    var limiters: [Token: OutputLimiter] = [:]
    let output = try SupervisedRun.output(.stdout, plan, run, &limiters)
    let error = try SupervisedRun.output(.stderr, plan, run, &limiters)
    let child = try GatedChild(
      GatedChild.Plan(
        arguments: plan.arguments,
        environment: environment.map { "\($0.key)=\($0.value)" },
        directory: plan.workingDirectory, umask: plan.umask,
        descriptorLimit: plan.descriptorLimit),
      input: try SupervisedRun.input(plan.stdin, in: host),
      output: output, error: error, closing: seat.titleFile)
    pid = child.pid
    start = StartRecord(pid: pid, boot: ProcessTable.bootIdentifier(), startedAt: .now)
    self.limiters = limiters
    try poller.add(signals.descriptor, token: Token.signals.rawValue)
    try poller.add(timer.descriptor, token: Token.timer.rawValue)
    for (token, limiter) in limiters { try limiter.watch(by: poller, token: token.rawValue) }
    try shareOutput()
    guard try host.isPermitted() else { throw NotPermitted() }
    try seat.recordStart(start)
    // A request that comes later than this is seen at the first look, or told after it.
    if let request = seat.standingRequest(plan.attempt) {
      earlyRequest = request
      child.abandon()
      return
    }
    host.terminal?.lend(to: pid)
    startFailure = try child.open()
    requests.begin()
    if let limit = plan.maxExecutionTime {
      limitAt = Clock.boot.milliseconds + limit.milliseconds
    }
  }

  private static func input(_ text: String?, in host: RunHost) throws(SystemError) -> Descriptor {
    if text == nil, host.sharesInput, let input = try? Descriptor.standard(0) { return input }
    guard let text else { return try Directory(path: "/dev").open("null", .read) }
    return try Descriptor.memory(Array(text.utf8), name: "stdin")
  }

  /// Where a stream of the command goes.
  private static func output(
    _ token: Token, _ plan: RunPlan, _ run: RunDirectory, _ limiters: inout [Token: OutputLimiter]
  ) throws(SystemError) -> Descriptor {
    let name = token == .stdout ? RunDirectory.Name.stdout : RunDirectory.Name.stderr
    guard let limit = plan.maxOutputBytes else { return try run.directory.open(name, .append) }
    let pipe = try Descriptor.pipe()
    limiters[token] = try OutputLimiter(run, name, limit: limit.bytes, reading: pipe.read)
    return pipe.write
  }

  /// Waits until the command, and what has to end with it, has ended.
  func untilEnded(in seat: inout SupervisorSeat) throws(SystemError) -> ExitRecord {
    while !isOver {
      try timer.set(at: [limitAt, killAt, requests.nextLook].compactMap(\.self).min())
      let hasMore = try passOutput()
      for event in try poller.wait(timeout: hasMore ? 0 : nil) {
        switch Token(rawValue: event.token) {
        case .signals: try takeSignals()
        case .requests:
          try requests.takeHints()
          takeRequests(&seat)
        case .timer:
          timer.acknowledge()
          checkTime()
          if requests.isDue { lookAgain(&seat) }
        case .stdout?, .stderr?:
          Token(rawValue: event.token).flatMap { limiters[$0] }?.take(poller)
        case .logs: _ = try host.output?.watch.hints()
        case .output, .error, nil: break
        }
      }
    }
    // What the command wrote before its end is in the pipes by now.
    for limiter in limiters.values { limiter.take(poller) }
    host.output?.disarm(poller)
    host.terminal?.takeBack()
    return reports(outcome())
  }

  /// Lets the ended command go. Kept as a zombie until its record is durable, so that its
  /// number cannot become somebody else's while anything refers to it.
  func reap() { _ = try? Child.reap(pid) }

  // MARK: What happens

  /// Looks for a request to stop. A command that has removed its own run directory gets it
  /// back, or no request could come across; one may have come in between.
  private func takeRequests(_ seat: inout SupervisorSeat) {
    var request = (try? run.cancelRequest()) ?? nil
    while (try? seat.restoreDirectory(start)) ?? false {
      run = seat.run
      for limiter in limiters.values { limiter.run = run }
      requests.follow(path)
      request = request ?? seat.standingRequest(plan.attempt)
    }
    if let request { begin(.cancelled(request)) }
  }

  /// Looks for requests of which the kernel does not tell, or not yet.
  private func lookAgain(_ seat: inout SupervisorSeat) {
    requests.prepareLook(path, by: poller, token: Token.requests.rawValue)
    seat.refresh()
    run = seat.run
    takeRequests(&seat)
  }

  private func takeSignals() throws(SystemError) {
    for signal in try signals.pending() {
      switch signal {
      case .child: break
      case .terminate, .interrupt, .hangUp:
        // Meant for the command; what comes of it is its own end, not a cancel.
        if ended == nil { Child.send(signal, toGroup: pid) }
        passedOn = signal
      case .kill, .brokenPipe, .resume, .windowSize: break
      }
    }
    try takeChildren()
  }

  private func takeChildren() throws(SystemError) {
    if let terminal = host.terminal, ended == nil, ProcessTable.isStopped(pid) {
      terminal.stopToo()
      terminal.lend(to: pid)
      Child.send(.resume, toGroup: pid)
    }
    if ended == nil, let end = try Child.peek(pid) {
      ended = end
      endedAt = .now
      // What is typed at the terminal reaches the command alone.
      if host.terminal != nil, end.signal == Signal.interrupt.rawValue { passedOn = .interrupt }
      limitAt = plan.leftovers == .wait ? limitAt : nil
    }
    let all = strangers()
    let gone = all.filter { (try? Child.peek($0)) ?? nil != nil }
    for child in gone {
      _ = try? Child.reap(child)
      asked.remove(child)
    }
    guard ended != nil else { return }
    // Whoever was left by one of those has become a child of this process by now.
    let left = gone.isEmpty ? all : strangers()
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
  func strangers() -> [Int32] {
    ProcessTable.children().filter { $0 != pid && !host.strangers.contains($0) }
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
      if startedAt != nil {
        outcome.pid = Int(start.pid)
        outcome.stdoutBytes = plan.countsOutput ? stdoutBytes : nil
      }
      return outcome
    }
    if let earlyRequest {
      return made(.cancelled(reason: earlyRequest.explanation), startedAt: nil)
    }
    if let startFailure {
      let failure = StartFailure(
        failure: startFailure, arguments: plan.arguments, environment: plan.environment,
        directory: plan.workingDirectory)
      return made(.notStarted(reason: failure.reason), startedAt: nil)
    }
    switch stop {
    case .cancelled(let request)?:
      return made(.cancelled(reason: request.explanation), startedAt: start.startedAt)
    case .timedOut(let limit)?:
      return made(.timedOut(reason: "stopped after \(limit)"), startedAt: start.startedAt)
    case .leftovers?, nil:
      if let signal = ended?.signal {
        return made(.signalled(signal: Int(signal)), startedAt: start.startedAt)
      }
      guard let code = ended?.code else {
        return made(.lost(reason: "the kernel told no exit status"), startedAt: start.startedAt)
      }
      return made(.exited(code: Int(code)), startedAt: start.startedAt)
    }
  }

  /// What the command has written on standard output; nil if its file is gone.
  private var stdoutBytes: Int? {
    if let limiter = limiters[.stdout] { return Int(limiter.position) }
    return (try? run.directory.status(of: RunDirectory.Name.stdout)).flatMap(\.self).map {
      Int($0.size)
    }
  }

  private func reports(_ outcome: Outcome) -> ExitRecord {
    let progress = run.progress()
    return ExitRecord(
      outcome, outputs: run.outputs(),
      percentCompleted: progress.percent, progressText: progress.text)
  }
}
