// Jobs that Slurm runs: they take no slot of the daemon, but those of their queue.

import Testing

@testable import JobCore

@Suite struct StartQueueEngineTests {
  private static let now = Instant(milliseconds: 1_790_000_000_000)

  private func state(
    _ number: Int, _ queue: String? = nil, needs: [String: Int] = [:]
  ) -> JobState {
    var spec = JobSpec(
      command: .program(["true"]), name: "job", workingDirectory: "/", umask: 0, timeZone: "UTC")
    (spec.queue, spec.needs) = (queue, needs)
    return JobState.submitted(
      id: "\(number)", number: number, spec: spec, schedule: Schedule(spec, zone: .utc),
      at: Self.now)
  }

  private func start(_ queue: inout StartQueue, hasSlot: Bool) -> [String] {
    var started: [String] = []
    while let id = queue.popFirst(hasSlot: hasSlot) { started.append(id) }
    return started
  }

  private func config(_ slots: Int? = nil) -> SpoolConfig {
    var config = SpoolConfig()
    config.queues["big"] = SpoolConfig.Queue(slots: slots, engine: .slurm)
    return config
  }

  @Test func theyStartWithoutASlotOfTheDaemon() {
    var queue = StartQueue(config())
    for (number, name) in [(1, nil), (2, "big"), (3, "big")] as [(Int, String?)] {
      queue.add(StartRequest(state(number, name)), at: Int64(number))
    }
    #expect(start(&queue, hasSlot: false) == ["2", "3"])
    #expect(queue.slotsTaken == 0 && !queue.hasFreed)
    #expect(start(&queue, hasSlot: true) == ["1"])
    #expect(queue.slotsTaken == 1)
  }

  @Test func theirQueueLimitsThem() {
    var queue = StartQueue(config(1))
    for number in 1...2 { queue.add(StartRequest(state(number, "big")), at: Int64(number)) }
    #expect(start(&queue, hasSlot: false) == ["1"])
    queue.remove("1")
    #expect(queue.hasFreed)
    #expect(start(&queue, hasSlot: false) == ["2"])
  }

  @Test func needsThatAreNoPoolsAreTheClustersToCount() {
    var settings = config()
    settings.pools["license"] = 1
    var queue = StartQueue(settings)
    for number in 1...2 {
      queue.add(
        StartRequest(state(number, "big", needs: ["gpu": 4, "license": 1])), at: Int64(number))
    }
    queue.add(StartRequest(state(3, needs: ["gpu": 1])), at: 3)
    #expect(start(&queue, hasSlot: true) == ["1"], "there is one license")
    #expect(queue.isKeptBack("3") && !queue.isKeptBack("2"))
    queue.remove("1")
    #expect(start(&queue, hasSlot: true) == ["2"])
  }

  @Test func aRunStaysWhatItIsWhenItsQueueMoves() throws {
    var queue = StartQueue(config(3))
    let due = state(1, "big")
    let live = try due.applying(
      .launchOn(.slurm), schedule: Schedule(due.spec, zone: .utc), at: Self.now)
    queue.begin(StartRequest(live))
    #expect(queue.slotsTaken == 0)
    var settings = SpoolConfig()
    settings.queues["big"] = SpoolConfig.Queue(slots: 1)
    queue.configure(settings)
    #expect(queue.slotsTaken == 0)
    queue.add(StartRequest(state(2, "big")), at: 0)
    #expect(start(&queue, hasSlot: true) == [], "its queue has one slot, and the run has it")
    settings.queues["big"]?.slots = 2
    queue.configure(settings)
    #expect(start(&queue, hasSlot: true) == ["2"])
    #expect(queue.slotsTaken == 1)
  }
}
