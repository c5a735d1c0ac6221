// Turns become as large as they may be, and no larger.

import Testing

@testable import JobDaemon

@Suite struct TurnSizeTests {
  /// The largest turn that comes of jobs that take so long each, and how long it takes, in
  /// milliseconds, after the first ones.
  private func longest(_ microseconds: Int64, turns: Int = 100) -> Int64 {
    var size = TurnSize()
    var longest: Int64 = 0
    for turn in 0..<turns {
      let nanoseconds = Int64(size.count) * microseconds * 1000
      if turn > 3 { longest = max(longest, nanoseconds) }
      size.took(nanoseconds: nanoseconds, deciding: size.count)
    }
    return longest / 1_000_000
  }

  @Test func aTurnTakesNoLongerThanOthersMayWait() {
    for each: Int64 in [10, 100, 300, 1000, 3000] { #expect(longest(each) <= 50, "\(each)") }
  }

  @Test func quickJobsAreDecidedOnByTheHundred() {
    var size = TurnSize()
    for _ in 0..<5 { size.took(nanoseconds: 1_000_000, deciding: size.count) }
    #expect(size.count == TurnSize.most)
  }

  @Test func aTurnThatWasLongForOtherReasonsIsMadeUpForSoon() {
    var size = TurnSize()
    size.took(nanoseconds: 2_000_000_000, deciding: 1)
    #expect(size.count == TurnSize.least)
    for _ in 0..<5 { size.took(nanoseconds: 2_000_000, deciding: size.count) }
    #expect(size.count == TurnSize.most)
  }

  @Test func aTurnInWhichNotMuchWasToBeDecidedTellsNothing() {
    var size = TurnSize()
    for _ in 0..<5 { size.took(nanoseconds: 5_000_000, deciding: 1) }
    #expect(size.count == 32)
  }
}
