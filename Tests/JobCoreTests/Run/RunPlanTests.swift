// run.json: what a command gets, and that it is read as it was written.

import Testing

@testable import JobCore

@Suite struct RunPlanTests {
  private func plan(_ members: String, base: [String: String] = [:]) throws -> RunPlan {
    var life = try Life(members, at: "10:30")
    try life.apply(.launch)
    let attempt = try #require(life.state.phase.liveAttempt)
    return RunPlan(
      life.state, attempt, base: base, token: "t0k3n", spool: "/spool", descriptorLimit: .max)
  }

  @Test func tellsTheCommandWhichRunItIs() throws {
    let environment = try plan("", base: ["PATH": "/bin", "HOME": "/h"]).environment
    #expect(
      environment == [
        "PATH": "/bin", "HOME": "/h", "JOBRUN_JOB_ID": "job", "JOBRUN_NUMBER": "1",
        "JOBRUN_RUN": "1", "JOBRUN_ATTEMPT": "1", "JOBRUN_SPOOL": "/spool",
        "JOBRUN_SCHEDULED_AT": "2026-03-02T10:30:00.000Z", "JOBRUN_RUN_TOKEN": "t0k3n",
      ])
  }

  @Test func letsTheJobsVariablesWinOverTheDaemons() throws {
    let plan = try plan(
      #""environment":{"PATH":"/own","X":"1"}"#, base: ["PATH": "/bin", "HOME": "/h"])
    #expect(plan.environment["PATH"] == "/own" && plan.environment["HOME"] == "/h")
    #expect(plan.environment["X"] == "1")
  }

  @Test(
    arguments: [
      (#""two  words\n""#, "two  words\n"), ("1.50", "1.50"), ("-0", "-0"), ("true", "true"),
      ("null", nil), (#"{"b":1,"a":[null, "é"]}"#, #"{"a":[null,"é"],"b":1}"#), ("[]", "[]"),
      (#""""#, ""), (#""a\u0000b""#, nil),
    ] as [(String, String?)])
  func handsOutValuesAsTexts(value: String, text: String?) throws {
    let plan = try plan(#""values":{"v":\#(value)}"#)
    #expect(plan.environment["JOBRUN_VALUE_v"] == text)
    #expect(plan.values["v"] == (try JSON(parsing: value)))
  }

  @Test(arguments: [
    ("a", true), ("_", true), ("A_9", true), ("9a", false), ("a-b", false), ("a.b", false),
    ("é", false), ("a b", false), ("a=b", false),
  ])
  func namesVariablesOnlyAfterWhatCanBeAName(name: String, isName: Bool) throws {
    let plan = try plan(#""values":{"\#(name)":"x"}"#)
    #expect((plan.environment["JOBRUN_VALUE_\(name)"] != nil) == isName)
    #expect(plan.values[name] == "x")
  }

  @Test(arguments: [(100 << 10, true), ((100 << 10) + 1, false)])
  func leavesLongValuesToTheFile(length: Int, isVariable: Bool) throws {
    let text = String(repeating: "x", count: length)
    let plan = try plan(#""values":{"v":"\#(text)"}"#)
    #expect((plan.environment["JOBRUN_VALUE_v"] != nil) == isVariable)
    #expect(plan.values["v"]?.string?.utf8.count == length)
  }

  @Test func isReadAsItWasWritten() throws {
    let seed = UInt64.random(in: 0 ... .max)
    print("run plan seed \(seed)")
    var documents = RandomDocument(random: Xoshiro(seed: seed))
    for _ in 0..<200 {
      let spec = try JobDocument(documents.next(), in: Documents.context()).spec
      let now = try Life.instant("10:30")
      let state = JobState(
        id: "x", number: 7, spec: spec, submittedAt: now, phase: .held(nil), cursor: now)
      let attempt = Attempt(run: 1, scheduledAt: now, origin: .rerun, rule: "shifted")
      let plan = RunPlan(
        state, attempt, base: ["A": "é\n"], token: "t", spool: "/s", descriptorLimit: 1024)
      let again = try RunPlan(parsing: plan.bytes)
      #expect(again == plan, "seed \(seed)")
    }
  }

  @Test(arguments: [
    ("arguments", "[]", "arguments: the program is missing"),
    ("arguments", "null", "arguments: the program is missing"),
    ("arguments", "[1]", "arguments[0]: a string is expected, not a number"),
    ("umask", "512", "umask: 512 is out of range; 0 to 511 is expected"),
    ("killGrace", "-1", "killGrace: -1 is out of range; 0 to 9223372036854775807 is expected"),
    ("leftovers", #""eat""#, "leftovers: unknown word \"eat\""),
    ("descriptorLimit", #""-1""#, "descriptorLimit: a whole number in a string is expected"),
    ("environment", #"{"A":1}"#, "environment.A: a string is expected"),
    ("attempt", "{}", "attempt.origin: it is missing"),
  ])
  func refusesWhatNoLauncherWrote(key: String, value: String, message: String) throws {
    var members = try #require(try JSON(parsing: plan("").bytes).object)
    members[key] = try JSON(parsing: value)
    let bytes = JSON.object(members).serialized()
    let error = #expect(throws: RecordError.self) { try RunPlan(parsing: bytes) }
    #expect(error?.message == message)
  }
}
