// Who starts next: queues with slots, paused ones, pools, and that neither a job nor the daemon's
// time is lost in them.

import Testing

@testable import JobCore

@Suite struct StartQueueTests {
  private static let now = Instant(milliseconds: 1_790_000_000_000)

  private static func request(
    _ number: Int, queue: String? = nil, worker: String? = nil, priority: Int = 0,
    locks: [String] = [], needs: [String: Int] = [:]
  ) -> StartRequest {
    var spec = JobSpec(
      command: .program(["true"]), name: "job", workingDirectory: "/", umask: 0, timeZone: "UTC")
    (spec.queue, spec.worker, spec.priority) = (queue, worker, priority)
    (spec.locks, spec.needs) = (locks, needs)
    return StartRequest(
      JobState.submitted(
        id: "\(number)", number: number, spec: spec, schedule: Schedule(spec, zone: .utc), at: now))
  }

  private static func config(
    _ queues: [String: SpoolConfig.Queue], pools: [String: Int] = [:]
  ) -> SpoolConfig {
    var config = SpoolConfig()
    config.queues = queues
    config.pools = pools
    return config
  }

  /// All that can start now.
  private static func start(_ queue: inout StartQueue) -> [String] {
    var started: [String] = []
    while let id = queue.popFirst() { started.append(id) }
    return started
  }

  // MARK: Locks of others

  @Test func aLockThatSomebodyOutsideHasLetsOthersGoOn() {
    var queue = StartQueue()
    queue.add(Self.request(1, locks: ["db"]), at: 0)
    queue.add(Self.request(2, locks: ["db"]), at: 1)
    queue.add(Self.request(3), at: 2)
    #expect(queue.popFirst() == "1")
    queue.close("db")
    queue.putBack(Self.request(1, locks: ["db"]), at: 0)
    #expect(queue.hasFreed)
    #expect(Self.start(&queue) == ["3"])
    #expect(!queue.hasFreed)
    let tries = queue.tries
    #expect(Self.start(&queue) == [] && queue.tries == tries)
    queue.open("db")
    #expect(queue.hasFreed)
    #expect(Self.start(&queue) == ["1"])
    queue.remove("1")
    #expect(Self.start(&queue) == ["2"])
  }

  // MARK: Queues

  @Test func theBestOfAllQueuesStartsAndAFullOneHoldsUpNoOther() {
    var queue = StartQueue(Self.config(["big": .init(slots: 1), "small": .init(slots: 2)]))
    for (number, name) in [(1, "big"), (2, "big"), (3, nil), (4, "small"), (5, "odd")] {
      queue.add(Self.request(number, queue: name), at: 10 - Int64(number))
    }
    queue.add(Self.request(6, queue: "small", priority: 1), at: 99)
    #expect(Self.start(&queue) == ["6", "5", "4", "3", "2"])
    #expect(queue.slotsTaken == 5 && !queue.hasFreed)
    queue.remove("2")
    #expect(queue.hasFreed)
    #expect(Self.start(&queue) == ["1"])
  }

  @Test func aJobWaitsInTheQueueOfItsWorkersNameIfThereIsOne() {
    var queue = StartQueue(Self.config(["big": .init(isPaused: true)]))
    queue.add(Self.request(1, worker: "big"), at: 0)
    queue.add(Self.request(2, worker: "other"), at: 0)
    queue.add(Self.request(3, queue: "default", worker: "big"), at: 0)
    #expect(Self.start(&queue) == ["2", "3"])
    queue.configure(SpoolConfig())
    #expect(Self.start(&queue) == ["1"])
  }

  @Test func nothingOfAPausedQueueStartsAndWhatRunsGoesOn() {
    let open = Self.config(["big": .init(slots: 2)])
    let paused = Self.config(["big": .init(slots: 2, isPaused: true)])
    var queue = StartQueue(open)
    for number in 1...3 { queue.add(Self.request(number, queue: "big"), at: 0) }
    #expect(queue.popFirst() == "1")
    queue.configure(paused)
    #expect(Self.start(&queue) == [])
    #expect(queue.isKeptBack("2") && queue.slotsTaken == 1)
    queue.configure(open)
    #expect(queue.hasFreed && !queue.isKeptBack("2"))
    #expect(Self.start(&queue) == ["2"], "the first still runs")
  }

  @Test func slotsThatAreTakenAwayAreFreedByTheEndsOfRuns() {
    var queue = StartQueue(Self.config(["q": .init(slots: 3)]))
    for number in 1...6 { queue.add(Self.request(number, queue: "q"), at: 0) }
    #expect(Self.start(&queue) == ["1", "2", "3"])
    queue.configure(Self.config(["q": .init(slots: 1)]))
    queue.remove("1")
    queue.remove("2")
    #expect(Self.start(&queue) == [])
    queue.remove("3")
    #expect(Self.start(&queue) == ["4"])
    queue.configure(Self.config(["q": .init()]))
    #expect(Self.start(&queue) == ["5", "6"])
  }

