// The firings of a job within its window, checked against walking through all of them.

import Testing

@testable import JobCore

@Suite struct ScheduleTests {
  private func schedule(_ members: String) throws -> Schedule {
    Schedule(try Documents.job(members), zone: .utc)
  }

  @Test func includesBothEndsOfItsWindow() throws {
    let schedule = try schedule(
      #""quartzDef":"0 0 * * * ?","startDate":"2026-03-02T10:00:00Z","#
        + #""endDate":"2026-03-02T11:00:00Z""#)
    let start = try Life.instant("2026-01-01T00:00:00Z")
    let first = try #require(schedule.next(after: start))
    #expect(first.instant.brief == "10:00")
    let last = try #require(schedule.next(after: first.instant))
    #expect(last.instant.brief == "11:00" && schedule.next(after: last.instant) == nil)
  }

  @Test func isTheUnionOfItsExpressions() throws {
    let schedule = try schedule(
      #""quartzDef":["0 0 12 * * ?","0 30 11 * * ?","0 0 12 ? * MON"]"#)
    var at = try Life.instant("10:00")
    var found: [String] = []
    while let next = schedule.next(after: at), found.count < 3 {
      found.append(next.instant.brief)
      at = next.instant
    }
    #expect(found == ["11:30", "12:00", "2026-03-03T11:30:00.000Z"])
  }

  @Test func findsTheLastFiringOfASpanAsWalkingWould() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("schedule seed \(seed)")
    var random = Xoshiro(seed: seed)
    let base = try Life.instant("2026-03-02T00:00:00Z")
    for expression in ["0 0/7 9-17 * * ?", "30 15 3 ? * MON-FRI", "0 0 0 L * ?"] {
      let schedule = try schedule(#""quartzDef":"\#(expression)""#)
      for _ in 0..<40 {
        let after = base + TimeSpan(milliseconds: .random(in: 0...90_000_000, using: &random))
        let through = after + TimeSpan(milliseconds: .random(in: -9...90_000_000, using: &random))
        var walked: [Firing] = []
        while let next = schedule.next(after: walked.last?.instant ?? after),
          next.instant <= through
        { walked.append(next) }
        #expect(schedule.latest(after: after, through: through) == walked.last, "seed \(seed)")
        #expect(schedule.count(after: after, through: through, limit: 1000) == walked.count)
      }
    }
  }
}
