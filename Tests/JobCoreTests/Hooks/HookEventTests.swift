// What hooks are told of: every transition that brings something about, and none that does not.

import Testing

@testable import JobCore

@Suite struct HookEventTests {
  private static let all =
    #""hooks":{"onStart":"a","onSuccess":"a","onFailure":"a","onRetry":"a","onMissed":"a"}"#

  private func life(_ members: String = "", at time: String = "10:00") throws -> Life {
    try Life(HookEventTests.all + (members.isEmpty ? "" : ",") + members, at: time)
  }

  /// Events that wait, in short.
  private func pending(_ life: Life) -> [String] {
    life.state.pendingHooks.map { hook in
      let run = hook.run.map { " \($0).\(hook.attempt ?? 0)" } ?? ""
      return "\(hook.serial) \(hook.event.rawValue)\(run): \(hook.message)"
    }
  }

  @Test func aRunBeginsAndSucceeds() throws {
    var life = try life()
    #expect(pending(life) == [])
    try life.start(at: "10:01")
    #expect(pending(life) == ["1 onStart 1.1: run 1 has begun"])
    #expect(!life.state.isFinished)
    try life.end(at: "10:02")
    #expect(pending(life) == ["1 onStart 1.1: run 1 has begun", "2 onSuccess 1.1: exit 0"])
    #expect(life.state.pendingHooks[1].outcome?.succeeded == true)
    // Ended for all who look at it, and not yet for those who clear up.
    #expect(life.phase == "succeeded" && !life.state.isFinished)
    try life.apply(.hooked(HookEnd(serial: 2)))
    #expect(life.refusal(.hooked(HookEnd(serial: 2))) == "its hooks have been told of that")
    try life.apply(.hooked(HookEnd(serial: 1, failures: ["exit 7 (a)"])))
    #expect(pending(life) == [] && life.state.isFinished)
    #expect(life.lastDecision == "hook: onStart given up: exit 7 (a)")
  }

