// Random jobs that live random lives: firings, runs, crashes, people and clocks, from a seed.

@testable import JobCore

/// Lives of jobs, one after the other.
struct RandomLife {
  private var random: Xoshiro

  init(seed: UInt64) { random = Xoshiro(seed: seed) }

  private mutating func chance(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &random)]
  }

  private mutating func members() -> String {
    var members: [String] = []
    if chance(75) {
      let expression = pick([
        "0 0 * * * ?", "0 30 1 * * ?", "0 0/15 * ? * MON-FRI", "0 0 3 L * ?", "0 0 12 1 1 ?",
      ])
      members.append(#""quartzDef":"\#(expression)""#)
    }
    let dates = [
      "2026-01-01", "2026-03-29 01:30:00", "2026-03-28 02:30:00", "2026-10-25 01:30:00",
      "2027-06-01", "2031-01-01",
    ]
    let first = Int.random(in: 0..<dates.count, using: &random)
    let last = Int.random(in: first..<dates.count, using: &random)
    var misfires = ["skip", "all"]
    if chance(30) {
      members.append(#""overlap":"\#(pick(["skip", "replace"]))""#)
      misfires = ["skip"]
    }
    if chance(40) { members.append(#""startDate":"\#(dates[min(first, 3)])""#) }
    if chance(40) { members.append(#""endDate":"\#(dates[max(last, 3)])""#) }
    if chance(30) { members.append(#""misfire":"\#(pick(misfires))""#) }
    if chance(20) { members.append(#""jitter":"\#(pick(["10s", "2h"]))""#) }
    if chance(20) { members.append(#""daysOfWeekToRun":[2,3,4,5]"#) }
    if chance(20) {
      members.append(
        #""blackout":["* * 3-5 * * ?","2026-06-01/2026-06-20","* * * ? * 2#1"]"#)
    }
    for key in ["runOnce", "runImmediately", "hold"] where chance(20) {
      members.append(#""\#(key)":true"#)
    }
    if chance(20) { members.append(#""after":["up","other:any"]"#) }
    if chance(50) { members.append(#""retryCount":\#(pick([1, 2, 5])),"retryBackoff":2"#) }
    if chance(20) { members.append(#""minExecutionTime":"30s""#) }
    return members.joined(separator: ",")
  }

  /// Lives one life; `check` sees every state of it.
  mutating func live(steps: Int, check: (Life) throws -> Void) throws {
    var life = try Life(
      members(), at: "2026-03-28T20:17:31.250Z", zone: pick(["UTC", "Europe/London"]))
    try check(life)
    for _ in 0..<steps {
      passTime(&life)
      do {
        try life.apply(try nextEvent(life))
        try check(life)
      } catch is Refusal {}
    }
  }

  /// Mostly on to the next instant that matters; sometimes months of downtime, sometimes back.
  private mutating func passTime(_ life: inout Life) {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<60: if let due = life.state.phase.due, due > life.now { life.now = due }
    case 60..<80: life.now = life.now + .seconds(Int.random(in: 0...90, using: &random))
    case 80..<94: life.now = life.now + .seconds(Int.random(in: 0...20_000, using: &random))
    case 94..<98: life.now = life.now - .seconds(Int.random(in: 0...20_000, using: &random))
    default: life.now = life.now + .seconds(86_400 * Int.random(in: 1...200, using: &random))
    }
  }

  private mutating func nextEvent(_ life: Life) throws -> JobEvent {
    if chance(20) { return pick(try PhaseSamples.events(for: life).map(\.event)) }
    switch life.state.phase {
    case .held: return .release
    case .awaiting:
      let end = pick([
        Phase.succeeded, .failed(reason: "exit 1"),
        .queued(Attempt(run: 1, scheduledAt: life.now, origin: .immediate)),
      ])
      return .parents(["up": .there(number: 7, name: "up", phase: end)])
    case .waiting, .backoff: return .due
    case .queued: return .launch
    case .starting: return .supervised
    case .running:
      return life.ending(
        pick([
          .exited(code: 0), .exited(code: 0), .exited(code: 1), .signalled(signal: 9),
          .lost(reason: "reboot"), .timedOut(reason: "t"), .cancelled(reason: "c"),
          .notStarted(reason: "n"),
        ]))
    case .succeeded, .failed, .cancelled, .expired: return .rerun
    }
  }
}
