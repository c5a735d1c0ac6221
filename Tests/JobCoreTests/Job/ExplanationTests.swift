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
    guard case .lock("db", let run)? = explanation.obstacles.first else {
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
    #expect(explanation.sentence.hasSuffix("waits for a free slot; 2 run(s) are under way"))
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
    #expect(try why(#""queue":"other""#) == " and waits for a free slot; 1 run(s) are under way")
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
    #expect(explanation.obstacles == [.release])
  }
}
