// Nothing that a caller sends becomes a path, a line or a name unchecked: whatever stands in a
// request's path, fields or body, nothing is read or made outside of what the request is about.

import Foundation
import HTTPServer
import LinuxIO
import Testing

@testable import RESTService

@Suite struct HostileRequestTests {
  /// Raw, as they stand in a request target.
  private static let targets = [
    "..", "../..", "../../users", "..%2f..%2fusers", "%2e%2e", "%2e%2e/%2e%2e/users",
    "%2e%2e%2fusers",
    "..%5cusers", "..\\users", "%00", "users%00", "a%00b", "%2500", "%252e%252e%252fusers",
    "%c0%ae%c0%ae",
    "%2f", "%2fetc%2fpasswd", "//etc/passwd", "/etc/passwd", ".", "%2e", "*", "%2a", "~", "$(id)",
    "%60id%60", "%3bid", "%0aid", "%0d%0aSet-Cookie:x", "%7f", "-rf", "%2d%2dhelp", "jobs", "new",
    "models", "%20", "a%20b", "\u{1B}", "x\ny", "x\r\nEvil: y", "%zz", "%",
    String(repeating: "a", count: 300),
  ]
  /// As they stand in a JSON string.
  private static let names = [
    "..", "../../outside", "../models/../../outside", "/etc/passwd", "a/../../b", "a\\u0000b",
    "\\u0000",
    ".", ".hidden", "%2e%2e%2foutside", "a\\nb", "$(id)", "`id`", "; id", "| id", "-rf", "--help",
    "*",
    "~/x", "a\\u001b[2J", "", " ",
  ]

  /// Every file below a folder, with its size.
  private func files(_ folder: String) -> [String] {
    let found = FileManager.default.enumerator(atPath: folder)
    return (found?.compactMap { $0 as? String } ?? []).sorted()
  }

  /// The same without what the service makes in its spool when it is first needed.
  private func others(_ folder: String) -> [String] {
    files(folder).filter { !["spool/serve.key", "spool/plans.lock"].contains($0) }
  }

  @Test func noTargetLeadsAnywhere() throws {
    let fixture = try ServiceFixture(users: "ann:\(quickHash):admin\n")
    let before = files(fixture.folder)
    for target in Self.targets {
      for path in [
        "/scheduler/connector-api/process/status/\(target)", "/\(target)",
        "/scheduler-agent/\(target)/scheduler/connector-api/process/status/x",
        "/scheduler/connector-api/process/status/x?\(target)=\(target)",
      ] {
        let answer = try fixture.ask("GET \(path)", at: fixture.unix)
        let status = answer.split(separator: " ").dropFirst().first ?? ""
        #expect(["400", "404", "414"].contains(status), "\(path.debugDescription): \(answer)")
        #expect(!answer.contains("root:") && !answer.contains(quickHash), "\(path)")
        #expect(!answer.contains("\nEvil") && !answer.contains("\nSet-Cookie"), "\(path)")
      }
    }
    #expect(files(fixture.folder) == before)
  }

  /// Whether a status says that the client is wrong.
  private func isRefusal(_ answer: String) -> Bool {
    answer.wholeMatch(of: /HTTP\/1\.1 4\d\d (.|\s)*/) != nil
  }

  /// The paths of an endpoint with a text in one of the places that it names, and "x" in others.
  private func paths(_ endpoint: Endpoint, _ text: String) -> [String] {
    let parts = endpoint.path.split(separator: "/")
    return parts.indices.filter { parts[$0].hasPrefix("{") }.map { place in
      parts.indices.map { index in
        index == place ? text : parts[index].hasPrefix("{") ? "x" : String(parts[index])
      }.reduce("") { "\($0)/\($1)" }
    }
  }

  @Test func noPlaceInThePathOfAnyEndpointLeadsAnywhere() throws {
    let fixture = try ServiceFixture(users: "ann:\(quickHash):admin\n")
    let before = files(fixture.folder)
    for endpoint in Endpoint.all {
      for target in Self.targets {
        for path in paths(endpoint, target) {
          let answer = try fixture.ask(
            "\(endpoint.method.rawValue) \(path)", at: fixture.unix, "Content-Length: 2\r\n", "{}")
          #expect(isRefusal(answer), "\(path.debugDescription): \(answer)")
          #expect(!answer.contains("root:") && !answer.contains(quickHash), "\(path)")
        }
      }
    }
    #expect(others(fixture.folder) == before)
  }

