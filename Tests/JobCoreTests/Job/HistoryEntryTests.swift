// What a line of history says of a run, and that it reads back.

import Testing

@testable import JobCore

@Suite struct HistoryEntryTests {
  /// What the last event added, by kind, attempt and outcome.
  private func brief(_ entries: [HistoryEntry]) -> [String] {
    entries.map { entry in
      var text = entry.decision.kind.rawValue
      if let attempt = entry.attempt { text += " \(attempt.directoryName)" }
      if let outcome = entry.outcome {
        text += " \(outcome.run).\(outcome.attempt) \(outcome.summary)"
      }
      return entry.isRetried ? text + ", retried" : text
    }
  }

  private func entries(_ life: inout Life, _ body: (inout Life) throws -> Void) rethrows -> [String]
  {
    let before = life.state
    try body(&life)
    let entries = HistoryEntry.entries(from: before, to: life.state)
    for entry in entries { expectReadsBack(entry) }
    return brief(entries)
  }

  private func expectReadsBack(
    _ entry: HistoryEntry, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let bytes = entry.json.serialized()
    #expect(bytes.starts(with: HistoryEntry.beginning), comment, sourceLocation: sourceLocation)
    let read = try? HistoryEntry(parsing: bytes)
    #expect(read == entry, comment, sourceLocation: sourceLocation)
  }

  @Test func tellsOfEachAttemptAndWhetherAnotherFollows() throws {
    var life = try Life(#""retryCount":1"#, at: "10:30")
    #expect(brief(HistoryEntry.entries(from: nil, to: life.state)) == ["submitted"])
    #expect(try entries(&life) { try $0.start() } == ["started 1.1"])
    #expect(
      try entries(&life) { try $0.end(.exited(code: 1)) } == [
        "ended 1.1 exit 1, retried", "retried",
      ])
    #expect(try entries(&life) { try $0.apply(.due, at: "10:31") } == [])
    #expect(try entries(&life) { try $0.start() } == ["started 1.2"])
    #expect(try entries(&life) { try $0.end() } == ["ended 1.2 exit 0", "finished"])
    #expect(try entries(&life) { try $0.apply(.rerun) } == ["rerun"])
  }

