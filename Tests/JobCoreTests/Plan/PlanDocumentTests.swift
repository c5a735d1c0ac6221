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
    #expect(spec.command == .program(["bash", "-c", "--", "load --all"]))
    #expect(spec.maxExecutionTime == .seconds(60))
    #expect(spec.quartz.map(\.text) == ["0 0 3 ? * MON"])
    #expect(spec.timeZone == "Europe/Istanbul")
    #expect(spec.description == "d")
    #expect(spec.locks == ["billing/load"])
    #expect(spec.plan?.kind == .schedule && spec.plan?.agent == "a" && spec.plan?.children == ["k"])
  }

  @Test func aScheduleJobMayHaveItsCommandInItself() throws {
    let spec = try Plans.live(
      try Plans.plan(jobs: #""jobName":"q","cronExpression":"0 0 3 * * ?","commandLine":"load""#))
    #expect(spec.command == .program(["bash", "-c", "--", "load"]))
    #expect(spec.plan?.kind == .schedule && spec.locks == ["billing/q"])
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

  /// What a schedule says of itself, and what the command that it runs says.
  @Test(arguments: [
    (#""skip":true"#, "", true, false), ("", #""skip":true"#, true, false),
    (#""skippedContexts":{"k":true}"#, "", true, false),
    ("", #""skippedContexts":{"k":true}"#, true, false), ("", #""held":true"#, false, true),
    ("", #""heldContexts":{"k":true}"#, false, true),
    ("", #""startupControlType":"MANUAL""#, false, true),
    ("", #""startupControlType":"DISABLED""#, true, false),
  ])
  func theCommandsFlagsCountWhenItsScheduleFires(
    own: String, command: String, runsNothing: Bool, isHeld: Bool
  ) throws {
    let plan = try Plans.plan(
      jobs: #""jobName":"q","childContextNames":["k"],"cronExpression":"0 0 3 * * ?""#
        + (own.isEmpty ? "" : ",") + own,
      #""jobName":"q","commandLine":"x""# + (command.isEmpty ? "" : ",") + command)
    let spec = try Plans.live(plan)
    #expect((spec.command == .program(["true"])) == runsNothing)
    #expect(spec.hold == isHeld)
  }

  @Test func aScheduleRunsOnDaysThatItAndItsCommandHave() throws {
    let schedule = #""jobName":"q","cronExpression":"0 0 3 * * ?","daysOfWeekToRun":[2,3]"#
    let both = try Plans.plan(
      jobs: schedule, #""jobName":"q","commandLine":"x","daysOfWeekToRun":[3,4]"#)
    #expect(try Plans.live(both).weekdays.numbers == [3])
    let none = try Plans.plan(
      jobs: schedule, #""jobName":"q","commandLine":"x","daysOfWeekToRun":[5]"#)
    #expect(throws: DocumentError.self) { try none.check(in: Documents.context()) }
  }

  @Test func namesWithSlashesAreToldApart() throws {
    #expect(Plan.label("a", "b/c") == "a/b/c")
    #expect(Plan.label("a/b", "c") == "a%2Fb/c")
    for (plan, job) in [
      ("a", "b/c"), ("a/b", "c"), ("50%", "x"), ("%2F", "y"), ("a", ""),
      ("a/\u{657}", "\u{657}b"), ("%\u{301}25", "%2F"),
    ] {
      let names = try #require(Plan.names(of: Plan.label(plan, job)))
      #expect(names.plan == plan && names.job == job)
    }
    #expect(Plan.names(of: "a") == nil)
  }

  @Test func aFileJobRunsForEachFile() throws {
    let plan = try Plans.plan(
      jobs:
        #""jobName":"f","filePath":"/in","filenames":["a.*","b[0-9]+"],"minFileAgeSeconds":5,"directoryDepth":2,"moveDirectory":"/done","cronExpression":"0/5 * * * * ?""#,
      #""jobName":"f","commandLine":"load $JOBRUN_FILE""#)
    let spec = try Plans.live(plan)
    let trigger = try #require(spec.fileTrigger)
    #expect(trigger.directory == "/in" && trigger.pattern == "(a.*)|(b[0-9]+)")
    #expect(trigger.minAge == .seconds(5) && trigger.depth == 2 && trigger.moveTo == "/done")
    #expect(spec.command == .program(["bash", "-c", "--", "load $JOBRUN_FILE"]))
    let whole = try Plans.live(
      try Plans.plan(jobs: #""jobName":"f","filenames":["/x/y/a.txt","/x/y/b.*"]"#))
    #expect(whole.fileTrigger?.directory == "/x/y")
    #expect(whole.fileTrigger?.pattern == "(a.txt)|(b.*)")
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
      "jobs[0].successfulReturnCodes: no program ends with any of these; 0 to 255 are possible"
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
    let model = try #require(try plan.model("load", at: Plans.now, zone: .utc))
    var context = Documents.context()
    context.model = { name throws(DocumentError) in name == "billing/load" ? model : nil }
    let document = try JobDocument(
      ["model": "billing/load", "environment": ["n": "own"]], in: context)
    let spec = document.spec
    #expect(spec.command == .program(["ksh", "-c", "--", "docker ps --format '{{.ID}} {{x}}'"]))
    #expect(spec.environment == ["n": "own"])
    #expect(spec.locks == ["billing/", "billing/load"])
    #expect(spec.model == "billing/load" && spec.name == "billing/load")
    #expect(try plan.model("other", at: Plans.now, zone: .utc) == nil)
  }

  @Test func aCommandWithoutALineOrDisabledCannotBeRun() throws {
    let plan = try Plans.plan(
      jobs: #""jobName":"a","workingDirectory":"/x""#,
      #""jobName":"b","commandLine":"x","startupControlType":"DISABLED""#)
    #expect(throws: DocumentError.self) { try plan.model("a", at: Plans.now, zone: .utc) }
    #expect(throws: DocumentError.self) { try plan.model("b", at: Plans.now, zone: .utc) }
  }
}
