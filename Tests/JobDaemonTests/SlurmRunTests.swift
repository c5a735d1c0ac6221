// When no more is expected of a run under Slurm.

import JobCore
import JobSpool
import Testing

@testable import JobDaemon

@Suite struct SlurmRunTests {
  private let run = SlurmRun(
    "a", Attempt(run: 1, scheduledAt: Instant(milliseconds: 0), origin: .schedule), name: "n",
    locks: [], request: nil, stage: .submitted)

  private func job(_ state: String, id: String = "1") -> SlurmJob {
    SlurmJob(id: id, state: state, name: "n")
  }

  @Test func itsLastWordHasTimeToArriveAfterSlurmHasEndedIt() {
    run.see(SlurmQueue([job("RUNNING")]))
    #expect(!run.isOver(claim: nil, at: 0))
    run.see(SlurmQueue([job("NODE_FAIL")]))
    #expect(!run.isOver(claim: nil, at: 1000))
    #expect(!run.isOver(claim: nil, at: 1000 + SlurmRun.grace - 1))
    #expect(run.isOver(claim: nil, at: 1000 + SlurmRun.grace))
  }

  @Test func aRunThatSlurmDoesNotKnowIsAskedForTwice() {
    run.see(SlurmQueue([]))
    #expect(!run.isOver(claim: nil, at: 0))
    #expect(!run.isOver(claim: nil, at: 60_000))
    run.see(SlurmQueue([]))
    #expect(run.isOver(claim: nil, at: 60_001))
  }

  @Test func aSupervisorThatIsHeardOfOutlivesTheMemoryOfTheController() {
    func mark(_ nanoseconds: Int64) -> RunDirectory.ClaimMark {
      RunDirectory.ClaimMark(nanoseconds: nanoseconds, inode: 1)
    }
    for _ in 1...3 { run.see(SlurmQueue([])) }
    #expect(!run.isOver(claim: mark(1), at: 0))
    #expect(!run.isOver(claim: mark(2), at: SlurmRun.silence))
    #expect(!run.isOver(claim: mark(2), at: 2 * SlurmRun.silence - 1))
    #expect(run.isOver(claim: mark(2), at: 2 * SlurmRun.silence))
  }

  @Test func aJobThatCompletesWithoutAWordHasFoundTheClaimTaken() {
    let mark = RunDirectory.ClaimMark(nanoseconds: 1, inode: 1)
    run.see(SlurmQueue([job("COMPLETED")]))
    #expect(!run.isOver(claim: mark, at: 0))
    #expect(!run.isOver(claim: mark, at: SlurmRun.silence - 1))
    #expect(run.isOver(claim: mark, at: SlurmRun.silence))
  }

  @Test func aJobThatTurnsUpAgainIsWaitedFor() {
    run.see(SlurmQueue([]))
    #expect(!run.isOver(claim: nil, at: 0))
    run.see(SlurmQueue([job("PENDING")]))
    #expect(!run.isOver(claim: nil, at: 90_000))
    for _ in 1...2 { run.see(SlurmQueue([])) }
    #expect(!run.isOver(claim: nil, at: 90_001), "the time begins anew")
  }

  @Test func jobsFromBeforeSayNothing() {
    run.formerIDs = ["1"]
    run.see(SlurmQueue([job("NODE_FAIL", id: "1")]))
    #expect(run.sighting == .unknown)
    run.see(SlurmQueue([job("NODE_FAIL", id: "1"), job("PENDING", id: "2")]))
    #expect(run.sighting == .job(job("PENDING", id: "2")))
    #expect(run.standing == SlurmStanding(id: "2", state: "PENDING"))
    #expect(!run.isUncertain)
  }

  @Test func aTaskThatIsGoneFromItsArrayWasCancelledWhileItWaited() {
    run.place = SlurmName(job: "m+7", task: 2)
    let other = SlurmJob(id: "4_1", state: "RUNNING", name: "m+7")
    run.see(SlurmQueue([other]))
    #expect(run.sighting == .unknown, "it may have run, and been forgotten before the others")
    run.see(SlurmQueue([other, SlurmJob(id: "4_2", state: "PENDING", name: "m+7")]))
    #expect(run.standing == SlurmStanding(id: "4_2", state: "PENDING"))
    run.see(SlurmQueue([other]))
    #expect(run.sighting == .removed)
    #expect(!run.isOver(claim: nil, at: 0), "it is asked for twice")
    run.see(SlurmQueue([other]))
    #expect(run.isOver(claim: nil, at: SlurmRun.grace))
    run.see(SlurmQueue([]))
    #expect(run.sighting == .unknown, "all of the array was forgotten")
    run.see(SlurmQueue([other, SlurmJob(id: "4_2", state: "RUNNING", name: "m+7")]))
    run.see(SlurmQueue([other]))
    #expect(run.sighting == .unknown, "it has run, and was forgotten before the others")
  }

  @Test func aRunThatWasSubmittedAgainByItselfIsLookedForByBothNames() {
    run.place = SlurmName(job: "m+7", task: 2)
    run.goesAlone = true
    run.see(SlurmQueue([SlurmJob(id: "4_1", state: "RUNNING", name: "m+7")]))
    #expect(run.sighting == .unknown)
    run.see(SlurmQueue([job("PENDING", id: "9")]))
    #expect(run.sighting == .job(job("PENDING", id: "9")))
    let task = SlurmJob(id: "4_2", state: "RUNNING", name: "m+7")
    run.see(SlurmQueue([job("PENDING", id: "9"), task]))
    #expect(run.sighting == .job(task) && run.isUncertain)
  }

  @Test func whatWasRefusedIsOverAtOnce() {
    run.sighting = .refused("x")
    #expect(run.isOver(claim: nil, at: 0))
  }
}
