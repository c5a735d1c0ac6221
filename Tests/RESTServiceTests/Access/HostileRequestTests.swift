// Nothing that a caller sends becomes a path, a line or a name unchecked: whatever stands in a
// request's path, fields or body, nothing is read or made outside of what the request is about.

import Foundation
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
