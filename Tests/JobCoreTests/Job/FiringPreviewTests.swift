// What lies ahead, with what rules take away.

import Testing

@testable import JobCore

@Suite struct FiringPreviewTests {
  private func preview(_ members: String, count: Int, at time: String = "10:30") throws -> [String]
  {
    let life = try Life(members, at: time)
    return life.state.preview(life.schedule, after: life.now, count: count).map { entry in
      switch entry {
      case .fires(let firing): firing.instant.brief
      case .removed(let removal):
        "\(removal.first.instant.brief)...\(removal.last?.brief ?? "") "
          + "\(removal.count.map(String.init) ?? "many"): \(removal.rule)"
      }
    }
  }

  @Test func showsWhatARuleTakesAway() throws {
    #expect(
      try preview(
        #""quartzDef":"0 0 * * * ?","blackout":["* * 12-13 * * ?","2026-03-02T14:00:00Z/2026-03-02T15:00:00Z"]"#,
        count: 2) == [
          "11:00", "12:00...13:00 2: blackout * * 12-13 * * ?",
          "14:00...14:00 1: blackout 2026-03-02T14:00:00.000Z/2026-03-02T15:00:00.000Z", "15:00",
        ])
  }

  @Test func showsBothEndsOfAWindow() throws {
    #expect(
      try preview(
        #""quartzDef":"0 0 * * * ?","startDate":"2026-03-02T12:30:00Z","endDate":"2026-03-02T13:30:00Z""#,
        count: 5) == [
          "11:00...12:00 2: startDate 2026-03-02T12:30:00.000Z", "13:00",
          "14:00... many: endDate 2026-03-02T13:30:00.000Z",
        ])
  }

  @Test func countsNoFurtherThanAnybodyReads() throws {
    #expect(
      try preview(
        #""quartzDef":"* * * * * ?","startDate":"2026-03-02T12:00:00Z","blackout":"* * 12-15 * * ?""#,
        count: 1) == [
          "10:30:01...11:59:59 many: startDate 2026-03-02T12:00:00.000Z",
          "12:00...15:59:59 many: blackout * * 12-15 * * ? or another rule", "16:00",
        ])
    #expect(
      try preview(
        #""quartzDef":"0 * * * * ?","blackout":"* * * * * ?","runImmediately":true"#, count: 1)
        == ["10:31... many: blackout * * * * * ?"])
  }

  @Test func namesTheRuleOfAShiftedFiring() throws {
    let life = try Life(
      #""quartzDef":"0 30 1 * * ?","blackout":"0 30 1 29 3 ?""#, at: "2026-03-28T12:00:00Z",
      zone: "Europe/London")
    let first = life.state.preview(life.schedule, after: life.now, count: 1).first
    guard case .removed(let removal)? = first else {
      Issue.record("\(String(describing: first))")
      return
    }
    #expect(removal.rule == "blackout 0 30 1 29 3 ?")
    #expect(removal.first.rule == .shifted)
  }

  @Test func endsARowOfRemovalsByRulesThatAlternate() throws {
    let entries = try preview(
      #""quartzDef":"* * * * * ?","blackout":["0/2 * * * * ? 2026","1/2 * * * * ? 2026"]"#, count: 1
    )
    #expect(entries.count == 22)
    #expect(
      entries.suffix(2) == [
        "10:30:21...2026-12-31T23:59:59.000Z many: these and other rules",
        "2027-01-01T00:00:00.000Z",
      ])
  }

  @Test func tellsFiringsByWhatTheyAreMeantForWhateverTheJitter() throws {
    #expect(
      try preview(#""quartzDef":"0 0 * * * ?","runOnce":true,"jitter":"10m""#, count: 5) == [
        "11:00"
      ])
    #expect(
      try preview(#""startDate":"2026-03-02T12:00:00Z","jitter":"10m""#, count: 5) == ["12:00"])
    // Its run begins later than now, so it is still ahead.
    var life = try Life(#""quartzDef":"0 0 * * * ?","jitter":"50m""#, at: "10:30")
    life.now = try Life.instant("11:00") + life.state.startDelay - .seconds(1)
    let first = life.state.preview(life.schedule, after: life.now, count: 1)
    #expect(first == [.fires(Firing(instant: try Life.instant("11:00")))])
  }

  @Test func showsTheOneRunOfAJobThatHasOne() throws {
    #expect(try preview(#""startDate":"2026-03-02T12:00:00Z""#, count: 5) == ["12:00"])
    #expect(try preview(#""quartzDef":"0 0 * * * ?","runOnce":true"#, count: 5) == ["11:00"])
  }
}
