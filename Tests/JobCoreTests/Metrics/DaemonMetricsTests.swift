// What is counted of the decisions about a job, through lives of jobs, and that it reads back.

import Testing

@testable import JobCore

@Suite struct DaemonMetricsTests {
  /// A job whose decisions are counted, as by a daemon.
  private struct Watched {
    var life: Life
    private(set) var metrics = DaemonMetrics(since: Instant(milliseconds: 0))

    init(_ members: String, at time: String) throws { life = try Life(members, at: time) }

    /// Runs that were counted, without the endings that none had.
    var runs: [DaemonMetrics.Ending: Int] { metrics.runs.filter { $0.value > 0 } }

    /// Lets something happen and counts what was decided.
    /// - Parameter ready: since when the daemon had the attempt ready.
    mutating func then(ready: String? = nil, _ body: (inout Life) throws -> Void) throws {
      let before = life.state
      try body(&life)
      let since = try ready.map(Life.instant)
      for entry in HistoryEntry.entries(from: before, to: life.state) {
        metrics.count(entry, of: life.state, begun: life.now, ready: since)
      }
    }
  }

  @Test(
    arguments: [
      (.exited(code: 0), .succeeded), (.exited(code: 3), .failed),
      (.signalled(signal: 9), .signalled), (.notStarted(reason: ""), .notStarted),
      (.timedOut(reason: ""), .timedOut), (.cancelled(reason: ""), .cancelled),
      (.lost(reason: ""), .lost),
    ] as [(Outcome.Kind, DaemonMetrics.Ending)])
  func countsARunByItsOutcome(kind: Outcome.Kind, ending: DaemonMetrics.Ending) throws {
    var job = try Watched("", at: "10:30")
    try job.then { try $0.run(kind) }
    #expect(job.runs == [ending: 1])
    #expect(job.metrics.retries == 0)
  }

