// Initiation (seed 000): the sample byte for byte, then where it falls, and each error.

import Foundation
import JobCore
import JobSpool
import Testing

@testable import RESTService

@Suite struct InitiationTests {
  private let fixture: RESTFixture

  init() throws { fixture = try RESTFixture() }

  private func provision(_ jobs: String...) throws {
    for job in jobs {
      try fixture.spool.provision(
        JSON(parsing: Array("[{\(job)}]".utf8)), by: nil, zones: fixture.zones, at: fixture.now)
    }
  }

  private func initiate(_ body: String, as caller: Caller = .runner) throws -> Reply {
    try fixture.ask("PUT", "/rest/schedulerJobInitiation", body, as: caller)
  }

  private static let test =
    #""agentName":"agentName","jobName":"TEST","contextName":"p","commandLine":"echo hi""#

  /// The only job of the spool.
  private func run() throws -> JobState {
    let ids = try fixture.spool.allIdentifiers()
    try #require(ids.count == 1)
    return try fixture.state(try #require(ids.first))
  }

  @Test func theSampleOfTheSeedRunsTheJobThatIsProvisioned() throws {
    try provision(Self.test)
    let reply = try initiate(try Sample.text("initiation.json"))
    #expect(reply.status == 200)
    #expect(reply.text == "")
    let state = try run()
    #expect(state.spec.command == .program(["bash", "-c", "--", "echo hi"]))
    #expect(state.spec.name == "p/TEST" && state.spec.createdBy == "ada")
    #expect(state.phase.word == .queued)
    #expect(state.spec.plan?.event?["internalEventDrivenJob"]?.object?["status"] == .null)
  }

  @Test func theSampleIsRefusedWhereTheJobIsNotKnown() throws {
    let reply = try initiate(try Sample.text("initiation.json"))
    #expect(reply.status == 400)
    #expect(reply.text == #"{"errorMessage":"jobName: no plan here has a command job \"TEST\""}"#)
    #expect(try fixture.spool.allIdentifiers().isEmpty)
  }

  @Test func aPlanMayBeLeftOutIfOnlyOneHasTheJob() throws {
    try provision(
      Self.test, #""jobName":"TEST","contextName":"q","commandLine":"x","agentName":"b""#)
    #expect(try initiate(#"{"jobName":"TEST","agentName":"b"}"#).status == 200)
    #expect(try run().spec.name == "q/TEST")
    let reply = try initiate(#"{"jobName":"TEST"}"#)
    #expect(reply.status == 400)
    #expect(
      reply.text
        == #"{"errorMessage":"contextName: it is missing, and more than one plan has \"TEST\": \"p\", \"q\""}"#
    )
    #expect(try initiate(#"{"jobName":"TEST","contextName":"q"}"#).status == 200)
  }

  @Test(arguments: [
    (#"{"jobName":"TEST","contextName":"r"}"#, #"contextName: there is no plan \"r\" here"#),
    (
      #"{"jobName":"TES","contextName":"p"}"#,
      #"jobName: no plan here has a command job \"TES\"; did you mean \"TEST\"?"#
    ),
    (
      #"{"jobName":"TEST","agentName":"x"}"#,
      #"agentName: \"TEST\" was provisioned for \"agentName\""#
    ),
    (#"{"agentName":"x"}"#, "jobName: it is missing"),
    (#"{"jobName":"Q"}"#, #"jobName: \"Q\" is a schedule job, which begins by itself"#),
    (#"{"jobName":"TEST","jobName":"TEST"}"#, "line 1, column 19: "),
    (#"{"jobName":"../../x"}"#, #"jobName: no plan here has a command job \"../../x\""#),
    (
      #"{"jobName":"TEST","contextParameters":[{"name":"LD_PRELOAD","value":"x"}]}"#,
      #"contextParameters[0].name: \"LD_PRELOAD\" would change how programs are loaded or found, and is refused"#
    ),
    (
      #"{"jobName":"TEST","contextParameters":[{"name":"a","value":"x\u0000"}]}"#,
      "contextParameters[0].value: it holds a NUL character, which no program can be given"
    ),
  ])
  func whatCannotBePlacedIsToldAndNotDropped(body: String, message: String) throws {
    try provision(Self.test, #""jobName":"Q","contextName":"s","cronExpression":"0 0 0 1 1 ?""#)
    let before = try fixture.spool.allIdentifiers()
    let reply = try initiate(body)
    #expect(reply.status == 400)
    #expect(reply.text.hasPrefix(#"{"errorMessage":"\#(message)"#), "\(reply.text)")
    #expect(try fixture.spool.allIdentifiers() == before)
  }

  @Test func onlyWhoMayProvisionDefinesCommands() throws {
    try provision(Self.test)
    let body = #"{"jobName":"TEST","internalEventDrivenJob":{"commandLine":"id"}}"#
    let reply = try initiate(body)
    #expect(reply.status == 403)
    #expect(
      reply.text
        == #"{"errorMessage":"internalEventDrivenJob.commandLine: it is not what was provisioned; to change it needs the role \"provision\""}"#
    )
    #expect(try fixture.spool.allIdentifiers().isEmpty)
    let both = Caller(name: "bo", roles: [.run, .provision])
    #expect(try initiate(body, as: both).status == 200)
    #expect(try run().spec.command == .program(["bash", "-c", "--", "id"]))
    #expect(try initiate(body, as: .planner).status == 403, "it takes the role run")
    #expect(try initiate(body, as: .anonymous).status == 401)
  }

  @Test func valuesReachTheEnvironmentAsTheyAre() throws {
    try provision(Self.test)
    let value = "$(touch /tmp/x); `id` \\\" '\\n ../.."
    #expect(
      try initiate(#"{"jobName":"TEST","contextParameters":[{"name":"v","value":"\#(value)"}]}"#)
        .status == 200)
    let state = try run()
    #expect(state.spec.environment == ["v": "$(touch /tmp/x); `id` \" '\n ../.."])
    #expect(state.spec.command == .program(["bash", "-c", "--", "echo hi"]))
  }

  @Test func anEventThatIsVeryLongIsRefused() throws {
    try provision(Self.test)
    let filler = String(repeating: "x", count: 300_000)
    #expect(try initiate(#"{"jobName":"TEST","x":"\#(filler)"}"#).status == 413)
  }

  @Test func eventsForAnotherAgentAreRefusedByOneThatHasAName() throws {
    try provision(Self.test)
    let service = RequestHandler(
      spool: fixture.spool, watch: fixture.service.watch, .init(agentName: "here"))
    let reply = try fixture.ask(
      "PUT", "/rest/schedulerJobInitiation", try Sample.text("initiation.json"), service: service)
    #expect(
      reply.text
        == #"{"errorMessage":"agentName: it is meant for \"agentName\", and this is \"here\""}"#)
  }
}

/// Samples of the seeds, to the byte.
enum Sample {
  static func text(_ name: String) throws -> String {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    return try String(contentsOf: folder.appending(path: "../Samples/\(name)"), encoding: .utf8)
  }
}
