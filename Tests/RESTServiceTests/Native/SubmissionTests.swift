import HTTPServer
import JobCore
import Testing

@testable import JobSpool
@testable import RESTService

@Suite struct SubmissionTests {
  let fixture: RESTFixture

  init() throws {
    fixture = try RESTFixture()
    try fixture.write(
      #"{"command": ["echo", "{{user}}"], "parameters": {"user": {"required": true}}}"#,
      to: "models/greet.json")
  }

  private let greeting = #"{"model": "greet", "values": {"user": "Ada"}}"#

  @Test func aJobIsDurableAndKnowsWhoMadeIt() throws {
    let reply = try fixture.post("/v1/jobs", greeting, as: .runner)
    #expect(reply.status == 201)
    let id = try #require(try reply.json["id"]?.string)
    #expect(reply.headers["Location"] == "/v1/jobs/\(id)")
    #expect(reply.headers["ETag"] == "\"1-queued\"")
    #expect(try fixture.state(id).spec.createdBy == "ada")
    #expect(try fixture.state(id).spec.values["user"] == "Ada")
  }

  @Test func whoeverMayOnlyRunThingsDefinesNone() throws {
    for member in [
      #""command": ["true"]"#, #""environment": {"LD_PRELOAD": "x"}"#, #""stdin": "x""#,
      #""workingDirectory": "/""#, #""umask": "0""#, #""fileTrigger": {}"#, #""locks": ["a"]"#,
      #""maxExecutionTime": 5"#, #""successfulReturnCodes": [1]"#, #""plan": {}"#,
      #""hooks": {"onStart": "true"}"#, #""publishLinkAccessScope": "Public""#, #""killGrace": 1"#,
      #""leftovers": "kill""#,
    ] {
      let reply = try fixture.post(
        "/v1/jobs", #"{"model": "greet", "values": {"user": "x"}, \#(member)}"#, as: .runner)
      #expect(reply.status == 403, "\(member)")
    }
    let provisioner = Caller(name: "pia", roles: [.run, .provision])
    #expect(try fixture.post("/v1/jobs", #"{"command": ["true"]}"#, as: provisioner).status == 201)
  }

  @Test func everyKeyIsEitherOfRunnersOrNot() {
    let others: Set<DocumentKey> = [
      .command, .environment, .workingDirectory, .umask, .stdin, .successfulReturnCodes,
      .fileTrigger, .maxExecutionTime, .minExecutionTime, .killGrace, .leftovers, .maxOutputBytes,
      .needs, .locks, .hooks, .purgeDays, .canReRun, .maximumDateTimeToExecuteJob,
      .publishLinkAccessScope,
      .plan,
    ]
    #expect(others.isDisjoint(with: RequestHandler.keysOfRunners))
    // A new key has to be put on one of the two sides by somebody who has thought about it.
    #expect(others.union(RequestHandler.keysOfRunners) == Set(DocumentKey.allCases))
  }

  @Test func aKeySentAgainIsTheSameJob() throws {
    let field = "Idempotency-Key: order-17\r\n"
    let first = try fixture.post("/v1/jobs", greeting, fields: field)
    #expect(first.status == 201)
    #expect(try first.json["id"] == "order-17")
    let again = try fixture.post("/v1/jobs", greeting, fields: "Idempotency-Key: \"order-17\"\r\n")
    #expect(again.status == 200)
    #expect(try again.json["id"] == "order-17")
    let other = try fixture.post(
      "/v1/jobs", #"{"model": "greet", "values": {"user": "Eve"}}"#, fields: field)
    #expect(other.status == 422)
    #expect(try fixture.get("/v1/jobs").json["jobs"]?.array?.count == 1)
  }

  @Test func whatCannotBeAnIdIsNoKey() throws {
    for key in ["", "12", "a b", ".x", String(repeating: "a", count: 65), "\"\"", "a/b"] {
      let reply = try fixture.post("/v1/jobs", greeting, fields: "Idempotency-Key: \(key)\r\n")
      #expect(reply.status == 400, "\(key)")
    }
    let body = #"{"id": "other", "model": "greet", "values": {"user": "x"}}"#
    #expect(try fixture.post("/v1/jobs", body, fields: "Idempotency-Key: one\r\n").status == 400)
  }

  @Test func anIdThatIsTakenIsAConflict() throws {
    let body = #"{"id": "one", "model": "greet", "values": {"user": "x"}}"#
    #expect(try fixture.post("/v1/jobs", body).status == 201)
    #expect(try fixture.post("/v1/jobs", body).status == 409)
  }

  @Test func aFaultIsToldWithItsField() throws {
    for (body, field) in [
      (#"{"model": "gret"}"#, "model"), (#"{"model": "greet"}"#, "values.user"),
      (#"{"model": "greet", "values": {"user": "x"}, "retryCuont": 1}"#, "retryCuont"),
    ] {
      let reply = try fixture.post("/v1/jobs", body)
      #expect(reply.status == 400)
      #expect(try reply.json["field"]?.string == field)
    }
    #expect(try fixture.post("/v1/jobs", "[]").status == 400)
    #expect(try fixture.post("/v1/jobs", "{").json["line"] == 1)
    #expect(try fixture.ask("POST", "/v1/jobs", greeting).status == 415)
  }

  @Test func nobodySubmitsInAnothersName() throws {
    let body = #"{"model": "greet", "values": {"user": "x"}, "createdBy": "eve"}"#
    #expect(try fixture.post("/v1/jobs", body, as: .runner).status == 403)
    #expect(try fixture.post("/v1/jobs", body).status == 201)
  }

  @Test func ofManyEachHasItsLine() throws {
    var body = ""
    for number in 1...250 {
      body +=
        number == 3
        ? "{\"model\": \"gret\"}\n"
        : number == 4 ? "{\n" : #"{"model": "greet", "values": {"user": "\#(number)"}}"# + "\n"
    }
    let reply = try fixture.ask(
      "POST", "/v1/jobs", body, as: .runner, fields: "Content-Type: application/x-ndjson\r\n")
    #expect(reply.status == 200)
    let lines = try reply.text.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
    #expect(lines.count == 250)
    #expect(lines.compactMap { $0["line"]?.int } == Array(1...250))
    #expect(lines[2]["problem"]?["field"] == "model")
    #expect(lines[3]["problem"]?["status"] == 400)
    #expect(lines.filter { $0["id"] != nil }.count == 248)
    #expect(try fixture.get("/v1/summary").json["jobs"]?["queued"] == 248)
  }

  @Test(arguments: [0, 99, 100, 200, 201]) func theAnswerEndsWhateverTheirNumber(count: Int) throws
  {
    let body = String(repeating: "\(greeting)\n", count: count)
    let reply = try fixture.ask(
      "POST", "/v1/jobs", body, fields: "Content-Type: application/x-ndjson\r\n")
    #expect(reply.text.split(separator: "\n").count == count)
  }

  @Test func aBatchThatFailsIsToldLineByLineAndThoseBeforeItStand() throws {
    fixture.spool.lockPatience = 50
    let lock = try SpoolLock(.state, of: fixture.spool)
    // Ids of their own take the lock; the first hundred have none.
    let body = (0..<200).map { number in
      let id = number < 100 ? "" : #""id": "own-\#(number)", "#
      return #"{\#(id)"model": "greet", "values": {"user": "x"}}"# + "\n"
    }.joined()
    let reply = try fixture.ask(
      "POST", "/v1/jobs", body, fields: "Content-Type: application/x-ndjson\r\n")
    let lines = try reply.text.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
    #expect(reply.status == 200)
    #expect(lines.prefix(100).allSatisfy { $0["id"] != nil })
    #expect(lines.dropFirst(100).allSatisfy { $0["problem"]?["status"] == 503 })
    #expect(lines.count == 200)
    _ = consume lock
  }

  @Test func whoMayNotSeeJobsIsToldWhichOneItIs() throws {
    let reply = try fixture.post("/v1/jobs", greeting, as: .runner)
    #expect(try reply.json.object?.keys == ["id", "number", "phase", "revision"])
    let both = Caller(name: "ada", roles: [.run, .read])
    #expect(try fixture.post("/v1/jobs", greeting, as: both).json["job"] != nil)
  }

  @Test func aBrokenModelTellsNoPathOfTheSpool() throws {
    try fixture.write("{", to: "models/broken.json")
    for reply in [
      try fixture.post("/v1/jobs", #"{"model": "broken"}"#, as: .runner),
      try fixture.get("/v1/models/broken"), try fixture.get("/v1/models"),
    ] {
      #expect(reply.text.contains("models/broken.json: line 1"))
      #expect(!reply.text.contains(fixture.path))
    }
  }

  @Test func aKeyIsForOneJob() throws {
    let reply = try fixture.ask(
      "POST", "/v1/jobs", greeting,
      fields: "Content-Type: application/x-ndjson\r\nIdempotency-Key: a\r\n")
    #expect(reply.status == 400)
  }
}
