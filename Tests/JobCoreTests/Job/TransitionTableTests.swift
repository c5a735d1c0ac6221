// Every phase and every event: what follows, or the words of the refusal, in one table that is
// read when it changes (Golden/transitions.txt).

import Testing

@testable import JobCore

@Suite struct TransitionTableTests {
  @Test func isTheGoldenOne() throws {
    var table = ""
    for (name, life) in try PhaseSamples.all() {
      table += "\(name): \(life.phase)\n"
      for (event, what) in try PhaseSamples.events(for: life) {
        table += "  " + (event + ":").padded(to: 24) + answer(to: what, of: life) + "\n"
      }
      table += "\n"
    }
    try expectGolden(table, "transitions.txt")
  }

  /// The phase that follows, what stands beside it, and the new decisions.
  private func answer(to event: JobEvent, of life: Life) -> String {
    var next = life
    do {
      try next.apply(event)
    } catch {
      return "refused: \((error as? Refusal)?.reason ?? "\(error)")"
    }
    var text = next.phase
    if let request = next.state.cancelRequest {
      text += request.onlyRun ? " [run to be cancelled]" : " [to be cancelled]"
    }
    if next.state.holdRequested { text += " [to be held]" }
    let new = next.state.decisions.dropFirst(life.state.decisions.count)
    return text + " (" + new.map { "\($0.kind.rawValue): \($0.reason)" }.joined(separator: "; ")
      + ")"
  }

  @Test func hasASampleOfEveryPhase() throws {
    let words = Set(try PhaseSamples.all().map(\.life.state.phase.word))
    #expect(words == Set(Phase.Word.allCases))
  }

  @Test func leavesWhatItRefusesAsItWas() throws {
    for (_, life) in try PhaseSamples.all() {
      for (_, event) in try PhaseSamples.events(for: life) {
        var next = life
        let isRefused = life.refusal(event) != nil
        try? next.apply(event)
        #expect(next.state.revision == life.state.revision + (isRefused ? 0 : 1))
      }
    }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
