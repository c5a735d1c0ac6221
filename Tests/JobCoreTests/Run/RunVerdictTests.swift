// The recovery table: one test for each row that is about a live attempt.

import Testing

@testable import JobCore

@Suite struct RunVerdictTests {
  private let now = Instant(milliseconds: 1_772_445_600_000)

  private var attempt: Attempt {
    var attempt = Attempt(run: 3, scheduledAt: now, origin: .schedule)
    attempt.launches = 1
    return attempt
  }

  private func verdict(
    _ seen: RunObservation, launches: Int = 1, cancel: CancelRequest? = nil
  ) -> RunVerdict {
    var attempt = attempt
    attempt.launches = launches
    return RunVerdict(seen, attempt: attempt, cancelRequest: cancel)
  }

  @Test(arguments: 0...4)
  func launchesWhatNobodyHasStarted(launches: Int) {
    #expect(verdict(RunObservation(), launches: launches) == .launch)
  }

  @Test(arguments: 5...6)
  func givesUpAfterFiveLaunches(launches: Int) {
    let reason = "\(launches) supervisors ended before they took hold"
    #expect(
      verdict(RunObservation(), launches: launches) == .giveUp(.notStarted(reason: reason)))
  }

  @Test func startsNothingThatIsToBeCancelled() {
    let request = CancelRequest(at: now, reason: "enough")
    for launches in [1, 5] {
      #expect(
        verdict(RunObservation(), launches: launches, cancel: request)
          == .giveUp(.cancelled(reason: "enough")))
    }
  }

  @Test(arguments: [false, true])
  func adoptsASupervisorThatIsAtWork(isStarted: Bool) {
    let seen = RunObservation(isLocked: true, isStarted: isStarted)
    #expect(verdict(seen) == .adopt)
    #expect(verdict(seen, launches: 5) == .adopt)
    #expect(verdict(seen, cancel: CancelRequest(at: now, reason: "")) == .adopt)
  }

  @Test func waitsForTheSupervisorBesideARecordThatIsNotItsOwn() {
    let seen = RunObservation(
      exit: .unreadable(reason: "it is a directory"), isLocked: true, isStarted: true)
    #expect(verdict(seen) == .adopt)
  }

  @Test(arguments: [false, true])
  func appliesTheRecordOfAnEnd(isLocked: Bool) {
    let record = ExitRecord(
      Outcome(.exited(code: 0), of: attempt, startedAt: now, endedAt: now))
    for isStarted in [false, true] {
      let seen = RunObservation(exit: .record(record), isLocked: isLocked, isStarted: isStarted)
      #expect(verdict(seen, cancel: CancelRequest(at: now, reason: "")) == .apply(record))
    }
  }

  @Test func losesARunWhoseRecordIsDamaged() {
    let seen = RunObservation(exit: .unreadable(reason: "cut"), isStarted: true)
    #expect(verdict(seen) == .lost(reason: "record damaged: cut", damagedRecord: true))
  }

  @Test(arguments: [(true, "supervisor gone"), (false, "reboot")])
  func losesARunThatWasStartedAndHasNoSupervisor(isSameBoot: Bool, reason: String) {
    let seen = RunObservation(isStarted: true, startedAt: now, isSameBoot: isSameBoot)
    for launches in [1, 5] {
      #expect(verdict(seen, launches: launches) == .lost(reason: reason, damagedRecord: false))
    }
  }

  @Test func waitsASecondBetweenLaunchesThenTwiceAsLong() {
    let waits = (0...5).map { RunVerdict.wait(afterLaunch: $0).milliseconds }
    #expect(waits == [0, 1000, 2000, 4000, 8000, 16_000])
    #expect(RunVerdict.wait(afterLaunch: .max) == RunVerdict.wait(afterLaunch: 100))
    #expect(RunVerdict.wait(afterLaunch: .min) == .zero)
  }

  @Test(arguments: 1...5) func whatWasRemovedIsLostAndNeverLaunched(launches: Int) {
    let seen = RunObservation(isPresent: false)
    #expect(
      verdict(seen, launches: launches)
        == .lost(reason: "run directory removed", damagedRecord: false))
  }
}
