// The process-start contract (seed 002): the sample, then each error.

import HTTPServer
import JobCore
import JobSpool
import Testing

@testable import RESTService

@Suite struct StartProcessTests {
  private let fixture: RESTFixture
  private let target = "/scheduler/connector-API/process/start"

  init() throws {
    fixture = try RESTFixture()
    try fixture.write(
      """
      {"command": ["fullname"], "parameters": {"username": {"required": true},
       "surname": {"default": ""}}}
      """, to: "models/OneStepNotepadRunner.json")
  }

  /// The sample of the seed, in quotes that are JSON's and with the two keys that it means.
  private static let sample = """
    {"values": {"username": "Username", "surname": "User Surname"},
    "quartzDef":"0 6 6 ? * FR",
    "startDate":"2020-11-16 16:56:00",
    "endDate":"2020-11-18 16:55:00",
    "runOnce": "N",
    "run immediately": "N",
    "retryCount": "1",
    "name": "OneStepNotepadRunner"}
    """

  private func start(_ body: String, as caller: Caller = .runner) throws -> Reply {
    try fixture.ask("POST", target, body, as: caller)
  }

  private func id(_ reply: Reply) throws -> String {
    try #require(try reply.json["robustaSpid"]?.string, "\(reply.text)")
  }

  @Test func theSampleIsSavedAndEndsAsExpired() throws {
    let reply = try start(Self.sample.replacing("FR\"", with: "FRI\""))
    #expect(reply.status == 200)
    let id = try id(reply)
    #expect(reply.text == #"{"robustaSpid":"\#(id)","message":"Process saved"}"#)
    #expect(reply.headers["Content-Type"] == "application/json")
    let state = try fixture.state(id)
    #expect(state.spec.model == "OneStepNotepadRunner")
    #expect(state.spec.values == ["username": "Username", "surname": "User Surname"])
    #expect(state.spec.retry.count == 1)
    #expect(state.spec.createdBy == "ada")
    let status = try fixture.get("/scheduler/connector-api/process/status/\(id)")
    #expect(try status.json["status"] == "FAILED")
    #expect(try status.json["message"]?.string?.contains("no firing is left") == true)
  }

  @Test func theSamplesAbbreviationOfFridayIsTaken() throws {
    #expect(try start(Self.sample).status == 200)
  }

  @Test(arguments: [#""Y""#, "true", #""y""#])
  func runsImmediatelyInEitherSpelling(yes: String) throws {
    for key in ["runImmediately", "run immediately"] {
      let reply = try start(
        #"{"name": "OneStepNotepadRunner", "values": {"username": "a"}, "\#(key)": \#(yes)}"#)
      #expect(try fixture.state(id(reply)).phase.word == .queued)
    }
  }

  @Test func workerIsRecordedAlsoAsANumber() throws {
    let reply = try start(
      #"{"name": "OneStepNotepadRunner", "values": {"username": "a"}, "worker": 17}"#)
    #expect(try fixture.state(id(reply)).spec.worker == "17")
  }

  @Test(arguments: [
    ("", "line 1, column 1: there is no JSON in it"),
    ("[]", "the body: an object is expected, not an array"),
    (
      "{“values”: {}}",
      "line 1, column 2: a typographic quote (“); write \""
    ),
    (
      #"{"values": {"username": "Username", "username": "User Surname"}}"#,
      "line 1, column 37: the key \"username\" stands twice; one of the two values would be "
        + "lost: remove one"
    ),
    ("{}", "name: the name of a process model is needed"),
    (
      #"{"name": "OneStepNotepadRuner"}"#,
      "name: there is no model \"OneStepNotepadRuner\"; did you mean \"OneStepNotepadRunner\"?"
    ),
    (
      #"{"name": "OneStepNotepadRunner", "endDat": "2020-11-18"}"#,
      "endDat: there is no such key; did you mean \"endDate\"?"
    ),
    (
      #"{"name": "OneStepNotepadRunner", "command": ["id"]}"#,
      "command: there is no such key"
    ),
    (
      #"{"name": "OneStepNotepadRunner"}"#,
      "values.username: model \"OneStepNotepadRunner\" requires this parameter"
    ),
    (
      #"{"name": "OneStepNotepadRunner", "values": {"username": "a"}, "runOnce": "maybe"}"#,
      "runOnce: true, false, \"Y\" or \"N\" is expected"
    ),
    (
      #"{"name": "OneStepNotepadRunner", "values": {"username": "a"}, "retryCount": "x"}"#,
      "retryCount: a whole number is expected"
    ),
    (
      #"{"name": "OneStepNotepadRunner", "runImmediately": "Y", "run immediately": "Y"}"#,
      "run immediately: it means the same as runImmediately, which is there too: remove one"
    ),
  ]) func whatIsWrongIsSaid(body: String, message: String) throws {
    let reply = try start(body)
    #expect(reply.status == 400)
    #expect(try reply.json == ["message": .string(message)])
    #expect(try fixture.spool.allIdentifiers().isEmpty)
  }

  @Test func thePublishedSampleIsRefusedForItsQuotes() throws {
    let reply = try start("{“values”: {“username”: “Username”, “username”: “User Surname”}}")
    #expect(reply.status == 400)
    #expect(reply.text.contains("typographic quote"))
  }
}