  @Test func tellsWhichAttemptWillNotBegin() throws {
    var queued = try Life("", at: "10:30")
    #expect(try entries(&queued) { try $0.apply($0.cancel()) } == ["cancelled 1.1"])
    var waiting = try Life(#""quartzDef":"0 0 * * * ?""#, at: "10:30")
    #expect(try entries(&waiting) { try $0.apply($0.cancel()) } == ["cancelled"])
    var backoff = try Life(#""retryCount":1"#, at: "10:30")
    try backoff.run(.exited(code: 1))
    #expect(try entries(&backoff) { try $0.apply($0.cancel()) } == ["cancelled 1.2"])
    var held = try Life(#""runImmediately":true,"hold":true"#, at: "10:30")
    #expect(try entries(&held) { try $0.apply($0.cancel()) } == ["cancelled 1.1"])
    // A request to stop is not the end, and the end names the attempt itself.
    var live = try Life(#""retryCount":1"#, at: "10:30")
    try live.start()
    #expect(try entries(&live) { try $0.apply($0.cancel()) } == ["cancelled"])
    #expect(
      try entries(&live) { try $0.end(.cancelled(reason: "c")) } == [
        "ended 1.1 cancelled: c", "cancelled",
      ])
  }

  @Test func tellsTheSameIfACommandAppliesSeveralEventsAtOnce() throws {
    var life = try Life(#""retryCount":1"#, at: "10:30")
    try life.start()
    let all = try entries(&life) { life in
      try life.end(.exited(code: 1))
      try life.apply(life.cancel())
    }
    #expect(all == ["ended 1.1 exit 1, retried", "retried", "cancelled 1.2"])
    var due = try Life(#""quartzDef":"0 0 * * * ?""#, at: "10:30")
    let started = try entries(&due) { life in
      try life.apply(.due, at: "11:00")
      try life.start()
    }
    #expect(started == ["due", "started 1.1"])
  }

  @Test func carriesThePlaceInAPlanWithoutWhatIsLong() throws {
    let plan =
      #""plan":{"name":"P","job":"J","kind":"file","agent":"A","children":["c"],"event":{"x":1}}"#
    let life = try Life(plan, at: "10:30")
    let entry = try #require(HistoryEntry.entries(from: nil, to: life.state).first)
    expectReadsBack(entry)
    #expect(
      entry.json["plan"] == ["name": "P", "job": "J", "kind": "file", "agent": "A"])
  }

  @Test func readsOldLinesAndNewerOnes() throws {
    let old =
      #"{"at":"2026-03-02T10:30:00.000Z","id":"a","name":"n","number":7,"reason":"r","what":"started"}"#
    let entry = try HistoryEntry(parsing: Array(old.utf8))
    #expect(entry.id == "a" && entry.number == 7 && entry.name == "n")
    #expect(entry.decision.kind == .started && entry.attempt == nil && entry.plan == nil)
    #expect(String(decoding: entry.json.serialized(), as: UTF8.self) == old)
    let newer = old.dropLast() + #","plan":{"name":"p","job":"j","kind":"file","colour":1},"x":{}}"#
    #expect(try HistoryEntry(parsing: Array(newer.utf8)).plan?.kind == .file)
  }

  @Test(
    arguments: [
      ("", "line 1, column 1"), ("[]", "an object is expected"), ("{}", "at: it is missing"),
      (#"{"at":"2026-03-02T10:30:00Z","what":"x","reason":"","id":"a","name":"n"}"#, "number:"),
      (
        #"{"at":"2026-03-02T10:30:00Z","what":"x","reason":"","id":"a","name":"n","number":1,"plan":{}}"#,
        "plan.name:"
      ),
      (
        #"{"at":"2026-03-02T10:30:00Z","what":"x","reason":"","id":"a","name":"n","number":1,"outcome":{}}"#,
        "outcome.kind:"
      ),
    ])
  func saysWhatIsWrongWithALine(text: String, reason: String) {
    do {
      _ = try HistoryEntry(parsing: Array(text.utf8))
      Issue.record("it was read: \(text)")
    } catch {
      #expect(error.message.hasPrefix(reason), "\(error.message)")
    }
  }

  /// Whatever happens to a job: a run that has begun is told to have ended once, when it has.
  @Test func aRunHasOneStartAndOneCompletion() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("history seed \(seed)")
    var lives = RandomLife(seed: seed)
    var completions = 0
    for _ in 0..<100 {
      var before: JobState?
      var isOpen = false
      try lives.live(steps: 120) { life in
        let comment: Comment = "seed \(seed), \(life.phase), revision \(life.state.revision)"
        for entry in HistoryEntry.entries(from: before, to: life.state) {
          expectReadsBack(entry, comment)
          guard let event = ScheduledProcessEvent(entry, job: life.state)?.json else { continue }
          if event["jobStarting"] == true {
            #expect(!isOpen, comment)
            isOpen = true
          } else {
            // One that was due and never began is given up, or a rule has taken it away.
            #expect(
              isOpen || entry.attempt?.attempt == 1 || entry.outcome != nil
                || entry.decision.rule != nil, comment)
            isOpen = false
            completions += 1
          }
        }
        #expect(isOpen == hasBegun(life.state.phase), comment)
        before = life.state
      }
    }
    #expect(completions > 100, "seed \(seed)")
  }

  private func hasBegun(_ phase: Phase) -> Bool {
    switch phase {
    case .starting, .running, .backoff: true
    case .queued(let attempt), .held(let attempt?): attempt.attempt > 1
    case .held(nil), .awaiting, .waiting, .succeeded, .failed, .cancelled, .expired: false
    }
  }
}