  @Test func theSlotOfARunThatHasEndedIsFreeBeforeThatIsOnRecordButItsLockIsNot() {
    var queue = StartQueue(Self.config(["q": .init(slots: 1)]))
    queue.add(Self.request(1, queue: "q", locks: ["a"]), at: 0)
    queue.add(Self.request(2, queue: "q", locks: ["a"]), at: 0)
    queue.add(Self.request(3, queue: "q"), at: 0)
    #expect(Self.start(&queue) == ["1"])
    queue.vacate("1")
    #expect(Self.start(&queue) == ["3"])
    queue.begin(Self.request(1, queue: "q", locks: ["a"]))
    #expect(queue.slotsTaken == 2, "its end could not be recorded")
    for id in ["1", "3"] { queue.remove(id) }
    #expect(Self.start(&queue) == ["2"] && queue.slotsTaken == 1)
  }

  @Test func whatRanBeforeItsDaemonCameCountsAsWell() {
    var queue = StartQueue(Self.config(["q": .init(slots: 1)], pools: ["gpu": 2]))
    queue.add(Self.request(2, queue: "q"), at: 0)
    queue.add(Self.request(3, needs: ["gpu": 1]), at: 0)
    queue.begin(Self.request(1, queue: "q", needs: ["gpu": 2]))
    #expect(Self.start(&queue) == [])
    queue.remove("1")
    #expect(Self.start(&queue) == ["2", "3"])
  }

  @Test func whatIsPutBackFreesNothingForOthers() {
    var queue = StartQueue()
    let request = Self.request(1, locks: ["a"])
    queue.add(request, at: 0)
    #expect(Self.start(&queue) == ["1"])
    queue.putBack(request, at: 0)
    #expect(!queue.hasFreed, "it would be tried again at once, and fail at once")
    #expect(Self.start(&queue) == ["1"])
  }

  // MARK: Locks and pools between queues

  @Test func whoIsInAPausedQueueIsInNobodysWay() {
    let paused = Self.config(["big": .init(isPaused: true)], pools: ["gpu": 1])
    var queue = StartQueue(Self.config(["big": .init()], pools: ["gpu": 1]))
    queue.begin(Self.request(1, locks: ["a"], needs: ["gpu": 1]))
    queue.add(Self.request(2, queue: "big", locks: ["a"], needs: ["gpu": 1]), at: 0)
    queue.add(Self.request(3, locks: ["a"]), at: 1)
    queue.add(Self.request(4, needs: ["gpu": 1]), at: 1)
    #expect(Self.start(&queue) == [])
    queue.configure(paused)
    queue.remove("1")
    #expect(Self.start(&queue) == ["3", "4"])
  }

  @Test func aJobThatNeedsMuchOfAPoolIsNotOvertakenByThoseThatNeedLittle() {
    var queue = StartQueue(Self.config([:], pools: ["gpu": 4]))
    queue.add(Self.request(1, needs: ["gpu": 3]), at: 0)
    queue.add(Self.request(2, needs: ["gpu": 4]), at: 1)
    queue.add(Self.request(3, needs: ["gpu": 1]), at: 2)
    queue.add(Self.request(4), at: 3)
    #expect(Self.start(&queue) == ["1", "4"])
    queue.remove("1")
    #expect(Self.start(&queue) == ["2"])
    queue.remove("2")
    #expect(Self.start(&queue) == ["3"])
  }

  @Test func severalThatFitStartTogether() {
    var queue = StartQueue(Self.config([:], pools: ["gpu": 4]))
    queue.add(Self.request(1, needs: ["gpu": 4]), at: 0)
    for number in 2...6 { queue.add(Self.request(number, needs: ["gpu": 1]), at: 1) }
    #expect(Self.start(&queue) == ["1"])
    queue.remove("1")
    #expect(Self.start(&queue) == ["2", "3", "4", "5"])
  }

  @Test func whatNoPoolCanEverGiveWaitsAndIsInNobodysWay() {
    var queue = StartQueue(Self.config([:], pools: ["gpu": 2]))
    queue.add(Self.request(1, needs: ["gpu": 3]), at: 0)
    queue.add(Self.request(2, locks: ["a"], needs: ["tape": 1]), at: 0)
    queue.add(Self.request(3, locks: ["a"], needs: ["gpu": 2]), at: 1)
    #expect(Self.start(&queue) == ["3"])
    #expect(queue.isKeptBack("1") && queue.isKeptBack("2"))
    queue.configure(Self.config([:], pools: ["gpu": 3, "tape": 1]))
    #expect(Self.start(&queue) == [], "lock and pool are taken")
    queue.remove("3")
    #expect(Self.start(&queue) == ["1", "2"])
  }

