// What the jobs of a plan become.

import Testing

@testable import JobCore

@Suite struct PlanDocumentTests {
  @Test func aScheduleJobRunsTheCommandOfItsName() throws {
    let plan = try Plans.plan(
      jobs: #""jobName":"load","commandLine":"load --all","maxExecutionTime":60000"#,
      #""jobName":"load","agentName":"a","cronExpression":"0 0 3 ? * MON","timeZone":"Europe/Istanbul","jobDescription":"d","childContextNames":["k"]"#
    )
    let spec = try Plans.live(plan)
    #expect(spec.name == "billing/load")
    #expect(spec.command == .program(["bash", "-c", "load --all"]))
    #expect(spec.maxExecutionTime == .seconds(60))
    #expect(spec.quartz.map(\.text) == ["0 0 3 ? * MON"])
    #expect(spec.timeZone == "Europe/Istanbul")
    #expect(spec.description == "d")
    #expect(spec.locks == ["billing/load"])
    #expect(spec.plan?.kind == .schedule && spec.plan?.agent == "a" && spec.plan?.children == ["k"])
  }

  @Test func aScheduleJobWithoutACommandOnlyFires() throws {
    let spec = try Plans.live(
      try Plans.plan(jobs: #""jobName":"q","cronExpression":"0 0 3 * * ?""#))
    #expect(spec.command == .program(["true"]))
    #expect(spec.misfire == .skip)
    #expect(spec.misfireGrace == .seconds(1800))
  }

  @Test(arguments: [
    (#""ignoreMisfire":false"#, Misfire.once, 1800),
    (#""recoveryTolerance":5000"#, .skip, 5),
    (#""persistentRecovery":false"#, .skip, 60),
    (#""persistentRecovery":false,"ignoreMisfire":false"#, .once, 60),
  ])
  func missedFiringsAreMadeUpAsItSays(members: String, misfire: Misfire, grace: Int64) throws {
    let spec = try Plans.live(
      try Plans.plan(jobs: #""jobName":"q","cronExpression":"0 0 3 * * ?","# + members))
    #expect(spec.misfire == misfire)
    #expect(spec.misfireGrace == .seconds(grace))
  }

  @Test func blackoutsOfBothKindsAreTakenOver() throws {
    let spec = try Plans.live(
      try Plans.plan(
        jobs:
          #""jobName":"q","cronExpression":"0 0 3 * * ?","blackoutWindowCronExpressions":["* * 3 25 12 ?"],"blackoutWindowDateTimeRanges":{"1767225600000":"1767311999999"}"#
      ))
    #expect(
      spec.blackout.map(\.text)
        == ["* * 3 25 12 ?", "2026-01-01T00:00:00.000Z/2026-01-02T00:00:00.000Z"])
  }

  @Test func aManualOrHeldJobWaitsForARelease() throws {
    for members in [#""startupControlType":"MANUAL""#, #""held":true"#] {
      let spec = try Plans.live(
        try Plans.plan(jobs: #""jobName":"q","cronExpression":"0 0 3 * * ?","# + members))
      #expect(spec.hold)
    }
  }

  @Test func aSkippedScheduleJobRunsNothing() throws {
    let plan = try Plans.plan(
      jobs: #""jobName":"q","commandLine":"load""#,
      #""jobName":"q","cronExpression":"0 0 3 * * ?","skip":true"#)
    let spec = try Plans.live(plan)
    #expect(spec.command == .program(["true"]))
    #expect(spec.plan?.instead == .skipped)
  }

  @Test(arguments: [
    (#""cronExpression":"0 0 3 * *""#, "jobs[0].cronExpression: "),
    (
      #""cronExpression":"0 0 3 * * ?","timeZone":"Mars/Olympus""#,
      #"jobs[0].timeZone: the system knows no time zone "Mars/Olympus""#
    ),
    (
      #""cronExpression":"0 0 3 * * ?","eager":true"#,
      "jobs[0].eager: it would start the job again a second after each firing; use an expression"
    ),
    (
      #""cronExpression":"0 0 3 * * ?","blackoutWindowDateTimeRanges":{"5":"4"}"#,
      "jobs[0].blackoutWindowDateTimeRanges.5: a range of milliseconds since 1970 is expected"
    ),
    (
      #""cronExpression":"0 0 3 * * ?","recoveryTolerance":-1"#,
      "jobs[0].recoveryTolerance: -1 milliseconds are out of range"
    ),
    (#""filenames":["a"]"#, "jobs[0].filePath: it is missing, and the filenames do not all begin"),
    (
      #""commandLine":"x","executionEnvironmentProperties":"cmd.exe|/c""#,
      "jobs[0].executionEnvironmentProperties: it asks for cmd, and this system has bash and ksh"
    ),
    (
      #""commandLine":"x","successfulReturnCodes":["256"]"#,
      "jobs[0].successfulReturnCodes[0]: 256 is out of range; 0 to 255 is allowed"
    ),
    (
      #""commandLine":"x","daysOfWeekToRun":[0]"#,
      "jobs[0].daysOfWeekToRun[0]: 0 is out of range; 1 to 7 is allowed"
    ),
    (
      #""commandLine":"x","minExecutionTime":9,"maxExecutionTime":8"#,
      "jobs[0].maxExecutionTime: 8ms is less than minExecutionTime 9ms"
    ),
    (
      #""commandLine":"x","contextParameters":[{"name":"LD_PRELOAD","value":"/x"}]"#,
      #"jobs[0].contextParameters[0].name: "LD_PRELOAD" would change how programs are loaded or"#
    ),
    (#""commandLine":"a\u0000b""#, "jobs[0].commandLine: it holds a NUL character"),
    (#""commandLine":["x"]"#, "jobs[0].commandLine: a string is expected, not an array"),
  ])
  func aJobThatCannotBeIsNamed(members: String, message: String) throws {
    let fault = try Plans.fault(#"[{"contextName":"c","jobName":"j",\#(members)}]"#)
    #expect(fault?.hasPrefix(message) == true, "\(fault ?? "accepted")")
  }

  @Test func aCommandIsAModelWhoseBracesArePlainText() throws {
    let plan = try Plans.plan(
      jobs:
        #""jobName":"load","commandLine":"docker ps --format '{{.ID}} {{x}}'","executionEnvironmentProperties":"/bin/ksh|-c","contextParameters":[{"name":"n","defaultValue":"d"}],"participatesInLock":true"#
    )
    let model = try #require(try plan.model("load"))
    var context = Documents.context()
    context.model = { name throws(DocumentError) in name == "billing/load" ? model : nil }
    let document = try JobDocument(
      ["model": "billing/load", "environment": ["n": "own"]], in: context)
    let spec = document.spec
    #expect(spec.command == .program(["ksh", "-c", "docker ps --format '{{.ID}} {{x}}'"]))
    #expect(spec.environment == ["n": "own"])
    #expect(spec.locks == ["billing/", "billing/load"])
    #expect(spec.model == "billing/load" && spec.name == "billing/load")
    #expect(try plan.model("other") == nil)
  }

  @Test func aCommandWithoutALineOrDisabledCannotBeRun() throws {
    let plan = try Plans.plan(
      jobs: #""jobName":"a","workingDirectory":"/x""#,
      #""jobName":"b","commandLine":"x","startupControlType":"DISABLED""#)
    #expect(throws: DocumentError.self) { try plan.model("a") }
    #expect(throws: DocumentError.self) { try plan.model("b") }
  }
}
