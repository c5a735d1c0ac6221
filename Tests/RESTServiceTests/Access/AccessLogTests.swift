// One line a request, whatever a client sends.

import JobCore
import LinuxIO
import Testing

@testable import HTTPServer
@testable import RESTService

@Suite struct AccessLogTests {
  private let now = Instant(milliseconds: 0)

  /// The line for what a client sent.
  private func line(_ bytes: String, _ style: AccessLog.Style, user: String? = nil) -> String {
    var parser = RequestParser(limits: RequestLimits())
    var exchange: Exchange
    switch parser.consume(Array(bytes.utf8)) {
    case .request(let request): exchange = Exchange(request, number: 1, begun: 5, handed: 5)
    case .refusal(let refusal): exchange = Exchange(refusal, number: 1, begun: 5, handed: 5)
    case .needMore: return ""
    }
    exchange.status = exchange.note == nil ? .ok : .badRequest
    exchange.user = user
    exchange.bodyBytes = 12
    let peer = SocketAddress(host: "127.0.0.1", port: 5)
    let record = exchange.record(peer: peer, at: 9, isComplete: true)
    return String(decoding: AccessLog.line(record, style, at: now), as: UTF8.self)
  }

  @Test func aLineHasItsWordsInOrder() {
    #expect(
      line(
        "GET /Reports/v1.0/publishLink/some-job/secret HTTP/1.1\r\nHost: x\r\n\r\n", .text,
        user: nil
      )
      .contains(" /Reports/v1.0/publishLink/some-job/*** "))
    #expect(
      line("GET /a%0Ab?token=secret HTTP/1.1\r\nHost: x\r\n\r\n", .text, user: "ann")
        == "1970-01-01T00:00:00.000Z 127.0.0.1 ann GET /a%0Ab 200 12 4ms\n")
    #expect(
      line("GET / HTTP/3.0\r\n\r\n", .text)
        == "1970-01-01T00:00:00.000Z 127.0.0.1 - - - 400 12 4ms "
        + "(only HTTP/1.0 and HTTP/1.1 are spoken here)\n")
  }

  @Test(arguments: [
    "/reports/v1.0/publishlink/x/secret", "/SCHEDULER-agent/Reports/V1.0/PUBLISHLINK/x/secret",
    "http://x/documentmanagement/v1.0/aimsdocument/x/secret?secret",
    "/documentmanagement/v1.0/aimsdocument/x/y/secret", "//reports/v1.0/publishlink/secret",
  ])
  func aLineHasNoToken(target: String) {
    let line = line("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n", .text)
    #expect(line.contains("/*** 200 ") && !line.contains("secret"))
  }

  @Test func aLineInJSONHasTheSame() throws {
    let text = line("GET /x?y HTTP/1.1\r\nHost: x\r\n\r\n", .json, user: "ann")
    #expect(
      try JSON(parsing: Array(text.dropLast().utf8)) == [
        "at": "1970-01-01T00:00:00.000Z", "address": "127.0.0.1", "user": "ann", "method": "GET",
        "path": "/x", "status": 200, "bytes": 12, "milliseconds": 4,
      ])
  }

  @Test(arguments: [
    "GET /\u{1B}[2J HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /\u{85}x HTTP/1.1\r\nHost: x\r\n\r\n", "GET /\u{2028} HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /x\nfake HTTP/1.1\r\nHost: x\r\n\r\n", "GET /x HTTP/1.1\r\nHost: x\r\nA: \nfake\r\n\r\n",
    "GET /%0d%0afake HTTP/1.1\r\nHost: x\r\n\r\n", "G\nfake",
    "GET /\"} HTTP/1.1\r\nHost: x\r\n\r\n",
  ])
  func nothingSentBreaksALine(bytes: String) throws {
    for style in AccessLog.Style.allCases {
      let line = line(bytes, style)
      #expect(line.hasSuffix("\n") && line.utf8.count { $0 < 0x20 || $0 > 0x7E } == 1, "\(line)")
    }
    let words = line(bytes, .text).split(separator: " ")
    #expect(words.count == 8 || words[8].hasPrefix("("))
    _ = try JSON(parsing: Array(line(bytes, .json).dropLast().utf8))
  }
}
