// What the daemon remembers of jobs: who is due, who is live, and whether all is quiet.

import JobCore
import JobSpool
import Testing

@testable import JobDaemon

@Suite struct JobTableTests {
  private static let now = Instant(milliseconds: 1_790_000_000_000)

  private func job(
    _ number: Int, start: Instant? = nil, priority: Int = 0, locks: [String] = []
  ) throws -> JobState {
    var spec = JobSpec(
      command: .program(["true"]), name: "job", workingDirectory: "/", umask: 0, timeZone: "UTC")
    spec.startDate = start
    spec.priority = priority
    spec.locks = locks
    return JobState.submitted(
      id: "job-\(number)", number: number, spec: spec, schedule: Schedule(spec, zone: .utc),
      at: JobTableTests.now)
  }

  @Test func queuedJobsComeInOrderOfTheirInstantThenTheirNumber() throws {
    var table = JobTable()
    for number in [3, 1, 2] { table.register(try job(number), now: JobTableTests.now) }
    #expect(table.popReady() == "job-1")
    #expect(table.popReady() == "job-2")
    #expect(table.popReady() == "job-3")
    #expect(table.popReady() == nil)
  }

  @Test func aHigherPriorityComesFirstWheneverItWasDue() throws {
    var table = JobTable()
    let early = JobTableTests.now - .seconds(60)
    table.register(try job(1, start: early, priority: -5), now: JobTableTests.now)
    table.register(try job(2, start: early), now: JobTableTests.now)
    for number in [4, 3] {
      table.register(try job(number, priority: 7), now: JobTableTests.now)
    }
    #expect((1...5).map { _ in table.popReady() } == ["job-3", "job-4", "job-2", "job-1", nil])
  }

