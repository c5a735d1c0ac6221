// The history as server-sent events.

import Foundation
import JobCore
import JobSpool
import LinuxIO
import Testing

@testable import RESTService

@Suite struct EventStreamTests {
  private static let retry = "retry: 2000\n\n"

  /// Ids and data of the events in a body. An event without data only has an id.
  private func events(_ body: String) -> [(id: String?, data: String?)] {
    body.components(separatedBy: "\n\n").compactMap { block in
      let lines = block.split(separator: "\n")
      func field(_ name: String) -> String? {
        lines.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
      }
      let event = (id: field("id"), data: field("data"))
      return event.id == nil && event.data == nil ? nil : event
    }
  }

  private func data(_ client: StreamClient) -> [String] { events(client.body).compactMap(\.data) }

  @Test func whatIsDecidedFromNowOnComesWithItsMark() throws {
    let fixture = try StreamFixture()
    let old = fixture.line("old")
    try fixture.append(old + "\n")
    let client = try fixture.client("/events")
    let day = fixture.rest.now.rfc3339.prefix(10)
    let start = "\(day):\(old.utf8.count + 1)"
    #expect(
      try fixture.turn { try client.poll() || client.body == "\(Self.retry)id: \(start)\n\n" })
    let line = fixture.line("new")
    try fixture.append(line + "\n")
    let text = "id: \(day):\(old.utf8.count + line.utf8.count + 2)\ndata: \(line)\n\n"
    #expect(try fixture.turn { try client.poll() || client.body.hasSuffix(text) })
  }

  @Test func whoComesBackWithAMarkMissesNothing() throws {
    let fixture = try StreamFixture()
    for name in ["a", "b", "c"] { try fixture.append(fixture.line(name) + "\n") }
    let first = try fixture.client("/events?since=2026-01-01T00:00:00Z")
    #expect(try fixture.turn { try first.poll() || data(first).count == 3 })
    for (index, event) in events(first.body).enumerated() {
      let id = try #require(event.id)
      let client = try fixture.client("/events?from=\(id)")
      #expect(try fixture.turn { try client.poll() || data(client).count == 2 - index })
      #expect(data(client) == Array(data(first)[(index + 1)...]))
    }
  }

  @Test func realDecisionsComeAndOthersJobsDoNot() throws {
    let fixture = try StreamFixture()
    let client = try fixture.client("/events?job=b")
    _ = try fixture.launch("a")
    _ = try fixture.launch("b")
    #expect(try fixture.turn { try client.poll() || data(client).count == 2 })
    let objects = try data(client).map { try JSON(parsing: Array($0.utf8)).object }
    #expect(objects.map { $0?["what"]?.string } == ["submitted", "started"])
    #expect(objects.allSatisfy { $0?["id"]?.string == "b" })
  }

  @Test func aLineComesOnceItIsWhole() throws {
    let fixture = try StreamFixture()
    let client = try fixture.client("/events")
    let line = fixture.line("a")
    try fixture.append(String(line.prefix(30)))
    try fixture.turnOn()
    _ = try client.poll()
    #expect(data(client) == [])
    try fixture.append(line.dropFirst(30) + "\n")
    #expect(try fixture.turn { try client.poll() || data(client) == [line] })
  }

  @Test func silenceIsBrokenByComments() throws {
    let fixture = try StreamFixture()
    fixture.silence = 5
    let client = try fixture.client("/events?job=b")
    #expect(try fixture.turn { try client.poll() || client.body.hasSuffix("\n\n: \n\n: \n\n") })
    // What was passed over need not be read again: the mark goes on.
    let before = events(client.body).last?.id
    try fixture.append(fixture.line("a") + "\n")
    #expect(
      try fixture.turn {
        let ended = try client.poll()
        return ended || events(client.body).last?.id != before
      })
    #expect(data(client) == [] && !client.hasEnded)
  }

  @Test func damageIsPassedOverAndToldOnce() throws {
    let fixture = try StreamFixture()
    let client = try fixture.client("/events")
    try fixture.append("garbage\ngarbage\n" + fixture.line("a") + "\n")
    #expect(try fixture.turn { try client.poll() || data(client) == [fixture.line("a")] })
    try fixture.append("garbage\n" + fixture.line("b") + "\n")
    #expect(try fixture.turn { try client.poll() || data(client).count == 2 })
    #expect(fixture.complaints.count == 1, "\(fixture.complaints)")
  }

  @Test func aLineCannotBreakItsEvent() throws {
    let fixture = try StreamFixture()
    let client = try fixture.client("/events")
    let line = fixture.line("a")
    try fixture.append("\(line.dropLast())\r\r}\r\n")
    #expect(try fixture.turn { try client.poll() || data(client) == ["\(line.dropLast())  } "] })
  }

  @Test func aLineLongerThanAPieceComesInParts() throws {
    let fixture = try StreamFixture()
    let client = try fixture.client("/events")
    let line = fixture.line("a", String(repeating: "n", count: 300_000))
    try fixture.append(line + "\n")
    #expect(try fixture.turn { try client.poll() || data(client) == [line] })
    #expect(client.chunks.allSatisfy { $0.utf8.count <= 32_768 })
  }

  @Test func manyLinesOfOthersHoldNobodyUp() throws {
    let fixture = try StreamFixture()
    let others = String(repeating: fixture.line("a") + "\n", count: 2000)
    try fixture.append(others + fixture.line("b") + "\n")
    let client = try fixture.client("/events?job=b&since=2026-01-01T00:00:00Z")
    var turns = 0
    #expect(
      try fixture.turn {
        turns += 1
        return try client.poll() || data(client).count == 1
      })
    #expect(turns >= 2000 / 256)
  }

  @Test func aClientThatLeavesIsLetGo() throws {
    let fixture = try StreamFixture()
    do { _ = try fixture.client("/events") }
    #expect(try fixture.turn { fixture.closed == 1 })
    #expect(try kernelWatches(of: "\(fixture.rest.path)/events") == [])
    // Over TCP its end looks as if it only had no more to say, until something is sent to it.
    let remote = try StreamFixture(on: .ipv4(address: 0x7F00_0001, port: 0))
    remote.silence = 5
    do { _ = try remote.client("/events") }
    #expect(try remote.turn { remote.closed == 1 })
  }

  @Test func aClientThatHasFinishedSendingIsServedOn() throws {
    for address in [nil, SocketAddress.ipv4(address: 0x7F00_0001, port: 0)] {
      let fixture = try StreamFixture(on: address)
      let client = try fixture.client("/events")
      client.finishSending()
      try fixture.turnOn()
      try fixture.append(fixture.line("a") + "\n")
      #expect(try fixture.turn { try client.poll() || data(client) == [fixture.line("a")] })
      #expect(fixture.closed == 0)
    }
  }
}
