// Why a job in each phase stands there, with a daemon and without one, in one text that is read
// when it changes (Golden/explanations.txt), and the cases that need more than a phase.

import Testing

@testable import JobCore

@Suite struct ExplanationTests {
  private func explain(_ life: Life, in surroundings: Surroundings) -> Explanation {
    Explanation(life.state, life.schedule, in: surroundings, at: life.now)
  }

  @Test func isTheGoldenOneForEachPhase() throws {
    var text = ""
    for (name, life) in try PhaseSamples.all() {
      text += "\(name)\n"
      for (who, surroundings) in [
        ("daemon", Surroundings(hasDaemon: true)), ("none", Surroundings(hasDaemon: false)),
        ("full", Surroundings(hasDaemon: true, notice: "the disk is full")),
      ] {
        let explanation = explain(life, in: surroundings)
        text += "  \(who): \(explanation.sentence)\n"
        let kinds = explanation.obstacles.compactMap { $0.json["kind"]?.string }
        text += "    waits for: \(kinds.joined(separator: ", "))\n"
      }
    }
    try expectGolden(text, "explanations.txt")
  }

  @Test func hooksThatAreStillToBeToldAreNamed() throws {
    var life = try Life(#""hooks":{"onStart":"a","onFailure":"a"}"#, at: "10:00")
    try life.run(.exited(code: 1))
    let untold =
      "its hooks are still to be told of onStart at 2026-03-02T10:00:00.000Z and 1 later event(s)"
    let daemon = explain(life, in: Surroundings(hasDaemon: true)).sentence
    #expect(daemon.hasSuffix("no schedule that goes on; \(untold)"))
    #expect(
      explain(life, in: Surroundings(hasDaemon: false)).sentence
        == daemon + ", which takes a daemon")
    try life.apply(.hooked(HookEnd(serial: 1)))
    try life.apply(.hooked(HookEnd(serial: 2)))
    let told = explain(life, in: Surroundings(hasDaemon: false)).sentence
    #expect(told.hasSuffix("no schedule that goes on"))
  }

