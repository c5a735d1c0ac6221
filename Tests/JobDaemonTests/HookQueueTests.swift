// Which hook is next: in order for one job, side by side for many, and again after a wait.

import Testing

@testable import JobCore
@testable import JobDaemon

@Suite struct HookQueueTests {
  /// A job that has run, with hooks on its start and its success.
  private func job(_ id: String, _ hooks: String) throws -> JobState {
    let json = try JSON(parsing: "{\"command\":[\"true\"],\"hooks\":\(hooks)}")
    let context = DocumentContext(
      workingDirectory: "/", umask: 0o077, timeZone: "UTC", model: { _ in nil },
      modelNames: { [] }, zone: { _ in .utc })
    let spec = try JobDocument(json, in: context).spec
    let schedule = Schedule(spec, zone: .utc)
    let now = Instant(milliseconds: 0)
    var state = JobState.submitted(id: id, number: 1, spec: spec, schedule: schedule, at: now)
    state = try state.applying(.launch, schedule: schedule, at: now)
    let attempt = try #require(state.phase.liveAttempt)
    let outcome = Outcome(.exited(code: 0), of: attempt, startedAt: now, endedAt: now)
    return try state.applying(.ended(ExitRecord(outcome)), schedule: schedule, at: now)
  }

  private let both = #"{"onStart":"a","onSuccess":[{"command":"b"},{"command":"c"}]}"#

  /// The line of a hook.
  private func line(_ work: HookQueue.Work?) -> String? {
    guard case .shell(let line)? = work?.hook.command else { return nil }
    return line
  }

  @Test func theHooksOfOneJobRunOneAfterTheOther() throws {
    let queue = SharedQueue()
    try queue.update(job("x", both), common: Hooks())
    try queue.update(job("y", both), common: Hooks())
    for expected in ["a", "b", "c"] {
      let works = [queue.pop(at: 0), queue.pop(at: 0)].compactMap(\.self)
      #expect(works.map { line($0) } == [expected, expected])
      #expect(Set(works.map(\.job)) == ["x", "y"])
      #expect(queue.pop(at: 0) == nil)
      for work in works { queue.end(work, failure: nil, at: 0) }
    }
    #expect(queue.pop(at: 0) == nil && queue.hasEnded)
  }

  @Test func thoseOfTheSpoolComeBehindTheJobsOwn() throws {
    let queue = SharedQueue()
    let common = try Hooks(JSON(parsing: #"{"onStart":"z","onRetry":"y"}"#), field: "")
    try queue.update(job("x", #"{"onStart":"a"}"#), common: common)
    let first = try #require(queue.pop(at: 0))
    queue.end(first, failure: nil, at: 0)
    #expect(line(first) == "a" && line(queue.pop(at: 0)) == "z")
  }

  @Test func aRetryWaitsAndIsInNobodysWay() throws {
    let queue = SharedQueue()
    try queue.update(job("x", both), common: Hooks())
    var work = try #require(queue.pop(at: 0))
    work.failures = 1
    work.at = 500
    queue.putBack(work, at: 0)
    let next = try #require(queue.pop(at: 0))
    #expect(line(next) == "b")
    queue.end(next, failure: "exit 7", at: 10)
    let last = try #require(queue.pop(at: 10))
    queue.end(last, failure: nil, at: 20)
    #expect(queue.pop(at: 499) == nil && queue.next == 500)
    // The second event is told, and the first one is not.
    #expect(
      queue.takeEnded(at: 20, limit: 9).map(\.end) == [HookEnd(serial: 2, failures: ["exit 7"])])
    let again = try #require(queue.pop(at: 500))
    #expect(line(again) == "a" && again.failures == 1)
  }

  @Test func anEndIsRecordedOnceMoreIfThatCameToNothing() throws {
    let queue = SharedQueue()
    let state = try job("x", #"{"onStart":"a"}"#)
    queue.update(state, common: Hooks())
    let work = try #require(queue.pop(at: 0))
    queue.end(work, failure: nil, at: 0)
    #expect(queue.takeEnded(at: 0, limit: 9).count == 1)
    #expect(queue.takeEnded(at: 0, limit: 9).isEmpty && queue.next == 1000)
    #expect(queue.pop(at: 1000) == nil && queue.takeEnded(at: 1000, limit: 9).count == 1)
    // Seen again at once, if the job is looked at and still has it.
    queue.update(state, common: Hooks())
    #expect(queue.takeEnded(at: 1001, limit: 9).count == 1)
    let schedule = Schedule(state.spec, zone: .utc)
    let told = try state.applying(
      .hooked(HookEnd(serial: 1)), schedule: schedule, at: Instant(milliseconds: 0))
    queue.update(told, common: Hooks())
    #expect(queue.isEmpty && !queue.hasEnded)
  }

  @Test func whatNobodyWantsAnyMoreHasEnded() throws {
    let queue = SharedQueue()
    let plain = try job("x", "{}")
    let state = try JobState(
      JSON(
        parsing: String(
          decoding: plain.json.serialized(), as: UTF8.self
        ).replacing(
          #""format":1"#,
          with:
            #""format":1,"pendingHooks":[{"serial":4,"event":"onRetry","at":"2026-01-01T00:00:00Z","message":"m"}]"#
        )))
    queue.update(state, common: Hooks())
    #expect(queue.pop(at: 0) == nil)
    #expect(queue.takeEnded(at: 0, limit: 9).map(\.end) == [HookEnd(serial: 4)])
    queue.forget("x")
    #expect(queue.isEmpty)
  }

  @Test func manyJobsAreServedInTheOrderInWhichTheyCame() throws {
    let queue = SharedQueue()
    let ids = (0..<3000).map { "job-\($0)" }
    for id in ids { try queue.update(job(id, #"{"onStart":"a"}"#), common: Hooks()) }
    var served: [String] = []
    while let work = queue.pop(at: 0) {
      served.append(work.job)
      queue.end(work, failure: nil, at: 0)
    }
    #expect(served == ids)
    #expect(queue.takeEnded(at: 0, limit: 5000).count == 3000)
  }
}

/// A queue that expectations can change.
private final class SharedQueue {
  private var queue = HookQueue()

  var isEmpty: Bool { queue.isEmpty }
  var hasEnded: Bool { queue.hasEnded }
  var next: Int64? { queue.next }
  func update(_ state: JobState, common: Hooks) { queue.update(state, common: common) }
  func forget(_ id: String) { queue.forget(id) }
  func pop(at boot: Int64) -> HookQueue.Work? { queue.pop(at: boot) }
  func end(_ work: HookQueue.Work, failure: String?, at boot: Int64) {
    queue.end(work, failure: failure, at: boot)
  }
  func putBack(_ work: HookQueue.Work, at boot: Int64) { queue.putBack(work, at: boot) }
  func takeEnded(at boot: Int64, limit: Int) -> [(id: String, end: HookEnd)] {
    queue.takeEnded(at: boot, limit: limit)
  }
}