  @Test func aRunIsCountedOnceWhateverItsAttempts() throws {
    var job = try Watched(#""retryCount":2"#, at: "10:30")
    for time in ["10:31", "10:32"] {
      try job.then { try $0.run(.exited(code: 1)) }
      try job.then { try $0.apply(.due, at: time) }
    }
    #expect(job.runs == [:])
    #expect(job.metrics.retries == 2)
    try job.then { try $0.run() }
    #expect(job.runs == [.succeeded: 1])
    try job.then { try $0.apply(.rerun) }
    try job.then { try $0.run(.exited(code: 1)) }
    #expect(job.runs == [.succeeded: 1])
    #expect(job.metrics.retries == 3)
  }

  @Test func aRunThatWasStoppedAndItsJobAreOneRun() throws {
    var job = try Watched(#""retryCount":2"#, at: "10:30")
    try job.then { try $0.start() }
    try job.then { try $0.apply($0.cancel()) }
    try job.then { try $0.end(.cancelled(reason: "enough")) }
    #expect(job.life.state.phase.word == .cancelled)
    #expect(job.runs == [.cancelled: 1])
  }

  @Test func latenessIsMeasuredFromWhenARunWasToBegin() throws {
    var job = try Watched(#""quartzDef":"0 0 * * * ?","jitter":"10m""#, at: "10:30")
    let delay = job.life.state.startDelay
    #expect(delay > .zero)
    job.life.now = try Life.instant("11:00") + delay + TimeSpan(milliseconds: 70)
    try job.then { try $0.apply(.due) }
    try job.then { try $0.start() }
    #expect(job.metrics.startLateness.count == 1)
    #expect(job.metrics.startLateness.sum == 70_000)
  }

  @Test func onlyFirstAttemptsOfTheScheduleCanBeLate() throws {
    var job = try Watched(#""retryCount":1"#, at: "10:30")
    try job.then { try $0.start(at: "10:31") }
    #expect(job.metrics.startLateness.sum == 60_000_000)
    try job.then { try $0.end(.exited(code: 1)) }
    try job.then { try $0.apply(.due, at: "10:40") }
    try job.then(ready: "10:40") { try $0.start(at: "10:42") }
    try job.then { try $0.end() }
    try job.then { try $0.apply(.rerun) }
    try job.then(ready: "10:42") { try $0.start(at: "10:43") }
    #expect(job.metrics.startLateness.count == 1)
    #expect(job.metrics.queueWait.count == 2)
    #expect(job.metrics.queueWait.sum == 180_000_000)
  }

  @Test func anotherLaunchOfAnAttemptIsNoStart() throws {
    var job = try Watched("", at: "10:30")
    try job.then(ready: "10:30") { try $0.apply(.launch, at: "10:31") }
    try job.then(ready: nil) { try $0.apply(.launch, at: "10:32") }
    #expect(job.metrics.startLateness.count == 1)
    #expect(job.metrics.queueWait.count == 1)
  }

  @Test func countsWhatIsLateAndWhatIsSkipped() throws {
    var job = try Watched(#""quartzDef":"0 0 * * * ?""#, at: "10:30")
    try job.then { try $0.apply(.due, at: "13:30") }
    #expect(job.metrics.firingsLate == 1)
    #expect(job.metrics.firingsSkipped == 0)
    var skipping = try Watched(#""quartzDef":"0 0 * * * ?","misfire":"skip""#, at: "10:30")
    try skipping.then { try $0.apply(.due, at: "13:30") }
    #expect(skipping.metrics.firingsLate == 0)
    #expect(skipping.metrics.firingsSkipped == 1)
  }

  @Test func saysWhetherSomethingWasCounted() throws {
    let life = try Life("", at: "10:30")
    var metrics = DaemonMetrics()
    let counted = [Decision.Kind.held, .late, .submitted, .retried].map { kind in
      metrics.count(
        HistoryEntry(life.state, Decision(at: life.now, kind, "")), of: life.state,
        begun: life.now, ready: nil)
    }
    #expect(counted == [false, true, false, true])
  }

  /// Whatever happens to a job: of the runs that begin, each is counted once when it ends.
  @Test func countsEveryRunOfRandomLives() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var lives = RandomLife(seed: seed)
    var metrics = DaemonMetrics()
    var ended = 0
    var retried = 0
    for _ in 0..<40 {
      var before: JobState?
      try lives.live(steps: 100) { life in
        for entry in HistoryEntry.entries(from: before, to: life.state) {
          metrics.count(entry, of: life.state, begun: life.now, ready: nil)
          if entry.outcome != nil { if entry.isRetried { retried += 1 } else { ended += 1 } }
        }
        before = life.state
      }
    }
    #expect(ended > 10, "seed \(seed)")
    #expect(metrics.runs.values.reduce(0, +) == ended, "seed \(seed)")
    #expect(metrics.retries == retried, "seed \(seed)")
    #expect(try DaemonMetrics(parsing: metrics.bytes) == metrics, "seed \(seed)")
  }

  // MARK: metrics.json

  @Test func readsBackWhatWasWritten() throws {
    var job = try Watched(#""retryCount":1"#, at: "10:30")
    try job.then(ready: "10:30") { try $0.run(.exited(code: 1)) }
    var metrics = job.metrics
    metrics.countTurn(microseconds: 730)
    #expect(try DaemonMetrics(parsing: metrics.bytes) == metrics)
    #expect(try DaemonMetrics(parsing: DaemonMetrics().bytes) == DaemonMetrics())
  }

  @Test func whatIsMissingHasNotBeenCounted() throws {
    #expect(try DaemonMetrics(parsing: Array("{}".utf8)) == DaemonMetrics())
    let some = #"{"runs":{"failed":3,"vanished":9},"turns":{"sum":4},"colour":1}"#
    let metrics = try DaemonMetrics(parsing: Array(some.utf8))
    #expect(metrics.runs[.failed] == 3 && metrics.runs[.lost] == 0)
    #expect(metrics.turns.sum == 4)
  }

  @Test(arguments: [
    ("", "line 1, column 1"), ("[]", "an object is expected, not an array"),
    (#"{"since":"yesterday"}"#, "since: an instant is expected"),
    (#"{"runs":{"failed":-1}}"#, "runs.failed: -1 is out of range"),
    (#"{"runs":[]}"#, "runs: an object is expected"),
    (#"{"retries":"1"}"#, "retries: a whole number is expected, not a string"),
    (#"{"queueWait":{"counts":[1,2]}}"#, "queueWait.counts: 2 numbers for 0 bounds"),
  ])
  func saysWhatIsWrong(text: String, message: String) {
    let error = #expect(throws: RecordError.self) { try DaemonMetrics(parsing: Array(text.utf8)) }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }
}
