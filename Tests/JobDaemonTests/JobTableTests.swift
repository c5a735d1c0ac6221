// What the daemon remembers of jobs: who is due, who is live, and whether all is quiet.

import JobCore
import JobSpool
import Testing

@testable import JobDaemon

@Suite struct JobTableTests {
  private static let now = Instant(milliseconds: 1_790_000_000_000)

  private func job(_ number: Int, start: Instant? = nil) throws -> JobState {
    var spec = JobSpec(
      command: .program(["true"]), name: "job", workingDirectory: "/", umask: 0, timeZone: "UTC")
    spec.startDate = start
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
}