  @Test func whoHasALockIsNamed() throws {
    let waiting = try Life(#""locks":["db","net"],"name":"dump""#, at: "10:00")
    var holder = try Life(#""locks":["db"],"name":"nightly""#, at: "09:00")
    try holder.start()
    var around = Surroundings(hasDaemon: true)
    around.add(holder.state)
    around.add(waiting.state)
    let explanation = explain(waiting, in: around)
    #expect(explanation.sentence.contains(#"for lock "db": run 1 of job"#))
    #expect(explanation.sentence.contains("(nightly) has it since 2026-03-02T09:00:00"))
    guard case .lock("db", let run, keptFor: nil)? = explanation.obstacles.first else {
      Issue.record("\(explanation.obstacles)")
      return
    }
    #expect(run.name == "nightly" && run.run == 1)
    #expect(explanation.obstacles.count == 1)
    #expect(around.underWay == 1)
  }

  @Test func aFullHouseIsCounted() throws {
    var busy = try Life("", at: "09:00")
    try busy.start()
    var around = Surroundings(hasDaemon: true)
    around.add(busy.state)
    around.add(busy.state)
    let explanation = explain(try Life("", at: "10:00"), in: around)
    #expect(explanation.obstacles == [.slot(underWay: 2)])
    #expect(explanation.sentence.hasSuffix("waits for a free slot; 2 runs are under way"))
  }

  @Test func queuesAndPoolsAreNamed() throws {
    var config = SpoolConfig()
    config.queues = ["big": .init(slots: 1), "night": .init(isPaused: true)]
    config.pools = ["gpu": 2]
    var around = Surroundings(hasDaemon: true, config: config)
    var busy = try Life(#""queue":"big","needs":{"gpu":2}"#, at: "09:00")
    try busy.start()
    around.add(busy.state)
    func why(_ members: String) throws -> String {
      let sentence = explain(try Life(members, at: "10:00"), in: around).sentence
      return String(sentence.trimmingPrefix("run 1 is due since 2026-03-02T10:00:00.000Z"))
    }
    #expect(
      try why(#""queue":"big""#)
        == #" and waits for a slot of queue "big", which has 1, all in use"#)
    #expect(
      try why(#""needs":{"gpu":1}"#)
        == #" and waits for 1 of pool "gpu", of which 2 of 2 are in use"#)
    #expect(try why(#""queue":"night""#) == #", but queue "night" is paused"#)
    #expect(
      try why(#""needs":{"gpu":3}"#)
        == #", but it needs 3 of pool "gpu", which has 2"#)
    #expect(try why(#""queue":"other""#) == " and waits for a free slot; 1 run is under way")
  }

  @Test func whatTakesFiringsAwayIsNamed() throws {
    let life = try Life(
      #""quartzDef":"0 0 * * * ?","blackout":"* * 11-13 * * ?""#, at: "10:30")
    #expect(
      explain(life, in: Surroundings(hasDaemon: true)).sentence
        == "its next run is at 2026-03-02T14:00:00.000Z, in 3h30m; blackout * * 11-13 * * ? takes "
        + "away 3 firings before that")
  }

  @Test func whoHeldItIsNamed() throws {
    let life = try Life(#""quartzDef":"0 0 * * * ?""#, at: "10:30")
    let held = try life.state.applying(.hold, by: "ann", schedule: life.schedule, at: life.now)
    let explanation = Explanation(
      held, life.schedule, in: Surroundings(hasDaemon: true), at: life.now)
    #expect(explanation.sentence.contains("by ann"))
    #expect(explanation.obstacles == [.release, .time(try Life.instant("11:00"))])
  }

  /// Another job than that of `Life`.
  private func state(
    _ number: Int, _ name: String, at: String, _ members: String
  ) throws -> JobState {
    let life = try Life(#""name":"\#(name)",\#(members)"#, at: at)
    return .submitted(
      id: name, number: number, spec: life.state.spec, schedule: life.schedule, at: life.now)
  }

  private func why(_ state: JobState, _ around: Surroundings) -> Explanation {
    Explanation(state, Schedule(state.spec, zone: .utc), in: around, at: state.submittedAt)
  }

  @Test func aLockThatNobodyHasIsKeptForWhoComesFirst() throws {
    var first = try state(1, "a", at: "09:00", #""locks":["A"]"#)
    first = try first.applying(
      .launch, schedule: Schedule(first.spec, zone: .utc), at: first.submittedAt)
    let both = try state(2, "ab", at: "09:01", #""locks":["A","B"]"#)
    let last = try state(3, "b", at: "09:02", #""locks":["B"]"#)
    var around = Surroundings(hasDaemon: true)
    for state in [last, first, both] { around.add(state) }
    let explanation = why(last, around)
    #expect(
      explanation.sentence
        == "run 1 is due since 2026-03-02T09:02:00.000Z and waits for lock \"B\", which is kept for "
        + "job 2 (ab)")
    #expect(
      explanation.obstacles.map(\.json)
        == [
          ["kind": "lock", "name": "B", "keptFor": ["id": "ab", "number": 2, "name": "ab"]]
        ])
    #expect(why(both, around).obstacles.count == 1, "nobody comes before it")
    let again = try state(4, "aa", at: "09:03", #""locks":["A"]"#)
    around.add(again)
    #expect(why(again, around).sentence.hasSuffix("09:00:00.000Z, and job 2 (ab) goes first"))
  }

  @Test func aPoolIsKeptForWhoNeedsMoreOfItThanIsLeft() throws {
    var config = SpoolConfig()
    config.pools = ["gpu": 2]
    var around = Surroundings(hasDaemon: true, config: config)
    let first = try state(1, "p1", at: "09:00", #""needs":{"gpu":1}"#)
    around.add(
      try first.applying(
        .launch, schedule: Schedule(first.spec, zone: .utc), at: first.submittedAt))
    around.add(try state(2, "p2", at: "09:01", #""needs":{"gpu":2}"#))
    let last = try state(3, "p3", at: "09:02", #""needs":{"gpu":1}"#)
    around.add(last)
    #expect(
      why(last, around).sentence.hasSuffix(
        " and waits for 1 of pool \"gpu\", of which 1 of 2 are in use, and job 2 (p2) goes first"))
  }

  @Test func whoIsNotInTheWayIsNotNamed() throws {
    var config = SpoolConfig()
    config.queues = ["night": .init(isPaused: true)]
    var around = Surroundings(hasDaemon: true, config: config)
    around.add(try state(1, "a", at: "09:00", #""locks":["A"],"queue":"night""#))
    let last = try state(2, "b", at: "09:02", #""locks":["A"]"#)
    around.add(last)
    #expect(why(last, around).obstacles == [.slot(underWay: 0)])
  }

  @Test func allThatIsWaitedForIsNamed() throws {
    let parent = #""after":["p"],"startDate":"2026-03-02T12:00:00Z""#
    let awaiting = try Life(parent, at: "10:00")
    let held = try Life(parent + #","hold":true"#, at: "10:00")
    let around = Surroundings(hasDaemon: true)
    let parents = [Parent("p", .success)].map { Explanation.Obstacle.parent($0, nil) }
    let due = Explanation.Obstacle.time(try Life.instant("12:00"))
    #expect(explain(awaiting, in: around).obstacles == parents + [due])
    #expect(
      explain(awaiting, in: around).sentence
        == "it waits for job p to succeed, and until 2026-03-02T12:00:00.000Z")
    #expect(explain(held, in: around).obstacles == [.release] + parents + [due])
    #expect(
      explain(held, in: around).sentence.hasSuffix(
        "; it goes on when somebody releases it, and then waits for job p to succeed, and until "
          + "2026-03-02T12:00:00.000Z"))
    // The lock will be in its way after the pause, too.
    var config = SpoolConfig()
    config.queues = ["night": .init(isPaused: true)]
    var locked = Surroundings(hasDaemon: false, config: config)
    locked.add(lock: "A", heldBy: nil)
    let paused = try Life(#""locks":["A"],"queue":"night""#, at: "10:00")
    #expect(
      explain(paused, in: locked).obstacles
        == [
          .noDaemon, .setting(reason: #"queue "night" is paused"#),
          .outsideLock("A", nil, keptFor: nil),
        ])
  }

  @Test func aRetryThatIsDueSaysWhichOneAndSinceWhen() throws {
    var life = try Life(#""retryCount":5,"retryDelay":"1m""#, at: "10:00")
    try life.run(.exited(code: 1), at: "10:01")
    try life.apply(.due, at: "10:02")
    #expect(
      explain(life, in: Surroundings(hasDaemon: true)).sentence
        == "attempt 2 of 6 of run 1 is due since 2026-03-02T10:02:00.000Z and about to be started")
  }

  @Test func jitterIsTold() throws {
    let life = try Life(#""quartzDef":"0 0 * * * ?","jitter":"1h""#, at: "10:00")
    guard case .waiting(let until) = life.state.phase else { return }
    #expect(until > (try Life.instant("11:00")))
    let sentence = explain(life, in: Surroundings(hasDaemon: true)).sentence
    #expect(sentence.contains("; jitter puts it off by "))
  }

  @Test func aRunWithoutASupervisorIsNotCalledRunning() throws {
    var life = try Life("", at: "10:00")
    try life.start()
    var around = Surroundings(hasDaemon: false)
    around.verdict = .lost(reason: "supervisor gone", damagedRecord: false)
    #expect(
      explain(life, in: around).sentence
        == "the supervisor of run 1, attempt 1 is gone; a daemon will record it as lost "
        + "(supervisor gone)")
  }
}
