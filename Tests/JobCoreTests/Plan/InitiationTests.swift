// Events that ask for a run: what falls back, what counts, and what runs instead.

import Testing

@testable import JobCore

@Suite struct InitiationTests {
  private static let load =
    #""jobName":"load","agentName":"a","commandLine":"load $n","#
    + #""workingDirectory":"/data","successfulReturnCodes":["0","2"],"maxExecutionTime":5000,"#
    + #""contextParameters":[{"name":"n","defaultValue":"1"},{"name":"m","defaultValue":"2"}]"#

  private func plan(_ more: String = "") throws -> Plan {
    try Plans.plan(jobs: InitiationTests.load + more)
  }

  @Test func nullFieldsFallBackToTheProvisionedJob() throws {
    let spec = try Plans.run(
      try plan(),
      #"{"jobName":"load","internalEventDrivenJob":{"commandLine":null,"successfulReturnCodes":null,"minExecutionTime":0,"maxExecutionTime":-1}}"#
    )
    #expect(spec.command == .program(["bash", "-c", "load $n"]))
    #expect(spec.workingDirectory == "/data")
    #expect(spec.successfulReturnCodes == [0, 2])
    #expect(spec.maxExecutionTime == .seconds(5))
    #expect(spec.environment == ["n": "1", "m": "2"])
    #expect(spec.locks == ["billing/load"])
    #expect(spec.plan?.event?["jobName"] == "load")
    #expect(!spec.hold)
  }

  @Test func theEventsParametersStandOverTheJobs() throws {
    let spec = try Plans.run(
      try plan(),
      #"{"jobName":"load","contextParameters":[{"name":"n","value":"$(id)"},{"name":"e","value":""},{"name":"none","value":null}]}"#
    )
    #expect(spec.environment == ["n": "$(id)", "m": "2", "e": ""])
  }

  @Test(arguments: [
    "LD_PRELOAD", "LD_LIBRARY_PATH", "PATH", "IFS", "BASH_ENV", "ENV", "BASH_FUNC_ls%%",
    "JOBRUN_SPOOL", "PYTHONPATH", "a=b", "a b", "a\\n", "", "PERL5OPT",
  ])
  func aParameterThatWouldChangeTheProgramIsRefused(name: String) throws {
    let error = #expect(throws: DocumentError.self) {
      try Plans.run(
        try plan(),
        #"{"jobName":"load","contextParameters":[{"name":"\#(name)","value":"x"}]}"#)
    }
    #expect(error?.field == "contextParameters[0].name")
  }

