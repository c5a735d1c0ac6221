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
    #expect(try fixture.context.model("p/c") != nil)
    #expect(try fixture.context.model("p/q") == nil)
    try fixture.spool.settlePlans(zones: fixture.zones)
    #expect(try fixture.names("jobs").count == 1)
  }

  @Test func aCancelledLiveJobStaysCancelled() throws {
    let plan = try provision(#""jobName":"q",\#(Self.yearly)"#)
    let id = plan.liveJobs[0].id
    try fixture.cancel(id)
    let job = try #require(try fixture.spool.job(id, in: .done))
    _ = try fixture.spool.purge([job], because: "test", at: .now)
    try fixture.spool.settlePlans(zones: fixture.zones)
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

  @Test func aFiringThatIsDueIsTheOldJobsAndTheNextOneTheNewJobs() throws {
    let every = #""jobName":"q","cronExpression":"* * * * * ?""#
    let old = try provision(every).liveJobs[0].id
    let until = try #require(try state(old).phase.due)
    while Instant.now < until { LinuxIO.pause(milliseconds: 10) }
    let new = try provision(every).liveJobs[0].id
    let last = try state(old)
    #expect(last.phase.word == .queued && last.scheduleEnded)
    let next = try state(new)
    #expect(next.cursor >= last.cursor)
    let first = try #require(next.nextRun)
    #expect(first > last.cursor, "none is both's")
    #expect(first - last.cursor <= .seconds(1), "none is nobody's")
  }

  @Test func aJobGoesOnWhereTheOneBeforeHasStoppedAlsoAfterACrash() throws {
    let every = #""jobName":"q","cronExpression":"* * * * * ?""#
    let old = try provision(every).liveJobs[0].id
    var plan = try #require(try fixture.spool.plan("p"))
    // As a crash leaves it between the two steps: told, and the new one not submitted.
    try fixture.apply(.retire(reason: "its plan was replaced"), to: old)
    let told = Instant.now
    LinuxIO.pause(milliseconds: 1100)
    plan = try Plan(
      provisioning: JSON(parsing: Array("[{\"contextName\":\"p\",\(every)}]".utf8)),
      generation: "later", at: .now, by: nil)
    plan.retiring = [old]
    try fixture.put(String(decoding: plan.bytes, as: UTF8.self), as: "p.json", in: "plans")
    #expect(try fixture.spool.settlePlans(zones: fixture.zones) == [])
    let next = try state(plan.liveJobs[0].id)
    #expect(next.phase.word == .queued, "what came due in between is the new job's")
    #expect(try #require(next.nextRun) <= told + .seconds(2))
  }

  @Test func aJobOfOneNameKnowsTheFilesThatHadTheirRun() throws {
    let job = #""jobName":"f","filePath":"\#(fixture.path)","filenames":[".*"]"#
    let old = try provision(job).liveJobs[0].id
    let file = TriggerFile(path: "\(fixture.path)/format", inode: 7, modified: 5)
    var seen = FilesSeen()
    seen.next = file
    #expect(try fixture.apply(.files(seen), to: old).phase.word == .queued)
    let new = try provision(job).liveJobs[0].id
    #expect(try state(new).knownFiles == state(old).knownFiles)
    #expect(try state(new).knownFiles.count == 1)
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

  @Test func aPlanThatADaemonHasPutAsideIsRemovedAllTheSame() throws {
    let old = try provision(#""jobName":"q",\#(Self.yearly)"#)
    try fixture.put("{", as: "p.json", in: "plans")
    #expect(try fixture.spool.settlePlans(zones: fixture.zones).count == 1)
    #expect(try state(old.liveJobs[0].id).phase.word == .waiting)
    #expect(try fixture.spool.removePlan("p", by: nil, zones: fixture.zones, at: .now))
    #expect(try state(old.liveJobs[0].id).phase == .cancelled(reason: "its plan was removed"))
    #expect(try fixture.names("plans").isEmpty)
  }

  @Test func aNewerPlanStaysAndOneThatCannotBeSettledHoldsUpNoOther() throws {
    try provision(#""jobName":"q",\#(Self.yearly)"#)
    try fixture.put(#"{"format":2}"#, as: "A.json", in: "plans")
    for name in ["AA", "z"] {
      let zone = name == "AA" ? #","timeZone":"Gone/Zone""# : ""
      let plan = try Plan(
        provisioning: JSON(
          parsing: Array(
            #"[{"contextName":"\#(name)","jobName":"q",\#(Self.yearly)\#(zone)}]"#.utf8)),
        generation: name, at: .now, by: nil)
      try fixture.put(String(decoding: plan.bytes, as: UTF8.self), as: "\(name).json", in: "plans")
    }
    #expect(try fixture.spool.settlePlans(zones: fixture.zones).count == 2)
    #expect(try fixture.names("plans") == ["A.json", "AA.json", "p.json", "z.json"])
    #expect(try fixture.spool.plan("z")?.isSettled == true)
  }

  @Test func whatIsNoPlanLeavesTheDirectoryWithAReason() throws {
    try fixture.put("{}", as: "q.json", in: "plans")
    try fixture.put("{}", as: "note.txt", in: "plans")
    let plan = try provision(#""jobName":"q",\#(Self.yearly)"#)
    try fixture.put(String(decoding: plan.bytes, as: UTF8.self), as: "wrong.json", in: "plans")
    var said: [String] = []
    #expect(try fixture.spool.allPlans { said.append($0) }.map(\.name) == ["p"])
    #expect(said.count == 3)
    try fixture.spool.settlePlans(zones: fixture.zones)
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
