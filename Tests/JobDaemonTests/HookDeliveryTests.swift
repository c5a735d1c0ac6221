// Hooks of one job, told without a daemon.

import Foundation
import JobCore
import JobSpool
import LinuxIO
import Testing

@testable import JobDaemon

@Suite struct HookDeliveryTests {
  let path: String
  let spool: Spool
  private let zones = ZoneFiles()

  init() throws {
    let random = try Randomness.bytes(8).map { String($0, radix: 16) }.joined()
    path = "/tmp/jobrun-hooks-\(random)"
    spool = try Spool(path: path)
  }

  private func submit(_ hooks: String) throws {
    let context = spool.documentContext(
      zones: zones, timeZone: "UTC", workingDirectory: path, umask: 0o077)
    let json = try JSON(parsing: #"{"id":"j","command":["true"],"hooks":\#(hooks)}"#)
    _ = try spool.submit([NewJob(try JobDocument(json, in: context))], at: .now)
    _ = try spool.change("j") { state in
      let schedule = try zones.schedule(state.spec)
      let live = try state.applying(.launch, schedule: schedule, at: .now)
      let attempt = try #require(live.phase.liveAttempt)
      let outcome = Outcome(.exited(code: 3), of: attempt, startedAt: .now, endedAt: .now)
      return try live.applying(.ended(ExitRecord(outcome)), schedule: schedule, at: .now)
    }
  }

  @Test func runsThemUntilNoneIsLeft() throws {
    defer { _ = try? Directory(path: "/tmp").removeTree(String(path.dropFirst(5))) }
    try submit(
      #"""
      {"onStart":"echo $JOBRUN_EVENT >> told","onFailure":[
      {"command":"echo x >> tries; [ $(wc -l < tries) = 2 ]","retryDelay":"10ms"},
      {"command":"sleep 100","timeout":"50ms","retryCount":0}]}
      """#)
    #expect(try spool.job("j", in: .jobs)?.state.pendingHooks.count == 2)
    let signals = try SignalQueue([.windowSize])
    #expect(try HookDelivery.deliverAll(of: "j", in: spool, unless: signals) == nil)
    let state = try #require(try spool.job("j", in: .done)?.state)
    #expect(state.isFinished)
    #expect(
      state.decisions.last?.reason == "onFailure given up: timed out after 50ms (sleep 100)")
    #expect(try String(contentsOfFile: "\(path)/told", encoding: .utf8) == "onStart\n")
    #expect(try String(contentsOfFile: "\(path)/tries", encoding: .utf8) == "x\nx\n")
    let log = String(decoding: try #require(try spool.hookLog("j")), as: UTF8.self)
    #expect(log.split(separator: "\n").count == 4)
    // Nothing to do is done at once.
    #expect(try HookDelivery.deliverAll(of: "j", in: spool, unless: signals) == nil)
    #expect(try HookDelivery.deliverAll(of: "nobody", in: spool, unless: signals) == nil)
  }
}
