// What clients are told of the bodies that they send, against what is taken: a schema that is
// narrower than the service would have them refuse what works, a wider one send what does not.

import JobCore
import Testing

@testable import RESTService

@Suite struct RequestSchemaTests {
  private let schemas = OpenAPIDocument.schemas

  private func faults(_ value: JSON, _ name: String) -> [String] {
    SchemaCheck(schemas: schemas).faults(of: value, against: OpenAPIDocument.reference(to: name))
  }

  @Test func everyExampleFitsItsSchema() throws {
    for (name, schema) in try #require(schemas.object) {
      for example in schema["examples"]?.array ?? [] {
        #expect(faults(example, name) == [], "\(name)")
      }
    }
  }

  /// Members of a document, and whether they are right.
  private static let members: [(String, JSON, Bool)] = [
    ("id", "1.5", true), ("id", "15", false), ("id", ".a", false), ("id", nil, true),
    ("command", ["a", ""], true), ("command", [""], false), ("command", " \t", false),
    ("name", "", false), ("name", "a\tb", false), ("values", [:], true), ("values", [], false),
    ("environment", ["A": 1, "B": true], true), ("environment", ["A=": ""], false),
    ("environment", ["JOBRUN_A": ""], false), ("environment", ["A": nil], false),
    ("umask", "0022", true), ("umask", "8", false), ("umask", 22, false),
    ("successfulReturnCodes", [0, "255"], true), ("successfulReturnCodes", [256], false),
    ("successfulReturnCodes", [], false), ("quartzDef", "0 0 3 * * ?", true),
    ("quartzDef", ["0 0 3 * * ? 2030", "0 0 4 * * ?"], true), ("quartzDef", "0 0 3", false),
    ("quartzDef", [], false), ("fileTrigger", ["directory": "in", "pattern": "a"], true),
    ("fileTrigger", ["directory": "in"], false), ("timeZone", "Europe/Berlin", true),
    ("timeZone", "/UTC", false), ("startDate", "2030-01-31", true),
    ("startDate", "2030-01-31 16:56", true), ("startDate", "2030-01-31T16:56:00.5+01:00", true),
    ("startDate", "2030-13-31", false), ("startDate", "tomorrow", false), ("runOnce", "Y", true),
    ("runOnce", 1, false), ("dst", ["gap": "skip"], true), ("dst", ["gap": "both"], false),
    ("misfire", "all", true), ("misfire", "none", false), ("misfireGrace", "0s", false),
    ("overlap", "skip", true), ("overlap", "all", false),
    ("daysOfWeekToRun", [1, "7", "SAT"], true), ("daysOfWeekToRun", 8, false),
    ("blackout", ["2030-01-01/2030-01-02"], true), ("blackout", [1], false),
    ("retryCount", "3", true), ("retryCount", -1, false), ("retryDelay", "2h30m", true),
    ("retryDelay", "PT5M", true), ("retryDelay", "P1DT2H", true), ("retryDelay", 90, true),
    ("retryDelay", "30m2h", false), ("retryDelay", "P", false), ("retryDelay", "PT", false),
    ("retryDelay", -1, false), ("retryDelay", "", false), ("retryBackoff", 2, true),
    ("retryBackoff", "1.5", true), ("retryBackoff", 0, false), ("maxExecutionTime", 0, false),
    ("maxExecutionTime", "1w2d", true), ("leftovers", "kill", true), ("leftovers", "", false),
    ("maxOutputBytes", "64k", true), ("maxOutputBytes", 1023, false), ("locks", ["a", "b"], true),
    ("locks", [""], false), ("after", "a:never", false), ("after", ["a b"], false),
    ("after", ".a", false), ("after", [], true),
    ("hooks", ["onStart": "true", "onFailure": ["a", "b"]], true),
    ("hooks", ["onFailure": [["command": ["a"], "timeout": "5s", "retryCount": 0]]], true),
    ("hooks", ["onFailure": ["retryDelay": "5s"]], false), ("hooks", ["onEnd": "true"], false),
    ("hooks", ["onFailure": ["command": "a", "timeout": 0]], false),
    ("expect", ["every": "25h", "minBytes": "7"], true), ("expect", [:], false),
    ("expect", ["minBytes": 0], false), ("expect", ["maxDuration": 0], false),
    ("hooks", ["onRetry": []], false), ("purgeDays", 36500, true), ("purgeDays", 36501, false),
    ("publishLinkAccessScope", "Public", true), ("publishLinkAccessScope", "public", false),
    ("worker", 7, true), ("labels", ["a": "b"], true), ("labels", ["a"], false),
    ("plan", ["name": "p", "job": "j", "kind": "file"], true), ("plan", ["name": "p"], false),
    ("retryCuont", 3, false),
  ]

  @Test func aDocumentIsRightForTheSchemaAndForItsReaderAlike() throws {
    let fixture = try RESTFixture()
    for (key, value, isRight) in Self.members {
      var members: JSONObject = ["command": "true"]
      members[key] = value
      let json = JSON.object(members)
      #expect(faults(json, "JobDocument").isEmpty == isRight, "\(key): \(value)")
      let text = String(decoding: json.serialized(), as: UTF8.self)
      let isTaken = (try? fixture.submit(text)) != nil
      #expect(isTaken == isRight, "\(key): \(value)")
    }
  }
}
