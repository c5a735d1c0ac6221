// Jobs on a virtual clock.

import JobCore
import Testing

@testable import JobDaemon

@Suite struct SimulationTests {
  private static let start = Instant(rfc3339: "2026-03-02T00:00:00Z")

  private func job(
    _ number: Int, _ expression: String?, _ duration: Int,
    _ edit: (inout JobSpec) -> Void = { _ in }
  ) throws -> Simulation.Job {
    var spec = JobSpec(
      command: .program(["true"]), name: "job", workingDirectory: "/", umask: 0, timeZone: "UTC")
    if let expression { spec.quartz = [try CronExpression(expression)] }
    edit(&spec)
    let schedule = Schedule(spec, zone: .utc)
    let state = JobState.submitted(
      id: "job-\(number)", number: number, spec: spec, schedule: schedule,
      at: try #require(SimulationTests.start))
    return Simulation.Job(state, schedule, duration: .seconds(duration))
  }

  /// Lives through some hours; `events` as "01:00 fires 1".
  private func live(
    _ jobs: [Simulation.Job], hours: Int, slots: Int = 8, config: SpoolConfig = SpoolConfig(),
    downFor: Range<Int>? = nil
  ) throws -> (events: [String], jobs: [Simulation.Job]) {
    let start = try #require(SimulationTests.start)
    var events: [String] = []
    let outages = downFor.map { minutes in
      [start + .seconds(minutes.lowerBound * 60)..<start + .seconds(minutes.upperBound * 60)]
    }
    var simulation = Simulation(slots: slots, config: config, outages: outages ?? []) { event in
      events.append(
        "\(event.at.rfc3339.dropFirst(11).prefix(5)) \(event.kind.rawValue) \(event.job.number)"
          + (event.kind == .waits ? " \(event.detail)" : ""))
    }
    let ended = try simulation.run(jobs, from: start, through: start + .seconds(hours * 3600))
    return (events, ended)
  }

  @Test func firesWhenTheDaemonWould() throws {
    let (events, jobs) = try live([try job(1, "0 0 * * * ?", 60)], hours: 3)
    #expect(events == ["01:00 fires 1", "02:00 fires 1", "03:00 fires 1"])
    #expect(jobs[0].tally.runs == 3 && jobs[0].tally.overlaps == 0 && !jobs[0].tally.neverFires)
  }

  private static let durations: [Int] = [30, 59, 60, 61, 200, 1000]

  /// Whatever the rule, a job never runs beside itself, and each firing has a run or a reason.
  @Test(arguments: Overlap.allCases, durations)
  func knowsWhatFiringsDuringARunComeTo(_ rule: Overlap, _ seconds: Int) throws {
    let hourly = try job(1, "0 * * * * ?", seconds) { $0.overlap = rule }
    let (events, jobs) = try live([hourly], hours: 3)
    let fired = events.count { $0.contains("fires") }
    #expect(fired == jobs[0].tally.runs)
    let perRun = max((seconds + 59) / 60, 1)
    switch rule {
    case .replace: #expect(fired == 180)
    case .skip:
      let fitting = (180 + perRun - 1) / perRun
      #expect(fired == fitting)
    case .queue:
      let fitting = 10_800 / max(seconds, 60)
      #expect(fired >= fitting - 1 && fired <= fitting + 1)
    }
  }

  @Test func knowsQueuesPoolsAndPriorities() throws {
    var config = SpoolConfig()
    config.queues["one"] = SpoolConfig.Queue(slots: 1)
    config.pools["gpu"] = 1
    let (events, _) = try live(
      [
        try job(1, "0 0 1 * * ?", 600) { $0.queue = "one" },
        try job(2, "0 0 1 * * ?", 600) { ($0.queue, $0.priority) = ("one", 1) },
        try job(3, "0 0 1 * * ?", 60) { $0.needs = ["gpu": 1] },
        try job(4, "0 0 1 * * ?", 60) { $0.needs = ["gpu": 1] },
      ], hours: 2, config: config)
    #expect(
      events == [
        "01:00 fires 2", "01:00 fires 3", "01:01 waits 4 1m for a slot or a pool",
        "01:10 waits 1 10m for a slot",
      ])
  }

