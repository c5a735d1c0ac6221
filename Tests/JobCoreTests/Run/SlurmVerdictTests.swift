// The recovery table for runs under Slurm: one test for each row.

import Testing

@testable import JobCore

@Suite struct SlurmVerdictTests {
  private let now = Instant(milliseconds: 1_772_445_600_000)
  private let running = SlurmSighting.job(SlurmJob(id: "1", state: "RUNNING", name: "n"))

  private func failed(_ state: String, _ reason: String? = nil) -> SlurmSighting {
    .job(SlurmJob(id: "1", state: state, reason: reason, name: "n"))
  }

  private func verdict(
    _ sighting: SlurmSighting, claimed: Bool = false, launches: Int = 1, cancel: Bool = false,
    _ change: (inout RunObservation) -> Void = { _ in }
  ) -> RunVerdict {
    var attempt = Attempt(run: 3, scheduledAt: now, origin: .schedule)
    attempt.launches = launches
    attempt.engine = .slurm
    var seen = RunObservation()
    seen.sighting = sighting
    seen.isClaimed = claimed
    change(&seen)
    return RunVerdict(
      seen, attempt: attempt, cancelRequest: cancel ? CancelRequest(at: now, reason: "no") : nil)
  }

  @Test(arguments: [false, true])
  func waitsForWhatSlurmHasNotEnded(claimed: Bool) {
    for sighting in [.unasked, running, failed("PENDING")] {
      #expect(verdict(sighting, claimed: claimed) == .adopt)
      #expect(verdict(sighting, claimed: claimed, cancel: true) == .adopt)
      #expect(verdict(sighting, claimed: claimed) { $0.exit = .unreadable(reason: "x") } == .adopt)
    }
  }

  @Test func aRecordCountsWhateverSlurmSays() {
    let record = ExitRecord(
      Outcome(
        .exited(code: 3), of: Attempt(run: 3, scheduledAt: now, origin: .schedule),
        startedAt: now, endedAt: now))
    for sighting in [.unasked, .unknown, running, failed("NODE_FAIL")] {
      #expect(verdict(sighting, claimed: true) { $0.exit = .record(record) } == .apply(record))
    }
  }

  @Test func whatWasClaimedAndLeftNoWordIsLostForSlurmsReason() {
    #expect(
      verdict(failed("NODE_FAIL", "NodeDown"), claimed: true)
        == .lost(reason: "Slurm: NODE_FAIL (NodeDown)", damagedRecord: false))
    #expect(
      verdict(failed("PREEMPTED"), claimed: true, cancel: true)
        == .lost(reason: "Slurm: PREEMPTED", damagedRecord: false))
    guard case .lost(let reason, false) = verdict(.unknown, claimed: true) else {
      Issue.record("it is lost")
      return
    }
    #expect(reason.hasPrefix("Slurm does not know its job any more"))
  }

  @Test func whatNobodyHasClaimedIsSubmittedAgainIfThatIsNotItsFault() {
    for sighting in [
      .unknown, failed("NODE_FAIL"), failed("PREEMPTED"),
      failed("PENDING", "launch failed requeued held"),
    ] {
      #expect(verdict(sighting) == .launch)
      #expect(
        verdict(sighting, launches: 5)
          == .giveUp(.notStarted(reason: "5 submissions to Slurm came to nothing")))
      #expect(verdict(sighting, cancel: true) == .giveUp(.cancelled(reason: "no")))
    }
  }

  @Test func otherwiseItHasNotStartedForSlurmsReason() {
    #expect(
      verdict(.refused("Invalid partition name specified"))
        == .giveUp(.notStarted(reason: "sbatch: Invalid partition name specified")))
    #expect(
      verdict(failed("FAILED", "NonZeroExitCode")) { $0.said = "exec: not found" }
        == .giveUp(.notStarted(reason: "Slurm: FAILED (NonZeroExitCode): exec: not found")))
    #expect(
      verdict(failed("CANCELLED")) == .giveUp(.notStarted(reason: "Slurm: CANCELLED")))
    #expect(verdict(.removed) == .giveUp(.notStarted(reason: "Slurm: CANCELLED")))
  }

  @Test func anAttemptRemembersWhoRunsItAndARetryDoesNot() throws {
    var life = try Life(#""retryCount":1"#, at: "10:00")
    try life.apply(.launchOn(.slurm))
    let attempt = try #require(life.state.phase.liveAttempt)
    #expect(attempt.engine == .slurm)
    #expect(try Attempt(attempt.json, field: "attempt").engine == .slurm)
    #expect(try JobState(life.state.json) == life.state)
    #expect(life.state.decisions.last?.reason == "run 1, attempt 1, under Slurm")
    try life.apply(.launchOn(.slurm))
    #expect(life.state.phase.liveAttempt?.launches == 2)
    #expect(life.state.phase.liveAttempt?.engine == .slurm)
    try life.apply(life.ending(.lost(reason: "x")))
    guard case .backoff(let next, _) = life.state.phase else {
      Issue.record("it is tried again")
      return
    }
    #expect(next.engine == .local)
  }
}
