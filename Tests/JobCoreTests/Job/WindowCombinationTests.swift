// Every combination of startDate, endDate, runOnce and runImmediately, with and without
// quartzDef, against what the man page says in words.

import Testing

@testable import JobCore

@Suite struct WindowCombinationTests {
  private static let starts = [nil, "08:00", "10:30", "12:00", "12:30"]
  private static let ends = [nil, "09:00", "10:30", "10:45", "12:00", "13:30"]

  /// The runs a job of 10:30 has until 15:00: the instants they are meant for.
  private func expected(
    start: String?, end: String?, once: Bool, immediately: Bool, hourly: Bool
  ) throws -> [String] {
    let submitted = try Life.instant("10:30")
    let first = try start.map(Life.instant)
    let last = try end.map(Life.instant)
    var runs: [String] = []
    if immediately, last.map({ $0 >= submitted }) ?? true {
      runs.append("10:30")
      if once || !hourly { return runs }
    }
    guard hourly else {
      // Its one run: at startDate, late if that is past, but not after endDate.
      let instant = first ?? submitted
      let isLate = submitted - instant > .seconds(60)
      if let last, (isLate ? submitted : instant) > last { return [] }
      return [instant.brief]
    }
    let instants = try ["11:00", "12:00", "13:00", "14:00", "15:00"].map(Life.instant)
      .filter { instant in
        (first.map { $0 <= instant } ?? true) && (last.map { instant <= $0 } ?? true)
      }
    return runs + (once ? instants.prefix(1) : instants[...]).map(\.brief)
  }

  @Test(arguments: starts, ends)
  func runsAsItsDocumentSays(start: String?, end: String?) throws {
    if let start, let end, end < start { return }
    for once in [false, true] {
      for immediately in [false, true] {
        for hourly in [false, true] {
          var members = [#""runOnce":\#(once)"#, #""runImmediately":\#(immediately)"#]
          if let start { members.append(#""startDate":"2026-03-02T\#(start):00Z""#) }
          if let end { members.append(#""endDate":"2026-03-02T\#(end):00Z""#) }
          if hourly { members.append(#""quartzDef":"0 0 * * * ?""#) }
          let text = members.joined(separator: ",")
          var life = try Life(text, at: "10:30")
          let limit = try Life.instant("15:00")
          var runs: [String] = []
          while true {
            if case .queued(let attempt) = life.state.phase {
              runs.append(attempt.scheduledAt.brief)
              try life.run()
            } else if let due = life.state.phase.due, due <= limit {
              life.now = due
              try life.apply(.due)
            } else {
              break
            }
          }
          let expected = try expected(
            start: start, end: end, once: once, immediately: immediately, hourly: hourly)
          #expect(runs == expected, "\(text)")
          let last = try end.map(Life.instant)
          let isOver = once || !hourly || (last.map { $0 <= limit } ?? false)
          #expect(life.state.phase.isFinal == isOver, "\(text): \(life.phase)")
        }
      }
    }
  }
}