  @Test func aRunIsTriedAgainAndFails() throws {
    var life = try life(#""retryCount":1,"retryDelay":"1m""#)
    try life.run(.exited(code: 3), at: "10:00")
    #expect(pending(life).last == "2 onRetry 1.1: exit 3; attempt 2 of 2 in 1m")
    try life.apply(.due, at: "10:01")
    try life.run(.signalled(signal: 9))
    // The second attempt is no new start.
    #expect(pending(life).dropFirst(2) == ["3 onFailure 1.2: signal 9"])
  }

  @Test(arguments: [
    Outcome.Kind.timedOut(reason: "stopped after 1h"), .lost(reason: "reboot"),
    .notStarted(reason: "no such file"),
  ])
  func whateverElseKeepsARunFromSucceedingIsAFailure(kind: Outcome.Kind) throws {
    var life = try life()
    try life.run(kind)
    #expect(life.state.pendingHooks.map(\.event) == [.onStart, .onFailure])
  }

  @Test func whoeverStopsAJobNeedsNotBeTold() throws {
    var life = try life()
    try life.start()
    try life.apply(life.cancel())
    try life.end(.cancelled(reason: "enough"))
    #expect(life.state.pendingHooks.map(\.event) == [.onStart])
    var waiting = try self.life()
    try waiting.apply(waiting.cancel())
    #expect(waiting.state.isFinished)
    // Neither if the command ends by itself just then.
    var racing = try self.life()
    try racing.start()
    try racing.apply(racing.cancel())
    try racing.end(.exited(code: 3))
    #expect(racing.state.pendingHooks.map(\.event) == [.onStart])
  }

  @Test func oneLaunchMoreIsNoNewStart() throws {
    var life = try life()
    try life.apply(.launch)
    try life.apply(.launch)
    #expect(life.state.pendingHooks.map(\.event) == [.onStart])
  }

  @Test(arguments: [
    (#""quartzDef":"0 0 * * * ?""#, "1 firings came due"),
    (#""quartzDef":"0 0 * * * ?","misfire":"skip""#, "3 firings up to 2026-03-02T13:00:00.000Z"),
    (
      #""quartzDef":"0 0 * * * ?","misfire":"all""#,
      "due at 2026-03-02T11:00:00.000Z; it is made up"
    ),
    (#""startDate":"2026-03-02T11:00:00Z""#, "due at 2026-03-02T11:00:00.000Z; it runs late"),
    (#""startDate":"2026-03-02T11:00:00Z","misfire":"skip""#, "its only firing"),
  ])
  func whatNobodyStartedWasMissed(members: String, message: String) throws {
    var life = try life(members)
    try life.apply(.due, at: "13:30")
    let missed = try #require(life.state.pendingHooks.last)
    #expect(missed.event == .onMissed && life.state.pendingHooks.count == 1)
    if message != "1 firings came due" {
      #expect(missed.message.hasPrefix(message), "\(missed.message)")
    }
    #expect(life.state.decisions.contains { $0.isMissed })
    #expect(try Life(reading: life.state.json, like: life).state == life.state)
  }

  @Test func whatWasHeldOrBusyWasNotMissed() throws {
    var held = try life(#""quartzDef":"0 0 * * * ?""#)
    try held.apply(.hold)
    try held.apply(.release, at: "13:30")
    #expect(pending(held) == [])
    var single = try life(#""startDate":"2026-03-02T11:00:00Z""#)
    try single.apply(.hold)
    try single.apply(.release, at: "13:30")
    #expect(pending(single) == [])
    for rule in ["once", "all"] {
      var busy = try life(#""quartzDef":"0 0 * * * ?","misfire":"\#(rule)""#)
      try busy.apply(.due, at: "11:00")
      try busy.start()
      try busy.end(at: "13:30")
      #expect(busy.state.pendingHooks.map(\.event) == [.onStart, .onSuccess], "\(rule)")
    }
  }

  @Test func onlyWhatSomebodyWantsIsNoted() throws {
    var life = try Life(#""hooks":{"onFailure":"a"}"#, at: "10:00")
    try life.run()
    #expect(life.state.isFinished)
    let plain = try Life("", at: "10:00")
    let started = try plain.state.applying(
      .launch, schedule: plain.schedule, hooks: [.onStart, .onMissed], at: plain.now)
    #expect(started.pendingHooks.map(\.event) == [.onStart])
    #expect(started.hookSerial == 1)
  }

  @Test func theOldestAreToldNoMoreWhenTooManyWait() throws {
    var life = try life(#""quartzDef":"0 * * * * ?""#)
    for minute in 1...15 {
      try life.apply(.due, at: minute < 10 ? "10:0\(minute)" : "10:\(minute)")
      try life.run()
    }
    let serials = life.state.pendingHooks.map(\.serial)
    #expect(serials == Array(11...30))
    #expect(
      life.state.decisions.count {
        $0.kind == .hook && $0.reason.hasSuffix("is told no more: 20 later events wait")
      } > 3)
  }

  @Test func whatIsDecidedAboutThemLeavesTheJobItsOwnDecisions() throws {
    var life = try life(#""quartzDef":"0 * * * * ?""#)
    for minute in 11...40 {
      try life.apply(.due, at: "10:\(minute)")
      try life.run()
    }
    let own = life.state.decisions.filter { $0.kind != .hook }
    #expect(own.count == 20)
    for serial in life.state.pendingHooks.map(\.serial) {
      try life.apply(.hooked(HookEnd(serial: serial, failures: ["exit 7 (a)", "exit 8 (b)"])))
    }
    #expect(life.state.decisions.filter { $0.kind != .hook } == own)
    #expect(life.state.decisions.count { $0.kind == .hook } == 20)
  }

  @Test func aRerunKeepsWhatWaits() throws {
    var life = try life()
    try life.run()
    try life.apply(.rerun, at: "11:00")
    #expect(life.state.pendingHooks.count == 2)
    try life.apply(.launch)
    #expect(pending(life).last == "3 onStart 2.1: run 2 has begun")
  }
}
