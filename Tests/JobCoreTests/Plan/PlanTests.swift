// Plans as they are provisioned, in both forms, and as they are kept.

import Testing

@testable import JobCore

@Suite struct PlanTests {
  /// The shape of ikasan.md 1.2, with one job of each kind.
  static let typed = """
    ["org.ikasan.job.orchestration.model.job.SchedulerJobWrapperImpl",
      {"jobs":["java.util.ArrayList",[
        ["org.ikasan.job.orchestration.model.job.InternalEventDrivenJobImpl",
          {"agentName":"a","jobName":"j","contextName":"c",
           "childContextNames":["java.util.ArrayList",["k"]],
           "startupControlType":"AUTOMATIC","ordinal":-1,"commandLine":"echo $n",
           "successfulReturnCodes":["java.util.ArrayList",["0","3"]],
           "heldContexts":["java.util.HashMap",{"night":true,"day":false}],
           "contextParameters":["java.util.ArrayList",[
             ["org.ikasan.job.orchestration.model.context.ContextParameterImpl",
               {"name":"n","defaultValue":"d"}]]],
           "minExecutionTime":0,"maxExecutionTime":-1}],
        ["org.ikasan.job.orchestration.model.job.QuartzScheduleDrivenJobImpl",
          {"agentName":"a","jobName":"q","contextName":"c","cronExpression":"0 0 3 * * ?",
           "passthroughProperties":["java.util.HashMap",{}]}],
        ["org.ikasan.job.orchestration.model.job.FileEventDrivenJobImpl",
          {"agentName":"a","jobName":"f","contextName":"c","cronExpression":"0/5 * * * * ?",
           "filePath":"/in","filenames":["java.util.ArrayList",["a.*"]]}]]]}]
    """

  static let plain = """
    {"jobs":[
      {"agentName":"a","jobName":"j","contextName":"c","childContextNames":["k"],
       "startupControlType":"AUTOMATIC","ordinal":-1,"commandLine":"echo $n",
       "successfulReturnCodes":["0",3],"heldContexts":{"night":true,"day":false},
       "contextParameters":[{"name":"n","defaultValue":"d"}],
       "minExecutionTime":0,"maxExecutionTime":-1},
      {"agentName":"a","jobName":"q","contextName":"c","cronExpression":"0 0 3 * * ?",
       "passthroughProperties":{}},
      {"agentName":"a","jobName":"f","contextName":"c","cronExpression":"0/5 * * * * ?",
       "filePath":"/in","filenames":["a.*"]}]}
    """

  @Test func bothFormsMeanTheSame() throws {
    let typed = try Plans.plan(PlanTests.typed)
    let plain = try Plans.plan(PlanTests.plain)
    #expect(typed.name == "c" && plain.name == "c")
    #expect(typed.jobs.map(\.kind) == [.command, .schedule, .file])
    for (one, other) in zip(typed.jobs, plain.jobs) {
      #expect(one.kind == other.kind && one.name == other.name && one.agent == other.agent)
      #expect(one.command == other.command && one.children == other.children)
    }
    let command = typed.jobs[0].command
    #expect(command.line == "echo $n")
    #expect(command.returnCodes == [0, 3])
    #expect(command.heldContexts == ["night"])
    #expect(command.parameters == ["n": "d"])
    #expect(command.leastTime == nil && command.mostTime == nil)
  }