  @Test func aJobThatWaitsForFilesIsForOthersToLookAt() throws {
    let json = try JSON(
      parsing: Array(
        #"{"command":"true","fileTrigger":{"directory":"/in","pattern":"a"}}"#.utf8))
    let context = DocumentContext(
      workingDirectory: "/", umask: 0, timeZone: "UTC", model: { _ in nil }, modelNames: { [] },
      zone: { _ in .utc })
    let spec = try JobDocument(json, in: context).spec
    let state = JobState.submitted(
      id: "files", number: 1, spec: spec, schedule: Schedule(spec, zone: .utc),
      at: JobTableTests.now)
    var table = JobTable()
    table.register(state, now: JobTableTests.now)
    #expect(table.hasWatching && table.nextInstant == nil && table.nextElapsed == nil)
    #expect(table.isIdle(until: .max))
    #expect(table.takeWatching() == ["files"] && !table.hasWatching)
    #expect(table.ring(now: JobTableTests.now + .seconds(60)).isEmpty && table.popReady() == nil)
  }

  @Test func theEndOfAJobIsToldToThoseThatRunAfterIt() throws {
    var spec = try job(1).spec
    spec.after = [Parent("job-1", .any), Parent("elsewhere", .success)]
    let child = JobState.submitted(
      id: "child", number: 2, spec: spec, schedule: Schedule(spec, zone: .utc),
      at: JobTableTests.now)
    var table = JobTable()
    table.register(try job(1), now: JobTableTests.now)
    table.register(child, now: JobTableTests.now)
    #expect(table.isAwaited("job-1") && table.isAwaited("elsewhere") && !table.isAwaited("child"))
    #expect(table.takeBereaved().isEmpty && table.isIdle(until: .max) == false)
    table.forget("job-1")
    #expect(table.takeBereaved() == ["child"] && table.takeBereaved().isEmpty)
    table.forget("child")
    #expect(!table.isAwaited("elsewhere"))
  }

  @Test func thoseThatRunAfterOneJobComeByPriorityAndNumber() throws {
    var table = JobTable()
    let numbers = Array(2...40)
    for number in numbers.shuffled() {
      var spec = try job(number, priority: number == 30 ? 100 : 0).spec
      spec.after = [Parent("job-1", .any)]
      let child = JobState.submitted(
        id: "job-\(number)", number: number, spec: spec, schedule: Schedule(spec, zone: .utc),
        at: JobTableTests.now)
      table.register(child, now: JobTableTests.now)
    }
    table.forget("job-1")
    let order = [30] + numbers.filter { $0 != 30 }
    #expect(Array(table.takeBereaved()) == order.map { "job-\($0)" })
  }

  @Test func aFiringThatReplacesARunRingsForIt() throws {
    let next = JobTableTests.now + .seconds(60)
    var table = JobTable(replacement: { _ in next })
    let schedule = Schedule(try job(1).spec, zone: .utc)
    let live = try job(1).applying(.launch, schedule: schedule, at: JobTableTests.now)
    table.register(live, now: JobTableTests.now)
    #expect(table.nextInstant == next.milliseconds)
    #expect(table.ring(now: next) == ["job-1"] && table.popReady() == nil)
    #expect(table.standing(of: "job-1") != nil && table.liveCount == 1)
  }

  @Test func aFiringThatIsPastAndWasNotActedOnRingsOnlyLater() throws {
    let past = JobTableTests.now - .seconds(60)
    var table = JobTable(replacement: { _ in past })
    let schedule = Schedule(try job(1).spec, zone: .utc)
    let live = try job(1).applying(.launch, schedule: schedule, at: JobTableTests.now)
    table.register(live, now: JobTableTests.now)
    #expect(table.ring(now: JobTableTests.now).isEmpty)
    #expect(table.ring(now: JobTableTests.now + .seconds(1)) == ["job-1"])
  }

  @Test func aJobRegisteredTwiceIsInTheQueueOnce() throws {
    var table = JobTable()
    table.register(try job(1), now: JobTableTests.now)
    table.register(try job(1), now: JobTableTests.now)
    #expect(table.popReady() == "job-1")
    #expect(table.popReady() == nil)
  }

  @Test func aForgottenJobIsNotInTheQueue() throws {
    var table = JobTable()
    table.register(try job(1), now: JobTableTests.now)
    table.forget("job-1")
    #expect(table.popReady() == nil)
    #expect(!table.contains("job-1"))
  }

  @Test func aWaitingJobIsDueWhenItsInstantHasCome() throws {
    var table = JobTable()
    let later = JobTableTests.now + .seconds(5)
    table.register(try job(1, start: later), now: JobTableTests.now)
    _ = table.ring(now: JobTableTests.now)
    #expect(table.popReady() == nil)
    _ = table.ring(now: later)
    #expect(table.takeUnrecorded(limit: 9) == ["job-1"])
    #expect(table.popReady() == "job-1")
  }

  @Test func theCountOfLiveJobsFollowsTheirStates() throws {
    var table = JobTable()
    let queued = try job(1)
    let live = try queued.applying(
      .launch, schedule: Schedule(queued.spec, zone: .utc), at: JobTableTests.now)
    table.register(live, now: JobTableTests.now)
    table.register(live, now: JobTableTests.now)
    #expect(table.liveCount == 1)
    table.forget(live.id)
    #expect(table.liveCount == 0)
  }

  @Test func onlyWhatIsDueSoonKeepsItFromBeingIdle() throws {
    var table = JobTable()
    let start = JobTableTests.now + .seconds(100)
    table.register(try job(1, start: start), now: JobTableTests.now)
    #expect(table.isIdle(until: (start - .seconds(1)).milliseconds))
    #expect(!table.isIdle(until: start.milliseconds))
    table.register(try job(2), now: JobTableTests.now)
    #expect(!table.isIdle(until: JobTableTests.now.milliseconds))
  }

  /// A job's state after the events that start it.
  private func live(_ job: JobState) throws -> JobState {
    try job.applying(.launch, schedule: Schedule(job.spec, zone: .utc), at: JobTableTests.now)
  }

  @Test func ofJobsWithOneLockOneRunsAtATimeInTheirOrder() throws {
    var table = JobTable()
    let jobs = try (1...3).map { try job($0, locks: ["db"]) }
    for job in jobs.reversed() { table.register(job, now: JobTableTests.now) }
    table.register(try job(4), now: JobTableTests.now)
    #expect(table.popReady() == "job-1")
    table.register(try live(jobs[0]), now: JobTableTests.now)
    #expect(table.popReady() == "job-4", "it wants no lock")
    #expect(table.popReady() == nil && !table.starts.hasFreed)
    table.forget("job-1")
    #expect(table.starts.hasFreed)
    #expect(table.popReady() == "job-2")
    table.putBack(jobs[1])
    #expect(table.popReady() == "job-2", "what comes to nothing keeps its place")
    table.forget("job-2")
    #expect(table.popReady() == "job-3")
    #expect(table.popReady() == nil)
  }

  @Test func aJobThatWantsTwoLocksTakesBothOrNone() throws {
    var table = JobTable()
    let first = try job(1, locks: ["a"])
    table.register(first, now: JobTableTests.now)
    #expect(table.popReady() == "job-1")
    table.register(try live(first), now: JobTableTests.now)
    for (number, locks) in [(2, ["a", "b"]), (3, ["b"]), (4, ["b"])] {
      table.register(try job(number, locks: locks), now: JobTableTests.now)
    }
    table.register(try job(5, locks: ["c"]), now: JobTableTests.now)
    #expect(table.popReady() == "job-5", "nobody overtakes job-2 at b")
    table.forget("job-1")
    #expect(table.popReady() == "job-2")
    #expect(table.popReady() == nil)
    table.forget("job-2")
    #expect(table.popReady() == "job-3")
    #expect(table.popReady() == nil)
    table.forget("job-3")
    #expect(table.popReady() == "job-4")
  }

  @Test func waitsSinceItWasReadyWhoeverLooksAtItMeanwhile() throws {
    var table = JobTable()
    let first = try job(1)
    let later = JobTableTests.now + .seconds(5)
    table.register(first, now: JobTableTests.now)
    table.register(first, now: later)
    #expect(table.readySince("job-1") == JobTableTests.now)
    _ = table.popReady()
    table.putBack(first)
    #expect(table.readySince("job-1") == JobTableTests.now)
    table.register(try live(first), now: later)
    #expect(table.readySince("job-1") == nil)
    let start = JobTableTests.now + .seconds(1)
    let waiting = try job(2, start: start)
    table.register(waiting, now: JobTableTests.now)
    #expect(table.readySince("job-2") == nil)
    _ = table.ring(now: later)
    #expect(table.readySince("job-2") == later, "it could not have been started before")
    table.register(waiting, now: later)
    #expect(table.readySince("job-2") == nil, "it was not due after all")
  }

  @Test func aWaiterThatGoesAwayWakesTheNext() throws {
    var table = JobTable()
    let first = try job(1, locks: ["a"])
    table.register(first, now: JobTableTests.now)
    _ = table.popReady()
    for number in 2...4 {
      table.register(try job(number, locks: ["a"]), now: JobTableTests.now)
    }
    #expect(table.popReady() == nil)
    table.forget("job-1")
    table.forget("job-2")
    #expect(table.popReady() == "job-3")
    #expect(table.popReady() == nil)
    table.release("job-3")
    #expect(table.popReady() == "job-4")
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func locksAreNeverSharedAndNobodyIsForgotten(seed: UInt64) throws {
    var random = SmallRandom(state: seed)
    var table = JobTable()
    var states: [String: JobState] = [:]
    var running: [String: [String]] = [:]
    for number in 1...60 {
      let locks = ["a", "b", "c", "d"].filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
      let state = try job(number, locks: locks)
      states[state.id] = state
      table.register(state, now: JobTableTests.now)
    }
    var ended = 0
    while ended < states.count {
      if running.count < 3, let id = table.popReady() {
        let state = try #require(states[id])
        #expect(running.values.allSatisfy { Set($0).isDisjoint(with: state.spec.locks) })
        switch Int.random(in: 0..<4, using: &random) {
        case 0: table.putBack(state)
        case 1:
          table.forget(id)
          ended += 1
        default:
          table.register(try live(state), now: JobTableTests.now)
          running[id] = state.spec.locks
        }
      } else {
        let id = try #require(running.keys.sorted().randomElement(using: &random), "seed \(seed)")
        running[id] = nil
        table.forget(id)
        ended += 1
      }
    }
    #expect(table.popReady() == nil)
  }

  @Test func whatWaitsForOtherSettingsKeepsNobodyFromLeaving() throws {
    var config = SpoolConfig()
    config.queues["default"] = SpoolConfig.Queue(isPaused: true)
    var table = JobTable(config)
    table.register(try job(1), now: JobTableTests.now)
    #expect(table.isIdle(until: .max) && table.popReady() == nil)
    table.configure(SpoolConfig())
    #expect(!table.isIdle(until: .max) && table.popReady() == "job-1")
  }

  /// What is kept of each live job, and there may be a million of them.
  @Test func aPlainRequestIsSmall() {
    #expect(MemoryLayout<StartRequest>.stride <= 32)
  }
}
