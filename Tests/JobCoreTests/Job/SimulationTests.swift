// Years of random lives, and what must hold in every one of their states.

import Testing

@testable import JobCore

@Suite struct SimulationTests {
  @Test func keepsItsPromisesThroughRandomLives() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("simulation seed \(seed)")
    var lives = RandomLife(seed: seed)
    for _ in 0..<150 {
      var before: JobState?
      var started: [Instant: Int] = [:]
      try lives.live(steps: 120) { life in
        let state = life.state
        let comment: Comment = "seed \(seed), \(life.phase), revision \(state.revision)"
        if let before {
          #expect(state.revision == before.revision + 1, comment)
          #expect(state.runs >= before.runs, comment)
          // With another document, one that has ended starts over, and one that lost its schedule
          // has a run of its own.
          if state.spec != before.spec, before.phase.isFinal || !life.schedule.isRecurring {
            started = [:]
          }
          // Another document begins anew.
          if state.spec == before.spec {
            #expect(state.cursor >= before.cursor, comment)
            #expect(!before.scheduleEnded || state.scheduleEnded, comment)
          }
        }
        if case .starting(let attempt) = state.phase, attempt.origin == .schedule {
          let run = started.updateValue(attempt.run, forKey: attempt.scheduledAt)
          #expect(run == nil || run == attempt.run, comment)
          // A run that was due goes on, whatever document the job gets.
          let isRedefined = state.decisions.contains { $0.kind == .redefined }
          if !isRedefined { expectInsideWindow(attempt.scheduledAt, of: state, comment) }
          // A job that is to run now has no instant that a rule could take away.
          if !isRedefined,
            life.schedule.isRecurring || (state.spec.startDate != nil && state.spec.after.isEmpty)
          {
            #expect(life.schedule.exclusion(at: attempt.scheduledAt) == nil, comment)
          }
        }
        expectSound(state, comment)
        expectWayForward(life, comment)
        before = state
      }
    }
  }

  private func expectInsideWindow(_ instant: Instant, of state: JobState, _ comment: Comment) {
    #expect(state.spec.startDate.map { $0 <= instant } ?? true, comment)
    #expect(state.spec.endDate.map { instant <= $0 } ?? true, comment)
  }

  private func expectSound(_ state: JobState, _ comment: Comment) {
    #expect(state.history.count <= 20 && state.decisions.count <= 20, comment)
    #expect(state.phase.isFinal == (state.finishedAt != nil), comment)
    if state.phase.isFinal {
      #expect(state.cancelRequest == nil && !state.holdRequested, comment)
      #expect(state.scheduleEnded, comment)
    }
    if state.phase.liveAttempt == nil {
      #expect(state.cancelRequest == nil && !state.holdRequested, comment)
    }
  }

  /// Whatever a job waits for, the event that brings it on is possible.
  private func expectWayForward(_ life: Life, _ comment: Comment) {
    var later = life
    if let due = life.state.phase.due { later.now = max(life.now, due) }
    let way: JobEvent
    switch life.state.phase {
    case .held: way = .release
    case .awaiting:
      let gone = life.state.openParents.map { ($0.job, ParentSight.gone(reason: "gone")) }
      way = .parents(Dictionary(uniqueKeysWithValues: gone))
    case .waiting, .backoff: way = .due
    case .queued: way = .launch
    case .starting: way = .supervised
    case .running: way = life.ending()
    case .succeeded, .failed, .cancelled, .expired: return
    }
    #expect(later.refusal(way) == nil, comment)
  }
}