  @Test(arguments: [
    (
      #"["java.util.LinkedList",[]]"#,
      #"the class "java.util.LinkedList" is not one of a plan's"#
    ),
    (
      #"["org.ikasan.job.orchestration.model.job.SchedulerJobWrapperImpl",{"jobs":[]}]"#,
      #"jobs: a list without a class; in the typed form it is ["java.util.ArrayList", [...]]"#
    ),
    (
      #"["org.ikasan.job.orchestration.model.job.X",{"jobs":["java.util.ArrayList",[{"a":1}]]}]"#,
      #"jobs[0]: an object without a class; in the typed form it is ["CLASS", {...}]"#
    ),
    (
      #"["org.ikasan.job.orchestration.model.job.X",{"jobs":["java.util.ArrayList",[["org.ikasan.job.orchestration.model.job.GlobalEventJobImpl",{"jobName":"g","contextName":"c"}]]]}]"#,
      "jobs[0].jobName: an agent runs no jobs of the class "
        + "org.ikasan.job.orchestration.model.job.GlobalEventJobImpl; known are "
        + "InternalEventDrivenJobImpl, QuartzScheduleDrivenJobImpl and FileEventDrivenJobImpl"
    ),
    (#"["java.util.HashMap","x"]"#, "a java.util.HashMap cannot be a string"),
    (#"{"jobs":[]}"#, "jobs: a plan has at least one job; to remove it, say so"),
    ("{}", "jobs: a plan has at least one job; to remove it, say so"),
    ("7", "an object is expected, not a number"),
    (
      #"[{"jobName":"j","commandLine":"x"}]"#,
      "jobs[0].contextName: it is missing: which plan is it?"
    ),
    (#"[{"contextName":"c","commandLine":"x"}]"#, "jobs[0].jobName: it is missing"),
    (
      #"[{"contextName":"c","jobName":"j","commandLine":"x"},{"contextName":"d","jobName":"k","commandLine":"x"}]"#,
      #"jobs[1].contextName: "d" is another plan than "c" before it"#
    ),
    (
      #"[{"contextName":"c","jobName":"j","commandLine":"x"},{"contextName":"c","jobName":"j","commandLine":"x"}]"#,
      #"jobs[1].jobName: there are two command jobs "j""#
    ),
    (
      #"[{"contextName":"c","jobName":"j"}]"#,
      "jobs[0].jobName: it has neither commandLine, cronExpression nor filenames, so what kind of "
        + "job it is cannot be told"
    ),
    (
      #"[{"contextName":"c\n","jobName":"j","commandLine":"x"}]"#,
      "jobs[0].contextName: a name has 1 to 99 characters and no control characters"
    ),
    (
      #"[{"contextName":"c","jobName":"j","commandLine":"x","startupControlType":"SOON"}]"#,
      #"jobs[0].startupControlType: "SOON" is none of "AUTOMATIC", "MANUAL", "DISABLED""#
    ),
  ])
  func namesWhatIsWrongAndWhere(body: String, message: String) throws {
    #expect(try Plans.fault(body) == message)
  }

  @Test func isKeptAndReadBackAsItWas() throws {
    for text in [PlanTests.typed, PlanTests.plain] {
      var plan = try Plans.plan(text)
      plan.retiring = ["a", "b"]
      #expect(try Plan(parsing: plan.bytes) == plan)
      plan.isSettled = true
      #expect(try Plan(parsing: plan.bytes) == plan)
    }
    let removal = Plan(removing: "c", generation: Plans.generation, at: Plans.now, by: nil)
    #expect(try Plan(parsing: removal.bytes) == removal)
  }

  @Test func aTruncatedRecordIsAnErrorAndNeverATrap() throws {
    let bytes = try Plans.plan(PlanTests.plain).bytes
    for length in 0..<bytes.count {
      #expect(throws: RecordError.self) { try Plan(parsing: Array(bytes.prefix(length))) }
    }
    #expect(throws: RecordError.self) { try Plan(parsing: Array(#"{"format":2}"#.utf8)) }
  }

  @Test func idsOfLiveJobsFollowFromTheVersion() throws {
    let plan = try Plans.plan(PlanTests.plain)
    #expect(plan.liveJobs.map(\.job.name) == ["q", "f"])
    #expect(plan.liveJobs.map(\.id) == (try Plans.plan(PlanTests.typed)).liveJobs.map(\.id))
    let disabled = try Plans.plan(
      jobs: #""jobName":"q","cronExpression":"0 0 3 * * ?","startupControlType":"DISABLED""#)
    #expect(disabled.liveJobs.isEmpty)
  }
}

@Suite struct PlanNameTests {
  @Test(arguments: [
    ("billing", "billing.json"), ("a b", "a%20b.json"), ("../../etc", "%2E.%2F..%2Fetc.json"),
    (".", "%2E.json"), ("a/b", "a%2Fb.json"), ("50%", "50%25.json"), ("Ä", "%C3%84.json"),
    ("A-Z_0.9", "A-Z_0.9.json"),
  ])
  func becomesTheNameOfAFileAndBack(name: String, file: String) {
    #expect(Plan.fileName(name) == file)
    #expect(Plan.name(ofFile: file) == name)
  }

  @Test(arguments: [
    "billing", ".json", "%2e.json", "%41.json", "a%2.json", "a%zz.json", "a b.json", "%FF.json",
    "..json", "a%00.json", "x.why",
  ])
  func onlyOneFileIsAPlans(file: String) {
    #expect(Plan.name(ofFile: file) == nil)
  }

  @Test func aNameThatNoFileCouldHaveIsRefused() {
    #expect(Plan.objection(toName: String(repeating: "a", count: 99)) == nil)
    #expect(Plan.objection(toName: String(repeating: "a", count: 100)) != nil)
    #expect(Plan.objection(toName: String(repeating: "ä", count: 41)) != nil)
    #expect(Plan.objection(toName: "") != nil)
    #expect(Plan.objection(toName: "a\0b") != nil)
  }
}
