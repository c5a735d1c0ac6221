// The service with its helper processes, as clients see it.

import LinuxIO
import Testing

@testable import RESTService

/// One after the other: hashes take processor time, and answers are timed.
@Suite(.serialized) struct ServiceTests {
  static let users = "ann:\(quickHash):read\nbob:\(quickHash):run\nsam:\(slowHash):admin\n"
  private let path = "/scheduler/connector-api/process/status/00000000-0000-4000-8000-000000000000"

  @Test func whoSaysNothingIsAskedOverTCPAndKnownOnTheOwnersSocket() throws {
    let fixture = try ServiceFixture(users: Self.users)
    let answer = try fixture.ask("GET \(path)")
    #expect(answer.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
    #expect(
      answer.contains("\r\nWWW-Authenticate: Basic realm=\"jobrun\", charset=\"UTF-8\"\r\n"))
    #expect(try fixture.ask("GET \(path)", at: fixture.unix).hasPrefix("HTTP/1.1 404 "))
  }

  @Test func passwordAndRoleDecide() throws {
    let fixture = try ServiceFixture(users: Self.users)
    #expect(try fixture.ask("GET \(path)", as: "ann:secret").hasPrefix("HTTP/1.1 404 "))
    #expect(try fixture.ask("GET \(path)", as: "bob:secret").hasPrefix("HTTP/1.1 403 "))
    #expect(try fixture.ask("GET \(path)", as: "ann:Secret").hasPrefix("HTTP/1.1 401 "))
    // Who says who they are is that one, also on the owner's socket.
    let unix = fixture.unix
    #expect(try fixture.ask("GET \(path)", as: "bob:secret", at: unix).hasPrefix("HTTP/1.1 403 "))
  }

  @Test func anUnknownUserGetsTheSameAnswerInTheSameTime() throws {
    let fixture = try ServiceFixture(users: "sam:\(slowHash):admin\n")
    func timed(_ credential: String) throws -> (String, Int64) {
      let start = Clock.boot.milliseconds
      let answer = try fixture.ask("GET \(path)", as: credential)
      let date = try Regex("Date: [^\r]*")
      return (answer.replacing(date, with: "Date"), Clock.boot.milliseconds - start)
    }
    _ = try timed("sam:first")
    let wrong = try timed("sam:wrong")
    let unknown = try timed("nobody:wrong")
    #expect(wrong.0 == unknown.0 && wrong.0.contains("the name or the password is wrong"))
    // What a hash of this cost takes on any machine of today, and far more than an answer.
    #expect(wrong.1 > 40 && unknown.1 > 40, "\(wrong.1) ms, \(unknown.1) ms")
  }

  @Test func aHundredSlowHashesDelayNobodyElse() throws {
    let fixture = try ServiceFixture(users: Self.users)
    #expect(try fixture.ask("GET \(path)", as: "ann:secret").hasPrefix("HTTP/1.1 404 "))
    let slow = try (0..<100).map { try fixture.client("GET \(path)", as: "sam:\($0)") }
    // Those that found the queue full are told at once, and when to come again.
    func ended() throws -> [ServiceClient] { try slow.filter { try $0.poll() } }
    #expect(try fixture.turn { try ended().count >= 100 - PasswordChecks.queueLimit - 8 })
    let full = try ended().filter { $0.text.hasPrefix("HTTP/1.1 503 ") }
    #expect(full.count > 20 && full.allSatisfy { $0.text.contains("\r\nRetry-After: 5\r\n") })
    for _ in 0..<30 {
      #expect(try fixture.ask("GET \(path)", as: "ann:secret").hasPrefix("HTTP/1.1 404 "))
      #expect(try fixture.ask("GET \(path)", at: fixture.unix).hasPrefix("HTTP/1.1 404 "))
    }
    // Sixty requests were answered while the first few of a hundred hashes were made.
    let waiting = try slow.count - ended().count
    #expect(waiting > PasswordChecks.queueLimit / 2, "\(waiting) still wait")
  }

  @Test func aHelperThatDiesIsReplaced() throws {
    let fixture = try ServiceFixture(users: Self.users)
    #expect(try fixture.ask("GET \(path)", as: "ann:secret").hasPrefix("HTTP/1.1 404 "))
    #expect(!fixture.service.helpers.isEmpty)
    for pid in fixture.service.helpers { Child.send(.kill, to: pid) }
    // The one that was asked of the dead helper may be told to come again.
    #expect(
      try fixture.turn {
        try fixture.ask("GET \(path)", as: "bob:secret").hasPrefix("HTTP/1.1 403 ")
      })
  }

  @Test func withoutAHelperNobodyIsLetIn() throws {
    let fixture = try ServiceFixture(users: Self.users) { $0.program = "/nonexistent" }
    let answer = try fixture.ask("GET \(path)", as: "ann:secret")
    #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("\r\nRetry-After: 5\r\n"))
  }

  @Test func guessingIsSlowedDown() throws {
    let fixture = try ServiceFixture(users: "ann:\(quickHash):read\n")
    let start = Clock.boot.milliseconds
    for number in 0..<7 {
      #expect(try fixture.ask("GET \(path)", as: "ann:\(number)").hasPrefix("HTTP/1.1 401 "))
    }
    // 250, 500 and 1000 milliseconds before the last three.
    #expect(Clock.boot.milliseconds - start >= 1750)
  }
}

/// Bodies are asked for, and kept, only of those who may send one.
extension ServiceTests {
  private static let start = "POST /scheduler/connector-API/process/start"
  private static let expecting = "Expect: 100-continue\r\nContent-Length: 2\r\n"

  @Test(arguments: [
    (nil, "401"), ("ann:wrong", "401"), ("ann:secret", "403"),
  ])
  func aBodyIsNotAskedForInVain(credential: String?, status: String) throws {
    let fixture = try ServiceFixture(users: Self.users)
    let answer = try fixture.ask(Self.start, as: credential, Self.expecting)
    #expect(answer.hasPrefix("HTTP/1.1 \(status) ") && answer.contains("Connection: close\r\n"))
  }

  @Test func aBodyIsAskedForWhereItIsWelcome() throws {
    let fixture = try ServiceFixture(users: Self.users)
    let client = try fixture.client(Self.start, as: "bob:secret", Self.expecting)
    #expect(
      try fixture.turn { try client.poll() || client.text == "HTTP/1.1 100 Continue\r\n\r\n" })
    try client.send("{}")
    #expect(try fixture.turn { try client.poll() })
    #expect(client.text.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 "))
  }

  @Test func whoSendsABodyWithoutAskingIsToldBeforeItHasCome() throws {
    let fixture = try ServiceFixture(users: Self.users)
    let fields = "Content-Length: 16000000\r\n"
    #expect(try fixture.ask(Self.start, as: nil, fields, "{").hasPrefix("HTTP/1.1 401 "))
    #expect(try fixture.ask("POST /nowhere", as: "bob:secret", fields).hasPrefix("HTTP/1.1 404 "))
    #expect(
      try fixture.ask(Self.start, as: "bob:secret", "Content-Length: 17000000\r\n")
        .hasPrefix("HTTP/1.1 413 "))
  }
}