  @Test func tellsWhatWaitsForASlot() throws {
    let (events, jobs) = try live(
      [try job(1, "0 0 * * * ?", 1200), try job(2, "0 0 * * * ?", 600)], hours: 1, slots: 1)
    #expect(events == ["01:00 fires 1"])
    #expect(jobs[1].tally.runs == 0)
    let (later, all) = try live(
      [try job(1, "0 0 * * * ?", 1200), try job(2, "0 0 1 * * ?", 600)], hours: 2, slots: 1)
    #expect(later == ["01:00 fires 1", "01:20 waits 2 20m for a slot", "02:00 fires 1"])
    #expect(all[1].tally.waits == 1 && all[1].tally.longestWait == .seconds(1200))
  }

  @Test func tellsWhatARunIsInTheWayOf() throws {
    let (events, jobs) = try live([try job(1, "0 0 * * * ?", 5400)], hours: 4)
    #expect(
      events == [
        "01:00 fires 1", "02:30 overlaps 1", "02:30 fires 1", "04:00 overlaps 1", "04:00 fires 1",
      ])
    #expect(jobs[0].tally.overlaps == 2 && jobs[0].tally.waits == 0)
  }

  @Test(arguments: [
    (Misfire.once, ["03:20 late 1", "03:20 fires 1"]), (.skip, ["03:20 skips 1"]),
    (
      .all,
      [
        "03:20 late 1", "03:20 fires 1", "03:30 late 1", "03:30 fires 1", "03:40 late 1",
        "03:40 fires 1",
      ]
    ),
  ])
  func makesUpForAnOutageAsTheMisfireRuleSays(rule: Misfire, expected: [String]) throws {
    let job = try job(1, "0 0 * * * ?", 600) { $0.misfire = rule }
    let (events, jobs) = try live([job], hours: 4, downFor: 30..<200)
    #expect(events == expected + ["04:00 fires 1"])
    #expect(jobs[0].tally.overlaps == 0 && jobs[0].tally.waits == 0)
  }

  @Test func countsNoOverlapWhereARunEndsWithTheNextFiring() throws {
    let (events, jobs) = try live([try job(1, "0 0 * * * ?", 3600)], hours: 3)
    #expect(events == ["01:00 fires 1", "02:00 fires 1", "03:00 fires 1"])
    #expect(jobs[0].tally.overlaps == 0)
  }

  @Test func countsEachFiringThatItsOwnRunsWereInTheWayOf() throws {
    let job = try job(1, "0 0 * * * ?", 9000) { $0.misfire = .all }
    let (events, jobs) = try live([job], hours: 9)
    #expect(events.filter { $0.contains("late") } == [])
    #expect(jobs[0].tally.overlaps == 3 && jobs[0].tally.runs == 4)
  }

  @Test func startsNothingInAnOutageNorAfterTheEnd() throws {
    let job = try job(1, "0 0 * * * ?", 60)
    #expect(try live([job], hours: 2, downFor: 0..<130).events == [])
    #expect(
      try live([job], hours: 2, downFor: 0..<90).events == [
        "01:30 late 1", "01:30 fires 1", "02:00 fires 1",
      ])
  }

  @Test func knowsTheEndOfARunThatEndedInAnOutage() throws {
    let (events, jobs) = try live([try job(1, "0 0 1 * * ?", 5400)], hours: 4, downFor: 90..<200)
    #expect(events == ["01:00 fires 1"])
    #expect(jobs[0].state.lastOutcome?.endedAt.rfc3339 == "2026-03-02T02:30:00.000Z")
  }

  @Test func tellsWhatNeverFires() throws {
    let (events, jobs) = try live(
      [try job(1, "0 0 0 1 1 ? 2020", 1), try job(2, "0 0 0 29 2 ?", 1)], hours: 1)
    #expect(events == ["00:00 ends 1"])
    #expect(jobs[0].tally.neverFires && !jobs[1].tally.neverFires)
  }

  @Test func endsAOneShot() throws {
    let (events, jobs) = try live([try job(1, nil, 60)], hours: 1)
    #expect(events == ["00:00 fires 1", "00:01 ends 1"])
    #expect(jobs[0].state.phase == .succeeded)
  }

  @Test func isTheSameEveryTime() throws {
    let jobs = try (1...40).map { number in
      try job(number, "0 0/\(1 + number % 7) * * * ?", number * 13) { $0.jitter = .seconds(20) }
    }
    let first = try live(jobs, hours: 2, slots: 3)
    let second = try live(jobs.reversed(), hours: 2, slots: 3)
    #expect(first.events == second.events && first.events.count > 100)
  }
}