  @Test func noQueryOfAnyEndpointLeadsAnywhere() throws {
    let fixture = try ServiceFixture(users: "ann:\(quickHash):admin\n")
    let before = files(fixture.folder)
    for endpoint in Endpoint.all {
      let path = paths(endpoint, "x").first ?? endpoint.path
      func ask(_ query: String) throws -> String {
        try fixture.ask(
          "\(endpoint.method.rawValue) \(path)\(query)", at: fixture.unix,
          "Content-Length: 2\r\n", "{}")
      }
      // What has no end is not waited for.
      let isEndless = endpoint.action == .native(.followEvents)
      let usual = isEndless ? "HTTP/1.1 200 " : String(try ask("").prefix(13))
      let isQuery = [.contract(.listBackgroundJobs), .contract(.countBackgroundJobs)].contains(
        endpoint.action)
      for target in Self.targets {
        for name in [target, "$filter", "$select", "$orderby", "$top", "$format"] {
          let answer = try ask("?\(name)=\(target)")
          let isStar = name == "$select" && ["*", "%2a"].contains(target)
          #expect(
            isRefusal(answer) || ((!isQuery || isStar) && answer.hasPrefix(usual)),
            "\(path)?\(name.debugDescription)=\(target.debugDescription): \(answer)")
        }
      }
    }
    #expect(others(fixture.folder) == before)
  }

  @Test func noBodyOfAnyEndpointLeadsAnywhere() throws {
    let fixture = try ServiceFixture(users: "ann:\(quickHash):admin\n")
    let before = files(fixture.folder)
    let bodies = [
      "", "{", "[]", "null", "\"x\"", "\0", "{}\0", "{} {}", "{\"name\":\"x\",\"name\":\"y\"}",
      String(repeating: "[", count: 10_000), String(repeating: "{\"a\":", count: 10_000),
      "{\"__proto__\":{}}", "{\"command\":[\"touch\",\"/tmp/x\"]}", "1e999999999", "\u{FEFF}{}",
      "{\"name\":\"\\ud800\"}", "name=x", "<x/>", "{\u{201C}name\u{201D}:1}",
    ]
    for endpoint in Endpoint.all where endpoint.method != .get {
      for body in bodies {
        let path = paths(endpoint, "x").first ?? endpoint.path
        let answer = try fixture.ask(
          "\(endpoint.method.rawValue) \(path)", at: fixture.unix,
          "Content-Length: \(body.utf8.count)\r\n", body)
        // Any text can be a plan's name, and there is no plan of these.
        let isName = endpoint.action == .contract(.removePlan) && answer.hasPrefix("HTTP/1.1 200 ")
        #expect(isRefusal(answer) || isName, "\(path) \(body.prefix(60)): \(answer)")
      }
    }
    #expect(others(fixture.folder) == before)
  }

  @Test func noFieldOfAStartLeadsAnywhere() throws {
    let fixture = try ServiceFixture(users: "ann:\(quickHash):admin\n")
    let model = #"{"command": ["/bin/echo", "{{text}}"], "parameters": {"text": {}}}"#
    try Data(model.utf8).write(to: URL(filePath: fixture.folder + "/spool/models/plain.json"))
    let before = files(fixture.folder)
    func start(_ members: String) throws -> String {
      let body = #"{"name": "plain", \#(members)}"#
      return try fixture.ask(
        "POST /scheduler/connector-API/process/start", at: fixture.unix,
        "Content-Length: \(body.utf8.count)\r\n", body)
    }
    for name in Self.names + ["LD_PRELOAD", "PATH", "IFS", "BASH_ENV", "JOBRUN_SPOOL"] {
      // Not "name" itself, which is there twice then, and nothing whose text is the job's own.
      for key in RequestHandler.startKeys where key != "worker" {
        #expect(isRefusal(try start(#""\#(key)": "\#(name)""#)), "\(key): \(name)")
      }
      // A name of a value is one that the model declares, or it is none.
      #expect(isRefusal(try start(#""values": {"text": "x", "\#(name)": "x"}"#)), "\(name)")
      #expect(isRefusal(try start(#""\#(name)": "x""#)), "\(name)")
    }
    #expect(files(fixture.folder) == before)
  }

  @Test func noNameInABodyLeadsAnywhere() throws {
    let fixture = try ServiceFixture(users: "ann:\(quickHash):admin\n")
    let model = #"{"command": ["/bin/sh", "-c", "echo"]}"#
    try Data(model.utf8).write(to: URL(filePath: fixture.folder + "/outside.json"))
    let before = files(fixture.folder)
    for name in Self.names {
      for (line, body) in [
        ("POST /scheduler/connector-API/process/start", #"{"name": "\#(name)"}"#),
        (
          "PUT /up/v5/rest/scheduling/CancelJob",
          #"{"Id": "\#(name)", "CancelReason": {"cancelReasonId": 1, "cancelReasonDesc": ""}}"#
        ),
      ] {
        let answer = try fixture.ask(
          line, at: fixture.unix, "Content-Length: \(body.utf8.count)\r\n", body)
        let status = answer.split(separator: " ").dropFirst().first ?? ""
        #expect(["400", "404"].contains(status), "\(line) \(body): \(answer)")
        #expect(!answer.contains("outside.json") && !answer.contains("\u{1B}"))
      }
    }
    #expect(files(fixture.folder) == before)
  }

  @Test(arguments: ["a\nb", "a\rb", "a\r\nb", "a\0b", "\u{1B}[2J"])
  func noFieldHoldsAControlCharacter(value: String) throws {
    let fixture = try ServiceFixture(users: "ann:\(quickHash):admin\n")
    for name in ["X-Request", "Authorization", "Accept", "User-Agent"] {
      let answer = try fixture.ask("GET /x", at: fixture.unix, "\(name): \(value)\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(name): \(value.debugDescription): \(answer)")
    }
  }
}
