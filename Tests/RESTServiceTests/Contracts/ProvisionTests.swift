// Provision and removal of plans (seed 001), then each error.

import Foundation
import JobCore
import JobSpool
import Testing

@testable import RESTService

extension Caller {
  static let planner = Caller(name: "pia", roles: [.provision])
}

@Suite struct ProvisionTests {
  private let fixture: RESTFixture

  init() throws { fixture = try RESTFixture() }

  private func provision(_ body: String, as caller: Caller = .planner) throws -> Reply {
    try fixture.ask("PUT", "/scheduler-agent/rest/jobProvision", body, as: caller)
  }

  private func remove(_ body: String, as caller: Caller = .planner) throws -> Reply {
    try fixture.ask("DELETE", "/scheduler-agent/rest/jobProvision/remove", body, as: caller)
  }

  private static let typed = """
    ["org.ikasan.job.orchestration.model.job.SchedulerJobWrapperImpl",{"jobs":["java.util.ArrayList",[
    ["org.ikasan.job.orchestration.model.job.InternalEventDrivenJobImpl",{"agentName":"a","jobName":"j",
    "contextName":"my plan","commandLine":"true","startupControlType":"AUTOMATIC","ordinal":-1}],
    ["org.ikasan.job.orchestration.model.job.QuartzScheduleDrivenJobImpl",{"agentName":"a","jobName":"q",
    "contextName":"my plan","cronExpression":"0 0 3 * * ?","passthroughProperties":["java.util.HashMap",{}]}]]]}]
    """

  @Test func theTypedFormOfTheDashboardPutsAPlanInPlace() throws {
    let reply = try provision(Self.typed)
    #expect(reply.status == 200 && reply.text == "")
    let plan = try #require(try fixture.spool.plan("my plan"))
    #expect(plan.isSettled && plan.provisionedBy == "pia")
    let state = try fixture.state(plan.liveJobs[0].id)
    #expect(state.spec.name == "my plan/q" && state.phase.word == .waiting)
    #expect(try fixture.spool.unattendedContext(zones: fixture.zones).model("my plan/j") != nil)
  }

  @Test func aPlanIsReplacedWholeAndRemovedByName() throws {
    let plain =
      #"{"jobs":[{"jobName":"q","contextName":"my plan","cronExpression":"0 0 4 * * ?"}]}"#
    #expect(try provision(Self.typed).status == 200)
    let old = try #require(try fixture.spool.plan("my plan")).liveJobs[0].id
    #expect(try provision(plain, as: .admin).status == 200)
    #expect(try fixture.state(old).phase == .cancelled(reason: "its plan was replaced"))
    #expect(try fixture.spool.unattendedContext(zones: fixture.zones).model("my plan/j") == nil)
    #expect(try remove("my plan\n").status == 200)
    #expect(try fixture.spool.allPlans().isEmpty)
  }

  @Test(arguments: ["my plan", "  my plan\r\n", #""my plan""#, #""my\u0020plan""#])
  func theNameToRemoveIsRawTextOrAString(body: String) throws {
    #expect(try provision(Self.typed).status == 200)
    let reply = try remove(body)
    #expect(reply.status == 200 && reply.text == "")
    #expect(try fixture.spool.plan("my plan") == nil)
  }

  @Test func removingWhatIsNotThereIsDone() throws {
    #expect(try remove("none").status == 200)
    #expect(try remove("../../etc/passwd").status == 200)
    #expect(
      try remove("").text
        == #"{"errorMessage":"the body is the name of the plan, and it is empty"}"#)
    #expect(try remove(" \n").status == 400)
    #expect(try remove(#"{"contextName":"my plan"}"#).status == 400)
  }

  @Test(arguments: [
    (
      "{", 400,
      "line 1, column 2: the text ends inside the object begun in line 1; is it cut off, or is a } missing?"
    ),
    ("[]", 400, "jobs: a plan has at least one job; to remove it, say so"),
    (
      #"{"jobs":[{"jobName":"q","contextName":"p","cronExpression":"0 0 4 * *"}]}"#, 400,
      "jobs[0].cronExpression: "
    ),
    (
      #"["java.util.HashMap",{"a":["java.lang.Runtime",{}]}]"#, 400,
      #"a: the class \"java.lang.Runtime\" is not one of a plan's"#
    ),
  ])
  func anErrorIsInTheOriginalsShape(body: String, status: Int, message: String) throws {
    let reply = try provision(body)
    #expect(reply.status == status)
    #expect(reply.text.hasPrefix(#"{"errorMessage":"\#(message)"#), "\(reply.text)")
    #expect(try fixture.spool.allPlans().isEmpty)
  }

  @Test func onlyWhoMayProvisionDoes() throws {
    for caller in [Caller.runner, .reader] {
      let reply = try provision(Self.typed, as: caller)
      #expect(reply.status == 403)
      #expect(reply.text == #"{"errorMessage":"this needs the role \"provision\""}"#)
      #expect(try remove("my plan", as: caller).status == 403)
    }
    #expect(try provision(Self.typed, as: .anonymous).status == 401)
  }

  @Test func plansForAnotherAgentAreRefusedByOneThatHasAName() throws {
    let service = RequestHandler(
      spool: fixture.spool, watch: fixture.service.watch, .init(agentName: "here"))
    let reply = try fixture.ask("PUT", "/rest/jobProvision", Self.typed, service: service)
    #expect(
      reply.text
        == #"{"errorMessage":"jobs[0].agentName: it is meant for \"a\", and this agent is \"here\""}"#
    )
  }

  @Test func aBodyOfManyJobsIsTakenAsOne() throws {
    let jobs = (1...1000).map {
      #"{"jobName":"j\#($0)","contextName":"big","commandLine":"echo \#($0)"}"#
    }
    #expect(try provision("[\(jobs.joined(separator: ","))]").status == 200)
    #expect(try fixture.spool.plan("big")?.jobs.count == 1000)
  }
}
