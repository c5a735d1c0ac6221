// Five years of one job under each misfire rule, on a clock that is stopped, set back and set
// forward at random: nothing runs twice, and what runs late is what the rule says.

import Testing

@testable import JobCore

@Suite struct ClockTests {
  @Test(arguments: Misfire.allCases)
  func keepsTheMisfireRuleThroughFiveYears(misfire: Misfire) throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("clock seed \(seed)")
    var random = Xoshiro(seed: seed)
    var life = try Life(
      #""quartzDef":"0 0/30 * * * ?","misfire":"\#(misfire.rawValue)""#,
      at: "2026-01-01T00:10:00Z", zone: "Europe/London")
    let begin = life.now
    let end = try Life.instant("2031-01-01T00:00:00Z")
    var runs: [(scheduled: Instant, began: Instant)] = []
    /// Firings up to here had come due when somebody looked.
    var seen = life.now
    var outages = 0
    while life.now < end {
      if case .queued(let attempt) = life.state.phase {
        runs.append((attempt.scheduledAt, life.now))
        try life.start()
        life.now = life.now + .seconds(Int.random(in: 0...1200, using: &random))
        try life.end()
        seen = max(seen, life.now)
        continue
      }
      switch Int.random(in: 0..<100, using: &random) {
      case 0:
        // Down, suspended, or the clock set forward: the state cannot tell.
        life.now = life.now + .seconds(Int.random(in: 0...34_000, using: &random))
        outages += 1
      case 1: life.now = life.now - .seconds(Int.random(in: 0...34_000, using: &random))
      default:
        let due = try #require(life.state.phase.due)
        if due > life.now {
          life.now = due + TimeSpan(milliseconds: .random(in: 0...900, using: &random))
        }
      }
      if let due = life.state.phase.due, due <= life.now { try life.apply(.due) }
      seen = max(seen, life.now)
    }
    let comment: Comment = "seed \(seed), \(outages) outages"
    #expect(zip(runs, runs.dropFirst()).allSatisfy { $0.scheduled < $1.scheduled }, comment)
    #expect(outages > 200, comment)
    var firings: [Instant] = []
    while let next = life.schedule.next(after: firings.last ?? begin), next.instant <= seen {
      firings.append(next.instant)
    }
    let ran = Set(runs.map(\.scheduled))
    #expect(ran.isSubset(of: firings), comment)
    switch misfire {
    case .all: #expect(firings.dropLast(21).allSatisfy(ran.contains), comment)
    case .skip:
      // A run of 20 minutes at most can be in the way for one firing.
      #expect(runs.allSatisfy { $0.began - $0.scheduled <= .seconds(1260) }, comment)
    case .once:
      // Each run is for the latest firing there was.
      for run in runs {
        let next = try #require(life.schedule.next(after: run.scheduled))
        #expect(next.instant > run.began, comment)
      }
    }
  }
}
