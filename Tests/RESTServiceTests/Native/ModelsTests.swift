import JobCore
import JobSpool
import Testing

@testable import RESTService

@Suite struct ModelsTests {
  let fixture: RESTFixture

  init() throws { fixture = try RESTFixture() }

  @Test func modelsAreListedWithTheirParameters() throws {
    try fixture.write(
      #"""
      {"command": ["echo", "{{user}}"], "description": "Greets.",
       "parameters": {"user": {"required": true, "description": "Whom."}, "days": {"default": 7}}}
      """#, to: "models/greet.json")
    try fixture.write("{", to: "models/broken.json")
    let models = try #require(try fixture.get("/v1/models").json["models"]?.array)
    #expect(models.count == 2)
    #expect(models[0]["name"] == "broken")
    #expect(models[0]["fault"]?.string?.hasPrefix("models/broken.json: ") == true)
    #expect(
      models[1] == [
        "name": "greet", "description": "Greets.",
        "parameters": [
          ["name": "days", "required": false, "default": 7],
          ["name": "user", "required": true, "description": "Whom."],
        ],
      ])
    let one = try fixture.get("/v1/models/greet").json
    #expect(one["document"]?["command"] == ["echo", "{{user}}"])
    #expect(try fixture.get("/v1/models/none").status == 404)
  }

  @Test func aPlansCommandIsAModel() throws {
    let plan = #"{"jobs": [{"contextName": "p", "jobName": "j", "commandLine": "true"}]}"#
    #expect(try fixture.ask("PUT", "/rest/jobProvision", plan).status == 200)
    #expect(try fixture.get("/v1/models").text.contains(#""p/j""#))
    #expect(try fixture.get("/v1/models/p%2Fj").json["name"] == "p/j")
  }

  @Test func whatLiesAheadIsWhatNextShows() throws {
    let id = try fixture.submit(
      #"{"command": ["true"], "quartzDef": "0 0 3 * * ?", "timeZone": "UTC"}"#)
    let reply = try fixture.get("/v1/jobs/\(id)/next?count=2&from=2027-01-01T00:00:00Z")
    #expect(reply.text == #"{"fires":["2027-01-01T03:00:00.000Z","2027-01-02T03:00:00.000Z"]}"#)
    let expression = try fixture.get(
      "/v1/next?quartz=0%200%203%20*%20*%20?&timeZone=UTC&count=1&from=2027-01-01T00:00:00Z")
    #expect(expression.text == #"{"fires":["2027-01-01T03:00:00.000Z"]}"#)
  }

  @Test func aWrongExpressionIsToldWithItsColumn() throws {
    let reply = try fixture.get("/v1/next?quartz=0%2030%202%20*%20*%20MON")
    #expect(reply.status == 400)
    #expect(try reply.json["field"] == "quartz")
    #expect(try reply.json["column"]?.int != nil)
    #expect(try fixture.get("/v1/next").status == 400)
    #expect(try fixture.get("/v1/next?quartz=x&timeZone=Nowhere").json["field"] == "timeZone")
  }

  @Test func probesNeedNoPassword() throws {
    #expect(try fixture.get("/healthz", as: .anonymous).text == #"{"status":"ok"}"#)
    let reply = try fixture.get("/readyz", as: .anonymous)
    #expect(reply.status == 503)
    #expect(try reply.json["checks"]?["spool"] == "ok")
    let lock = try fixture.spool.lockDaemon()
    #expect(try fixture.get("/readyz", as: .anonymous).status == 200)
    var notice = DaemonNotice()
    notice.configFault = "config.json: line 1"
    lock.tell(notice)
    #expect(try fixture.get("/readyz", as: .anonymous).status == 200, "it works all the same")
    #expect(try fixture.get("/v1/summary").json["daemon"]?["notice"] == "config.json: line 1")
    notice.waitsFor = "the disk is full"
    lock.tell(notice)
    let full = try fixture.get("/readyz", as: .anonymous)
    #expect(full.status == 503)
    // What it waits for may name files, and whoever can connect may ask.
    #expect(try full.json["checks"]?["daemon"] == "the daemon starts nothing for now")
    #expect(try fixture.get("/v1/summary").json["daemon"]?["notice"] == "the disk is full")
    _ = consume lock
  }
}
