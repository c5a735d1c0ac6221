// The claim of an attempt that runs elsewhere: there is one, whoever wants it.

import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct RunClaimTests {
  let fixture: SpoolFixture
  let run: RunDirectory

  init() throws {
    fixture = try SpoolFixture()
    run = try fixture.launched("a")
  }

  private func canClaim() throws -> Bool {
    guard
      let seat = try SupervisorSeat.claim(
        in: fixture.spool, job: "a", attemptName: "1.1", holder: "job 7, process 1")
    else { return false }
    let isClaimed = seat.isClaimed
    _ = consume seat
    return isClaimed
  }

  @Test func oneSupervisorClaimsItAndNoSecondOne() throws {
    #expect(try !run.observeClaim().isClaimed)
    #expect(try canClaim())
    #expect(try run.observeClaim().isClaimed)
    #expect(try run.claimHolder() == "job 7, process 1")
    #expect(try !canClaim())
    #expect(try !run.directory.names().contains { $0.hasPrefix("claim.new") })
  }

  @Test func whatIsBarredIsNeverClaimed() throws {
    #expect(try run.bar())
    #expect(try run.bar(), "it can be barred twice")
    #expect(try !run.observeClaim().isClaimed)
    #expect(try !canClaim())
    #expect(try run.plan() == nil)
  }

  @Test func whatIsClaimedIsNotBarred() throws {
    #expect(try canClaim())
    #expect(try !run.bar())
    #expect(try run.plan() != nil)
  }

  @Test func anAttemptWithoutAReadablePlanIsLeftForTheNext() throws {
    try run.directory.remove("run.json")
    #expect(try !canClaim())
    let file = try run.directory.open("run.json", .createNew)
    #expect(throws: (any Error).self) { try canClaim() }
    try file.write(Array("{".utf8), at: 0)
    #expect(throws: (any Error).self) { try canClaim() }
    #expect(try !run.observeClaim().isClaimed)
  }

  @Test func eachBeatIsSeen() throws {
    guard
      var seat = try SupervisorSeat.claim(
        in: fixture.spool, job: "a", attemptName: "1.1", holder: "x")
    else { throw Unexpected("no seat") }
    let first = try #require(try run.claimMark())
    pause(milliseconds: 20)
    seat.refresh()
    #expect(try run.claimMark() != first)
    _ = consume seat
  }

  @Test func clearingLeavesNothingOfIt() throws {
    #expect(try canClaim())
    try run.tell(SlurmStanding(id: "7", state: "RUNNING"))
    #expect(run.slurmStanding() == SlurmStanding(id: "7", state: "RUNNING"))
    try run.directory.open("slurm.out", .createNew).write(Array("a\nlast words\n\n".utf8), at: 0)
    #expect(run.lastWords() == "last words")
    #expect(try fixture.spool.clearRun("a", directoryName: "1.1", keepLogs: false))
    #expect(try fixture.spool.runNames("a") == [])
  }

  @Test func theTagOfASpoolStaysWhatItIs() throws {
    let tag = try fixture.spool.slurmTag()
    #expect(tag.count == 8)
    #expect(try fixture.again().slurmTag() == tag)
  }
}