  @Test func whoseQueueIsBehindKeepsOnePlaceAtALockAndNoMore() {
    // Two of queue q want the lock when it is taken; then q is full.
    var queue = StartQueue(Self.config(["q": .init(slots: 1)], pools: ["gpu": 3]))
    queue.begin(Self.request(1, needs: ["gpu": 3]))
    for number in 2...3 { queue.add(Self.request(number, queue: "q", needs: ["gpu": 1]), at: 0) }
    queue.add(Self.request(4, queue: "q"), at: 1)
    for number in 5...7 { queue.add(Self.request(number, needs: ["gpu": 1]), at: 2) }
    #expect(Self.start(&queue) == ["4"])
    queue.remove("1")
    #expect(Self.start(&queue) == ["5", "6"], "one part is kept for 2, none for 3")
    queue.remove("4")
    #expect(Self.start(&queue) == ["2"])
    queue.remove("2")
    #expect(Self.start(&queue) == ["3"], "it came before 7")
  }

  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func nothingIsSharedThatCannotBeAndNobodyIsForgotten(seed: UInt64) throws {
    var random = Xoshiro(seed: seed)
    let pools = ["gpu": 4, "tape": 1]
    let limits = ["one": 1, "two": 2]
    func anyConfig(_ random: inout Xoshiro) -> SpoolConfig {
      var queues = limits.mapValues { SpoolConfig.Queue(slots: $0) }
      for name in ["one", "two", "default"] where Int.random(in: 0..<4, using: &random) == 0 {
        queues[name, default: .init()].isPaused = true
      }
      return Self.config(queues, pools: pools)
    }
    var queue = StartQueue(Self.config(limits.mapValues { .init(slots: $0) }, pools: pools))
    var open: [String: StartRequest] = [:]
    for number in 1...80 {
      let request = Self.request(
        number, queue: ["one", "two", nil, "free"].randomElement(using: &random) ?? nil,
        priority: Int.random(in: -1...1, using: &random),
        locks: ["a", "b"].filter { _ in Int.random(in: 0..<4, using: &random) == 0 },
        needs: ["gpu": Int.random(in: 0...4, using: &random), "tape": 1].filter { need in
          need.value > 0 && Int.random(in: 0..<3, using: &random) == 0
        })
      open[request.id] = request
      queue.add(request, at: Int64.random(in: 0...5, using: &random))
    }
    var running: [String: StartRequest] = [:]
    var turns = 0
    while !open.isEmpty {
      turns += 1
      try #require(turns < 10_000, "seed \(seed): \(open.count) wait for ever")
      let event = Int.random(in: 0..<12, using: &random)
      if event == 0 { queue.configure(anyConfig(&random)) }
      if event == 1, let id = open.keys.sorted().randomElement(using: &random) {
        // Cancelled, running or not.
        queue.remove(id)
        (open[id], running[id]) = (nil, nil)
      } else if running.count < 6, event > 3, let id = queue.popFirst() {
        let request = try #require(open[id])
        try #require(running.updateValue(request, forKey: id) == nil)
        let all = running.values
        for lock in ["a", "b"] { #expect(all.count { $0.locks.contains(lock) } <= 1) }
        for (pool, size) in pools {
          #expect(all.reduce(0) { $0 + ($1.needs[pool] ?? 0) } <= size, "seed \(seed)")
        }
        for (name, slots) in limits {
          #expect(all.count { $0.queue == name } <= slots, "seed \(seed)")
        }
        if event == 11 {
          running[id] = nil
          queue.putBack(request, at: 3)
        }
      } else if let id = running.keys.sorted().randomElement(using: &random) {
        (open[id], running[id]) = (nil, nil)
        queue.remove(id)
      }
      #expect(queue.slotsTaken == running.count, "seed \(seed)")
    }
    #expect(queue.popFirst() == nil)
  }

  // MARK: What it costs

  @Test func aStartCostsTheSameHoweverManyWait() {
    let many = 100_000
    var queue = StartQueue(
      Self.config(["full": .init(slots: 1), "paused": .init(isPaused: true)], pools: ["gpu": 1]))
    for number in 1...many {
      let name = ["full", "paused", "free"][number % 3]
      // A third of all would be tried in vain if it were tried.
      queue.add(Self.request(number, queue: name, needs: name == "full" ? ["gpu": 1] : [:]), at: 0)
    }
    for _ in 1...100 { _ = queue.popFirst() }
    #expect(queue.tries <= 101)
    let before = queue.tries
    for _ in 1...100 {
      queue.remove("3")
      queue.add(Self.request(3, queue: "full", needs: ["gpu": 1]), at: -1)
      _ = queue.popFirst()
    }
    #expect(queue.tries - before <= 200)
  }

  @Test func whoWaitsForWhatIsTakenIsTriedOnceAndThenWhenItsTurnHasCome() {
    let many = 20_000
    var queue = StartQueue(Self.config([:], pools: ["gpu": 2]))
    for number in 1...many {
      queue.add(
        Self.request(number, locks: number % 2 == 0 ? ["a"] : [], needs: ["gpu": 1]), at: 0)
    }
    var started = Self.start(&queue)
    #expect(started == ["1", "2"] && queue.tries == many)
    var ended = 0
    while let id = started.first {
      started.removeFirst()
      queue.remove(id)
      ended += 1
      started += Self.start(&queue)
    }
    #expect(ended == many)
    #expect(queue.tries <= 5 * many, "\(queue.tries)")
  }
}
