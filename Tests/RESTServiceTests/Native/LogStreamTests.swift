// A run's output as a response that goes on until the run has ended.

import JobCore
import JobSpool
import LinuxIO
import Testing

@testable import RESTService

@Suite struct LogStreamTests {
  @Test func outputComesAsItIsWrittenUntilTheRunHasEnded() throws {
    let fixture = try StreamFixture()
    let run = try fixture.launch("a")
    try fixture.write("one\n", run)
    let client = try fixture.client("/logs/a")
    #expect(try fixture.turn { try client.poll() || client.body == "one\n" })
    try fixture.write("two\n", run)
    #expect(try fixture.turn { try client.poll() || client.body == "one\ntwo\n" })
    #expect(!client.hasEnded)
    try fixture.write("three", run)
    try fixture.end("a")
    #expect(try fixture.turn { try client.poll() })
    #expect(client.body == "one\ntwo\nthree" && client.isComplete)
    #expect(fixture.closed == 1)
  }

  @Test func aJobThatHasNotRunIsWaitedForAndItsRetriesToo() throws {
    let fixture = try StreamFixture()
    try fixture.rest.submit(
      #"{"id":"a","command":["true"],"hold":true,"retryCount":1,"retryDelay":"1ms"}"#)
    let client = try fixture.client("/logs/a")
    try fixture.rest.apply(.release, to: "a")
    try fixture.write("first\n", fixture.relaunch("a"))
    #expect(try fixture.turn { try client.poll() || client.body == "first\n" })
    try fixture.end("a", code: 1)
    #expect(
      try fixture.turn {
        if case .backoff = try fixture.rest.apply(.due, to: "a").phase { false } else { true }
      })
    try fixture.write("second\n", fixture.relaunch("a"))
    #expect(try fixture.turn { try client.poll() || client.body == "first\nsecond\n" })
    try fixture.end("a")
    #expect(try fixture.turn { try client.poll() })
    #expect(client.isComplete)
  }

  @Test func onlyTheLastLinesOfWhatIsThereCome() throws {
    let fixture = try StreamFixture()
    let run = try fixture.launch("a")
    try fixture.write("1\n2\n3\n", run)
    let client = try fixture.client("/logs/a?lines=1")
    #expect(try fixture.turn { try client.poll() || client.body == "3\n" })
    try fixture.write("4\n", run)
    try fixture.end("a")
    #expect(try fixture.turn { try client.poll() })
    #expect(client.body == "3\n4\n")
  }

  @Test func aLongLogComesWholeInPiecesOfBoundedLength() throws {
    let fixture = try StreamFixture()
    let run = try fixture.launch("a")
    let text = (0..<200_000).map { "\($0)\n" }.joined()
    try fixture.write(text, run)
    try fixture.end("a")
    let client = try fixture.client("/logs/a")
    #expect(try fixture.turn { try client.poll() })
    #expect(client.body == text && client.isComplete)
    #expect(client.chunks.allSatisfy { $0.utf8.count <= 32_768 })
  }

  @Test func anEndThatComesWhileTheClientIsSlowIsNotMissed() throws {
    let fixture = try StreamFixture()
    let run = try fixture.launch("a")
    try fixture.write(String(repeating: "x", count: 3_000_000), run)
    let client = try fixture.client("/logs/a")
    // The output is full: hints of the end come and find nobody who pulls.
    try fixture.turnOn()
    try fixture.write("end", run)
    try fixture.end("a")
    try fixture.turnOn()
    #expect(try fixture.turn { try client.poll() })
    #expect(client.body.utf8.count == 3_000_003 && client.isComplete)
  }

  @Test func twoHundredFollowersShareOneInstance() throws {
    let fixture = try StreamFixture()
    let run = try fixture.launch("a")
    let clients = try (0..<200).map { _ in try fixture.client("/logs/a") }
    #expect(try kernelWatches(of: "\(fixture.rest.path)/jobs") == [1])
    #expect(try kernelWatches(of: "\(fixture.rest.path)/runs/a/1.1") == [1])
    try fixture.write("x", run)
    #expect(try fixture.turn { try clients.allSatisfy { try $0.poll() || $0.body == "x" } })
    try fixture.end("a")
    #expect(try fixture.turn { try clients.allSatisfy { try $0.poll() } })
    #expect(clients.allSatisfy { $0.body == "x" && $0.isComplete } && fixture.closed == 200)
    #expect(try kernelWatches(of: "\(fixture.rest.path)/jobs") == [])
    #expect(try kernelWatches(of: "\(fixture.rest.path)/runs/a/1.1") == [])
  }

  @Test func aClientThatLeavesWhileNothingIsWrittenIsLetGo() throws {
    let fixture = try StreamFixture()
    _ = try fixture.launch("a")
    do {
      let client = try fixture.client("/logs/a")
      #expect(!client.hasEnded && fixture.closed == 0)
    }
    #expect(try fixture.turn { fixture.closed == 1 })
    #expect(try kernelWatches(of: "\(fixture.rest.path)/jobs") == [])
  }

  @Test func whatComesWhileOthersChangeWakesNobodyInVain() throws {
    let fixture = try StreamFixture()
    let run = try fixture.launch("a")
    let client = try fixture.client("/logs/a")
    _ = try fixture.launch("b")
    try fixture.end("b")
    try fixture.turnOn()
    try fixture.write("x", run)
    #expect(try fixture.turn { try client.poll() || client.body == "x" })
    #expect(!client.hasEnded)
  }
}
