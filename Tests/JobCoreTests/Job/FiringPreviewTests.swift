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
          "10:30:01...15:59:59 many: startDate 2026-03-02T12:00:00.000Z", "16:00",
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
    #expect(removal.rule == "the rule for its time in the gap")
    #expect(removal.first.rule == .shifted)
  }

  @Test func showsTheOneRunOfAJobThatHasOne() throws {
    #expect(try preview(#""startDate":"2026-03-02T12:00:00Z""#, count: 5) == ["12:00"])
    #expect(try preview(#""quartzDef":"0 0 * * * ?","runOnce":true"#, count: 5) == ["11:00"])
  }
}
