// The state file: what was written is read, whatever was not is refused with its reason.

import Foundation
import Testing

@testable import JobCore

@Suite struct StateFileTests {
  /// Files of format 1 as they were first written; they are never recorded again.
  private static let samples = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Data/states-1")

  private func sample(_ word: Phase.Word) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Self.samples.appending(path: "\(word.rawValue).json")))
  }

  @Test(arguments: Phase.Word.allCases)
  func readsTheFilesOfItsFirstFormatForEver(word: Phase.Word) throws {
    let state = try JobState(parsing: sample(word))
    #expect(state.phase.word == word && state.id == "job" && state.number == 1)
    #expect(state.spec.command == .program(["/bin/true"]) && state.spec.timeZone == "UTC")
    #expect(word == .failed || state.decisions.first?.kind == .submitted)
    #expect(state.phase.isFinal == (state.finishedAt != nil))
    #expect(try JobState(parsing: state.json.serialized()) == state)
  }

  @Test func readsEachPartOfTheFilesOfItsFirstFormat() throws {
    let running = try JobState(parsing: sample(.running))
    #expect(running.cancelRequest?.reason == "enough" && running.cancelRequest?.reasonId == 7)
    #expect(running.phase.brief == "running 2.1 for 12:00" && running.holdRequested)
    #expect(running.lastOutcome?.kind == .timedOut(reason: "longer than 1m"))
    let failed = try JobState(parsing: sample(.failed))
    #expect(
      failed.history.map(\.kind) == [
        .exited(code: 0), .exited(code: 9), .signalled(signal: 11), .notStarted(reason: "n"),
        .timedOut(reason: "t"), .cancelled(reason: "c"), .lost(reason: "l"),
      ])
    #expect(failed.history.first?.succeeded == true && failed.history.first?.leftovers == 2)
    #expect(failed.outputs == ["x": "1"] && failed.percentCompleted == 42)
    #expect(failed.progressText == "text" && failed.spec.labels == ["team": "x"])
  }

  @Test func readsBackWhatRandomLivesWrote() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("state file seed \(seed)")
    var lives = RandomLife(seed: seed)
    for _ in 0..<40 {
      try lives.live(steps: 25) { life in
        let read = try JobState(parsing: life.state.json.serialized())
        #expect(read == life.state, "seed \(seed)")
      }
    }
  }

  @Test func readsNamesThatAreNoLongerGiven() throws {
    for name in ["a\u{9B}31m", "e" + String(repeating: "\u{301}", count: 2000)] {
      var members = try #require(try JSON(parsing: sample(.waiting)).object)
      var job = try #require(members["job"]?.object)
      job["name"] = .string(name)
      members["job"] = .object(job)
      let state = try JobState(.object(members))
      #expect(state.spec.name == name)
      #expect(try JobState(state.json) == state)
      #expect(throws: DocumentError.self) {
        try JobDocument(
          ["command": ["true"], "name": .string(name)], in: Documents.context())
      }
    }
  }

  @Test func keepsKeysOfNewerVersions() throws {
    var members = try #require(try JSON(parsing: sample(.waiting)).object)
    members["newer"] = ["a": [1, nil]]
    var life = try Life("", at: "10:30")
    life = try Life(reading: JSON.object(members), like: life)
    try life.apply(.hold)
    #expect(life.state.json["newer"] == ["a": [1, nil]])
    #expect(try JobState(life.state.json) == life.state)
  }

  /// So that going back a version does not send every job to corrupt/.
  @Test func keepsWordsOfNewerVersionsThatNothingDependsOn() throws {
    var members = try #require(try JSON(parsing: sample(.running)).object)
    members["decisions"] = [["at": "2026-03-02T10:30:00.000Z", "what": "newer", "reason": "r"]]
    var attempt = try #require(members["attempt"]?.object)
    attempt["origin"] = "fileTrigger"
    members["attempt"] = .object(attempt)
    let state = try JobState(JSON.object(members))
    #expect(state.decisions.map(\.kind.rawValue) == ["newer"])
    #expect(state.phase.liveAttempt?.origin.rawValue == "fileTrigger")
    #expect(try JobState(parsing: state.json.serialized()) == state)
    #expect(state.json["decisions"] == members["decisions"])
  }

  @Test(arguments: [
    ("format", "2", "format: 2 is unknown to this version of jobrun"),
    ("format", "null", "format: it is missing"),
    ("phase", "\"sleeping\"", "phase: unknown phase \"sleeping\""),
    ("nextRun", "null", "nextRun: it is missing"),
    ("nextRun", "\"noon\"", "nextRun: an instant is expected, not a string"),
    ("id", "\"../x\"", "id: \"../x\" cannot be an id"),
    ("revision", "-1", "revision: -1 is out of range; 0 to 9007199254740992 is expected"),
    (
      "runs", "9223372036854775807",
      "runs: 9223372036854775807 is out of range; 0 to "
        + "9007199254740992 is expected"
    ),
    ("runs", "1.5", "runs: a whole number is expected, not a number"),
    ("job", "[]", "job: an object is expected, not an array"),
    ("job", "{}", "job: command: a job needs a command, or a model that has one"),
    ("job", #"{"command":["a"],"enwq":"x"}"#, "job: enwq: there is no such key"),
    ("history", "{}", "history: an array is expected, not an object"),
    ("history", "[{}]", "history.kind: it is missing"),
    ("decisions", #"[{"at":"2026-03-02T10:30:00Z"}]"#, "decisions.what: it is missing"),
    ("percentCompleted", "101", "percentCompleted: 101 is out of range; 0 to 100 is expected"),
    ("cancelRequest", "{}", "cancelRequest.at: it is missing"),
  ])
  func refusesWhatItCannotMeanWithTheReason(key: String, value: String, message: String) throws {
    var members = try #require(try JSON(parsing: sample(.waiting)).object)
    members[key] = try JSON(parsing: value)
    let bytes = JSON.object(members).serialized()
    let error = #expect(throws: RecordError.self) { try JobState(parsing: bytes) }
    #expect(error?.message == message)
  }

  @Test func refusesAFileCutAnywhere() throws {
    let bytes = try sample(.running)
    let readable = (0..<bytes.count).filter { length in
      (try? JobState(parsing: Array(bytes[..<length]))) != nil
    }
    #expect(readable.isEmpty)
  }

  /// A file that can be read can be worked with, whatever is in it.
  @Test func survivesFilesWithWildValues() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("wild state seed \(seed)")
    var random = Xoshiro(seed: seed)
    let wild: [JSON] = [
      nil, -1, 0, 1, 9_007_199_254_740_992, .number(JSONNumber(Int.max)), "", [], [:], true,
      "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "x",
    ]
    for word in Phase.Word.allCases {
      let members = try #require(try JSON(parsing: sample(word)).object)
      for _ in 0..<80 {
        let changed = replaced(in: .object(members), by: wild, using: &random)
        guard let state = try? JobState(changed) else { continue }
        let life = try Life(reading: changed, like: Life("", at: "10:30"))
        for (_, event) in try PhaseSamples.events(for: life) {
          var next = life
          try? next.apply(event)
          _ = (next.state.message, next.state.lastOutcome?.exitCode, next.state.json.serialized())
        }
        #expect(try JobState(state.json) == state, "seed \(seed)")
      }
    }
  }

  /// One value of a record, however deep, in exchange for a wild one.
  private func replaced(in json: JSON, by wild: [JSON], using random: inout Xoshiro) -> JSON {
    let isHere = Int.random(in: 0..<3, using: &random) == 0
    switch json {
    case .object(var members) where !members.isEmpty:
      let key = members.keys[Int.random(in: 0..<members.count, using: &random)]
      let old = members[key] ?? nil
      let isLeaf = old.object == nil && old.array == nil
      members[key] =
        isHere || isLeaf
        ? wild.randomElement(using: &random) : replaced(in: old, by: wild, using: &random)
      return .object(members)
    case .array(var elements) where !elements.isEmpty:
      let index = Int.random(in: 0..<elements.count, using: &random)
      elements[index] = replaced(in: elements[index], by: wild, using: &random)
      return .array(elements)
    case .null, .bool, .number, .string, .array, .object:
      return wild.randomElement(using: &random) ?? json
    }
  }
}