  @Test(arguments: [
    (#""commandLine":"rm -rf /""#, ["internalEventDrivenJob.commandLine"]),
    (#""commandLine":"load $n""#, []), (#""workingDirectory":"/data""#, []),
    (#""workingDirectory":"/""#, ["internalEventDrivenJob.workingDirectory"]),
    (#""successfulReturnCodes":["2","0"]"#, []),
    (#""successfulReturnCodes":["1"]"#, ["internalEventDrivenJob.successfulReturnCodes"]),
    (#""maxExecutionTime":5000"#, []),
    (#""maxExecutionTime":1"#, ["internalEventDrivenJob.maxExecutionTime"]),
    (#""daysOfWeekToRun":[1]"#, ["internalEventDrivenJob.daysOfWeekToRun"]),
    (
      #""executionEnvironmentProperties":"ksh""#,
      ["internalEventDrivenJob.executionEnvironmentProperties"]
    ),
    (#""held":true,"skip":true"#, []),
  ])
  func tellsWhatOnlyWhoeverMayDefineCanChange(members: String, fields: [String]) throws {
    let event = #"{"jobName":"load","internalEventDrivenJob":{\#(members)}}"#
    let initiation = try Initiation(JSON(parsing: Array(event.utf8)))
    #expect(initiation.definitions(beyond: try #require(try plan().command("load"))) == fields)
  }

  @Test func whatAnEventDefinesTakesTheJobsPlace() throws {
    let spec = try Plans.run(
      try plan(),
      #"{"jobName":"load","internalEventDrivenJob":{"commandLine":"other","workingDirectory":"/o","successfulReturnCodes":["9"],"executionEnvironmentProperties":"KSH"}}"#
    )
    #expect(spec.command == .program(["ksh", "-c", "other"]))
    #expect(spec.workingDirectory == "/o" && spec.successfulReturnCodes == [9])
  }

  @Test(arguments: [
    (#""skipped":true"#, ""), (#""internalEventDrivenJob":{"skip":true}"#, ""),
    ("", #","skip":true"#), (#""childContextNames":["k"]"#, #","skippedContexts":{"k":true}"#),
    (
      #""childContextNames":["k"],"internalEventDrivenJob":{"skippedContexts":{"k":true}}"#, ""
    ), (#""skipped":true,"dryRun":true"#, ""),
  ])
  func aSkippedRunDoesNothingWell(event: String, job: String) throws {
    let spec = try Plans.run(
      try plan(job), #"{"jobName":"load"\#(event.isEmpty ? "" : ",")\#(event)}"#)
    #expect(spec.command == .program(["true"]))
    #expect(spec.plan?.instead == .skipped)
    #expect(spec.successfulReturnCodes == [0] && spec.maxExecutionTime == nil)
    #expect(spec.workingDirectory == "/work", "a directory that is not there would fail it")
  }

  @Test(arguments: [
    (#""internalEventDrivenJob":{"held":true}"#, ""), ("", #","held":true"#),
    (#""childContextNames":["k"]"#, #","heldContexts":{"k":true,"l":false}"#),
  ])
  func aHeldRunWaitsForARelease(event: String, job: String) throws {
    let spec = try Plans.run(
      try plan(job), #"{"jobName":"load"\#(event.isEmpty ? "" : ",")\#(event)}"#)
    #expect(spec.hold)
    let other = try Plans.run(
      try plan(#","heldContexts":{"k":true}"#), #"{"jobName":"load","childContextNames":["l"]}"#)
    #expect(!other.hold)
  }

  @Test func onAnotherDayNothingRuns() throws {
    // Plans.now is a Saturday.
    let today = try Plans.run(try plan(#","daysOfWeekToRun":[7]"#), #"{"jobName":"load"}"#)
    #expect(today.plan?.instead == nil)
    let other = try Plans.run(try plan(#","daysOfWeekToRun":["1",6]"#), #"{"jobName":"load"}"#)
    #expect(other.plan?.instead == .otherDay)
    #expect(other.command == .program(["true"]))
  }

  @Test(arguments: [
    ("{}", "0.000", "0"), (#"{"error":true,"fixedExecutionTimeMillis":1250}"#, "1.250", "1"),
    (
      #"{"jobErrorPercentage":100,"minExecutionTimeMillis":7,"maxExecutionTimeMillis":7}"#, "0.007",
      "1"
    ),
    (#"{"jobErrorPercentage":"0"}"#, "0.000", "0"), ("null", "0.000", "0"),
  ])
  func aDryRunWaitsAndEndsAsItSays(parameters: String, time: String, code: String) throws {
    let spec = try Plans.run(
      try plan(), #"{"jobName":"load","dryRun":true,"dryRunParameters":\#(parameters)}"#)
    #expect(spec.plan?.instead == .dryRun)
    #expect(
      spec.command
        == .program(["/bin/sh", "-c", "sleep \"$1\"; exit \"$2\"", "dry-run", time, code]))
  }

  @Test func aDryRunFailsAboutAsOftenAsItSays() throws {
    let event =
      #"{"jobName":"load","dryRun":true,"dryRunParameters":{"jobErrorPercentage":75,"#
      + #""minExecutionTimeMillis":100,"maxExecutionTimeMillis":200}}"#
    var failures = 0
    let plan = try plan()
    for seed in 1...400 as ClosedRange<UInt64> {
      guard case .program(let words) = try Plans.run(plan, event, seed: seed).command else {
        return
      }
      failures += words.last == "1" ? 1 : 0
      let time = try #require(Double(words[4]))
      #expect((0.1..<0.2).contains(time))
    }
    #expect((260...340).contains(failures), "\(failures) of 400")
  }

  @Test(arguments: [
    ("{}", "jobName: it is missing"), ("[]", "an object is expected, not an array"),
    (#"{"jobName":"load","dryRun":"perhaps"}"#, "dryRun: true or false is expected"),
    (
      #"{"jobName":"load","dryRun":true,"dryRunParameters":{"jobErrorPercentage":101}}"#,
      "dryRunParameters.jobErrorPercentage: a number from 0 to 100 is expected"
    ),
    (
      #"{"jobName":"load","dryRun":true,"dryRunParameters":{"fixedExecutionTimeMillis":-1}}"#,
      "dryRunParameters.fixedExecutionTimeMillis: 0 to 86400000 milliseconds are allowed"
    ),
    (
      #"{"jobName":"load","contextParameters":{}}"#,
      "contextParameters: an array is expected, not an object"
    ),
    (
      #"{"jobName":"load","internalEventDrivenJob":{"successfulReturnCodes":["zero"]}}"#,
      "internalEventDrivenJob.successfulReturnCodes[0]: a whole number is expected"
    ),
    (
      #"{"jobName":"load","contextParameters":[{"name":"a","value":"1"},{"name":"a","value":"2"}]}"#,
      #"contextParameters[1].name: "a" stands twice"#
    ),
  ])
  func namesWhatIsWrong(event: String, message: String) throws {
    let error = #expect(throws: DocumentError.self) { try Plans.run(try plan(), event) }
    #expect(error?.message == message)
  }
}
