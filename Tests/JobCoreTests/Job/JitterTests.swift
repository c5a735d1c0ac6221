// Jitter: each job begins a little later, always by the same time.

import Testing

@testable import JobCore

@Suite struct JitterTests {
  private func state(id: String, jitter: Int = 30) throws -> JobState {
    let spec = try Documents.job(#""quartzDef":"0 0 0 * * ?","jitter":\#(jitter)"#)
    return JobState.submitted(
      id: id, number: 1, spec: spec, schedule: Schedule(spec, zone: .utc),
      at: try Life.instant("10:30"))
  }

  @Test func spreadsAThousandJobsEvenly() throws {
    for form in ["job-", "0193-0000-", "x"] {
      var perSecond = [Int](repeating: 0, count: 30)
      for number in 0..<1000 {
        let delay = try state(id: "\(form)\(number)").startDelay
        #expect(delay >= .zero && delay < .seconds(30))
        perSecond[Int(delay.milliseconds / 1000)] += 1
      }
      // 33 are expected in each; one in 10^6 such counts lies outside of 8 to 66.
      #expect(perSecond.allSatisfy { 8...66 ~= $0 }, "\(form): \(perSecond)")
    }
  }

  @Test func isTheSameForEveryRunOfAJob() throws {
    #expect(try state(id: "backup").startDelay == state(id: "backup").startDelay)
    #expect(try state(id: "backup").startDelay != state(id: "backups").startDelay)
  }

  @Test func startsLaterButCountsAsTheFiringItIs() throws {
    var life = try Life(#""quartzDef":"0 0 * * * ?","jitter":"10m""#, at: "10:30")
    let delay = life.state.startDelay
    let begin = try Life.instant("11:00") + delay
    #expect(life.state.phase == .waiting(until: begin))
    life.now = Instant(milliseconds: begin.milliseconds - 1)
    #expect(life.refusal(.due) == "it is not due yet")
    life.now = begin
    try life.apply(.due)
    #expect(life.phase == "queued 1.1 for 11:00")
    #expect(life.lastDecision == "due: firing of 2026-03-02T11:00:00.000Z")
    try life.run()
    #expect(life.state.phase == .waiting(until: try Life.instant("12:00") + delay))
  }

  @Test func mayCarryARunPastTheWindowThatItsFiringIsIn() throws {
    var life = try Life(
      #""quartzDef":"0 0 * * * ?","jitter":"10m","endDate":"2026-03-02T11:00:00Z""#, at: "10:30")
    life.now = try #require(life.state.phase.due)
    #expect(life.now > (try Life.instant("11:00")))
    try life.apply(.due)
    #expect(life.phase == "queued 1.1 for 11:00")
  }

  @Test func mayBeLongerThanTheTimeBetweenFirings() throws {
    var life = try Life(#""quartzDef":"0 * * * * ?","jitter":"1h""#, at: "10:30")
    let delay = life.state.startDelay
    for minute in 31...35 {
      let firing = try Life.instant("10:\(minute)")
      try #require(life.state.phase == .waiting(until: firing + delay))
      life.now = firing + delay
      try life.apply(.due)
      #expect(life.phase == "queued \(minute - 30).1 for 10:\(minute)")
      try life.run()
    }
  }

  @Test func delaysAStartDateButNotAJobThatIsToRunNow() throws {
    let dated = try Life(#""startDate":"2026-03-02T12:00:00Z","jitter":"10m""#, at: "10:30")
    #expect(
      dated.state.phase == .waiting(until: try Life.instant("12:00") + dated.state.startDelay))
    #expect(try Life(#""jitter":"10m""#, at: "10:30").phase == "queued 1.1 for 10:30")
    #expect(
      try Life(#""jitter":"10m","runImmediately":true"#, at: "10:30").phase
        == "queued 1.1 for 10:30, immediate")
  }
}
