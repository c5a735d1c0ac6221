// What the files tell of who waits for whom is what the daemon's own queue goes by.

import Testing

@testable import JobCore

@Suite struct StartOrderTests {
  private static let begin: Int64 = 1_790_000_000_000
  private static let resources: [StartQueue.Resource] = [
    .lock("a"), .lock("b"), .pool("gpu"), .pool("tape"),
  ]

  private static func state(
    _ number: Int, queue: String? = nil, priority: Int = 0, locks: [String] = [],
    needs: [String: Int] = [:]
  ) -> JobState {
    var spec = JobSpec(
      command: .program(["true"]), name: "job", workingDirectory: "/", umask: 0, timeZone: "UTC")
    (spec.queue, spec.priority) = (queue, priority)
    (spec.locks, spec.needs) = (locks, needs)
    return .submitted(
      id: "\(number)", number: number, spec: spec, schedule: Schedule(spec, zone: .utc),
      at: Instant(milliseconds: begin + Int64(number)))
  }

  private static func started(_ state: JobState, at number: Int) throws -> JobState {
    try state.applying(
      .launch, schedule: Schedule(state.spec, zone: .utc),
      at: Instant(milliseconds: begin + Int64(number)))
  }

  private static func add(_ state: JobState, to queue: inout StartQueue) {
    guard case .queued(let attempt) = state.phase else { return }
    queue.add(StartRequest(state), at: state.beginning(of: attempt).milliseconds)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func theFilesTellWhatTheQueueOfTheDaemonDoes(seed: UInt64) throws {
    var random = Xoshiro(seed: seed)
    var config = SpoolConfig()
    config.pools = ["gpu": 4, "tape": 1]
    config.queues = ["paused": .init(isPaused: true), "wide": .init(slots: 1000)]
    var queue = StartQueue(config)
    var jobs: [String: JobState] = [:]
    var waiting = 0
    for number in 1...150 {
      if Int.random(in: 0..<3, using: &random) > 0 {
        let state = Self.state(
          number, queue: ["paused", "wide", nil, nil].randomElement(using: &random) ?? nil,
          priority: Int.random(in: -1...1, using: &random),
          locks: ["a", "b"].filter { _ in Int.random(in: 0..<3, using: &random) == 0 },
          needs: ["gpu": Int.random(in: 1...4, using: &random), "tape": 1].filter { _ in
            Int.random(in: 0..<3, using: &random) == 0
          })
        jobs[state.id] = state
        Self.add(state, to: &queue)
      } else if let id = jobs.keys.sorted().randomElement(using: &random) {
        jobs[id] = nil
        queue.remove(id)
      }
      while let id = queue.popFirst() {
        jobs[id] = try Self.started(try #require(jobs[id]), at: number)
      }
      var order = StartOrder(config)
      for state in jobs.values { order.add(state) }
      order.settle()
      for id in jobs.keys {
        for resource in Self.resources {
          let truth = queue.standing(of: id, at: resource).flatMap { $0.isFree ? nil : $0 }
          #expect(order.standing(of: id, at: resource) == truth, "\(id) at \(resource), \(seed)")
          if truth?.first != nil { waiting += 1 }
        }
      }
    }
    #expect(waiting > 0)
  }

  @Test func whoWasTriedBeforeItsQueueWasFullKeepsItsPlace() throws {
    var config = SpoolConfig()
    config.queues = ["one": .init(slots: 1)]
    var queue = StartQueue(config)
    queue.close("a")
    let first = Self.state(1, queue: "one", locks: ["a", "b"])
    let second = Self.state(2, queue: "one")
    let late = Self.state(4, queue: "one", locks: ["b"])
    let other = Self.state(5, locks: ["b"])
    Self.add(first, to: &queue)
    Self.add(second, to: &queue)
    #expect(queue.popFirst() == "2" && queue.popFirst() == nil)
    for state in [late, other] { Self.add(state, to: &queue) }
    #expect(queue.popFirst() == nil)
    #expect(queue.standing(of: "5", at: .lock("b"))?.first == "1")
    var order = StartOrder(config)
    order.close("a")
    for state in [other, late, try Self.started(second, at: 3), first] { order.add(state) }
    order.settle()
    #expect(order.standing(of: "5", at: .lock("b"))?.first == "1")
  }

  @Test func whoOnlyTheDaemonHasToStartGoesFirst() throws {
    var order = StartOrder(SpoolConfig())
    for number in [2, 1] { order.add(Self.state(number, locks: ["a"])) }
    order.settle()
    #expect(order.standing(of: "1", at: .lock("a")) == nil)
    #expect(order.standing(of: "2", at: .lock("a"))?.first == "1")
  }
}
