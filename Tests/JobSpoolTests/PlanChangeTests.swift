// Plans in the spool: what a new version, a removal and a damaged file do to the jobs.

import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct PlanChangeTests {
  private let fixture: SpoolFixture

  init() throws { fixture = try SpoolFixture() }

  @discardableResult
  private func provision(_ jobs: String..., plan: String = "p") throws -> Plan {
    let text = jobs.map { "{\"contextName\":\"\(plan)\",\($0)}" }.joined(separator: ",")
    return try fixture.spool.provision(
      JSON(parsing: Array("[\(text)]".utf8)), by: "ann", zones: fixture.zones, at: .now)
  }

  private static let yearly = #""cronExpression":"0 0 0 1 1 ?""#

  private func state(_ id: String) throws -> JobState {
    try #require(try fixture.spool.job(id)?.state)
  }

  @Test func aPlansLiveJobsAreSubmittedOnce() throws {
    let plan = try provision(#""jobName":"q",\#(Self.yearly)"#, #""jobName":"c","commandLine":"x""#)
    #expect(try fixture.names("plans") == ["p.json"])
    #expect(try fixture.names("jobs") == plan.liveJobs.map { "\($0.id).json" })
    #expect(try fixture.spool.plan("p")?.isSettled == true)
    #expect(try fixture.spool.model("p/c") != nil)
    #expect(try fixture.spool.model("p/q") == nil)
    try fixture.spool.settlePlans(zones: fixture.zones, at: .now)
    #expect(try fixture.names("jobs").count == 1)
  }

  @Test func aCancelledLiveJobStaysCancelled() throws {
    let plan = try provision(#""jobName":"q",\#(Self.yearly)"#)
    let id = plan.liveJobs[0].id
    try fixture.cancel(id)
    let job = try #require(try fixture.spool.job(id, in: .done))
    _ = try fixture.spool.purge([job], because: "test", at: .now)
    try fixture.spool.settlePlans(zones: fixture.zones, at: .now)
    #expect(try fixture.spool.job(id) == nil)
  }

  @Test func aRunUnderWayIsTheLastOfAReplacedJob() throws {
    let plan = try provision(#""jobName":"q",\#(Self.yearly)"#)
    let id = plan.liveJobs[0].id
    try fixture.apply(.rerun, to: id)
    try fixture.apply(.launch, to: id)
    let next = try provision(#""jobName":"q",\#(Self.yearly)"#)
    let running = try state(id)
    #expect(running.phase.word == .starting && running.cancelRequest == nil)
    #expect(running.scheduleEnded)
    #expect(running.decisions.last?.reason == "its plan was replaced: this run is its last")
    #expect(running.decisions.last?.by == "ann")
    let attempt = try #require(running.phase.liveAttempt)
    let outcome = Outcome(.exited(code: 0), of: attempt, startedAt: .now, endedAt: .now)
    #expect(try fixture.apply(.ended(ExitRecord(outcome)), to: id).phase == .succeeded)
    #expect(try state(next.liveJobs[0].id).phase.word == .waiting)
  }

  @Test func aRunThatWasAskedForOutlivesThePlan() throws {
    try provision(#""jobName":"c","commandLine":"x""#)
    let document = try JobDocument(["model": "p/c", "hold": true], in: fixture.context)
    guard case .submitted(let run) = try fixture.spool.submit([NewJob(document)], at: .now)[0]
    else { throw CancellationError() }
    #expect(try fixture.spool.removePlan("p", by: nil, zones: fixture.zones, at: .now))
    #expect(try state(run.id).phase == .held(nil))
    #expect(try fixture.names("plans").isEmpty)
    #expect(try !fixture.spool.removePlan("p", by: nil, zones: fixture.zones, at: .now))
  }

  @Test func oneBadJobLeavesThePlanAsItWas() throws {
    let plan = try provision(#""jobName":"q",\#(Self.yearly)"#)
    let before = try fixture.spool.plan("p")
    #expect(throws: DocumentError.self) {
      try provision(#""jobName":"r",\#(Self.yearly)"#, #""jobName":"s","cronExpression":"x""#)
    }
    #expect(try fixture.spool.plan("p") == before)
    #expect(try fixture.names("jobs") == ["\(plan.liveJobs[0].id).json"])
  }

  @Test func aDamagedPlanIsPutAsideAndItsJobsEndWithTheNextVersion() throws {
    let old = try provision(#""jobName":"q",\#(Self.yearly)"#)
    let other = try provision(#""jobName":"q",\#(Self.yearly)"#, plan: "other")
    try fixture.put("{", as: "p.json", in: "plans")
    #expect(throws: SpoolError.self) { try fixture.spool.plan("p") }
    let new = try provision(#""jobName":"r",\#(Self.yearly)"#)
    #expect(try state(old.liveJobs[0].id).phase == .cancelled(reason: "its plan was replaced"))
    #expect(try state(new.liveJobs[0].id).phase.word == .waiting)
    #expect(try state(other.liveJobs[0].id).phase.word == .waiting)
    #expect(try fixture.names("corrupt").contains("p.json"))
  }

  @Test func whatIsNoPlanLeavesTheDirectoryWithAReason() throws {
    try fixture.put("{}", as: "q.json", in: "plans")
    try fixture.put("{}", as: "note.txt", in: "plans")
    let plan = try provision(#""jobName":"q",\#(Self.yearly)"#)
    try fixture.put(String(decoding: plan.bytes, as: UTF8.self), as: "wrong.json", in: "plans")
    var said: [String] = []
    #expect(try fixture.spool.allPlans { said.append($0) }.map(\.name) == ["p"])
    #expect(said.count == 3)
    try fixture.spool.settlePlans(zones: fixture.zones, at: .now)
    #expect(try fixture.names("plans") == ["p.json"])
    #expect(
      try fixture.names("corrupt").filter { $0.hasSuffix(".why") }
        == ["note.txt.why", "q.json.why", "wrong.json.why"])
  }

  @Test func fsckNamesAndMendsWhatIsLeftUndone() throws {
    var plan = try provision(#""jobName":"q",\#(Self.yearly)"#)
    let orphan = try fixture.submit(id: "orphan")
    plan.retiring = [orphan.id]
    plan.isSettled = false
    try fixture.put(String(decoding: plan.bytes, as: UTF8.self), as: "p.json", in: "plans")
    try fixture.put("{", as: "q.json", in: "plans")
    let findings = try fixture.spool.check(at: .now)
    #expect(findings.contains(.unsettledPlan(name: "p")))
    for finding in findings where finding.isRepairable {
      try fixture.spool.repair(finding, zones: fixture.zones, at: .now)
    }
    #expect(try fixture.spool.check(at: .now).isEmpty)
    #expect(try state("orphan").phase == .cancelled(reason: "its plan was replaced"))
    #expect(try fixture.spool.plan("p")?.isSettled == true)
  }
}
