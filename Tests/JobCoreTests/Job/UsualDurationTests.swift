// How long a job usually takes.

import Testing

@testable import JobCore

@Suite struct UsualDurationTests {
  @Test func itIsTheMedianOfTheRunsThatSucceeded() throws {
    var life = try Life("\"quartzDef\":\"0 0 * * * ?\"", at: "09:30")
    #expect(life.state.usualDuration == nil)
    func seconds() -> Int64? { life.state.usualDuration.map { $0.milliseconds / 1000 } }
    for (index, end) in ["10:00:10", "11:01:00", "12:00:20"].enumerated() {
      try life.apply(.due, at: "\(10 + index):00:00")
      try life.start()
      let startedAt = life.now
      life.now = try Life.instant(end)
      try life.apply(life.ending(startedAt: startedAt))
      #expect(seconds() == [10, 35, 20][index])
    }
    // A run that failed tells nothing.
    try life.apply(.due, at: "13:00:00")
    try life.start()
    let startedAt = life.now
    life.now = try Life.instant("13:59:00")
    try life.apply(life.ending(.exited(code: 1), startedAt: startedAt))
    #expect(seconds() == 20)
  }
}
