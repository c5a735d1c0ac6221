// Processes: handles, facts from /proc, and this process itself.

import Glibc
import Testing

@testable import LinuxIO

/// Waits for the end of a child and reaps it.
func ended(_ pid: Int32) throws -> ChildEnd {
  try eventually("child \(pid) ends") { try Child.peek(pid) != nil }
  let end = try #require(try Child.peek(pid))
  try Child.reap(pid)
  return end
}

/// Starts a program without a gate.
func start(_ arguments: [String], environment: [String] = []) throws -> Int32 {
  let null = try Directory(path: "/dev").open("null", .update)
  return try Child.spawnDetached(
    path: arguments[0], arguments: arguments, environment: environment, input: null, output: null,
    error: null)
}

@Suite(.serialized) struct ProcessTests {
  @Test func `the exit status is told and can be looked at twice`() throws {
    let pid = try start(["/bin/sh", "-c", "exit 7"])
    try eventually("the child ends") { try Child.peek(pid) != nil }
    #expect(try Child.peek(pid) == ChildEnd(pid: pid, code: 7, signal: nil, dumpedCore: false))
    #expect(try Child.peek(pid)?.code == 7)
    try Child.reap(pid)
    #expect(failure { _ = try Child.peek(pid) }?.code == ECHILD)
  }

  @Test func `a signal is told apart from a status`() throws {
    let pid = try start(["/bin/sleep", "600"])
    #expect(try Child.peek(pid) == nil)
    #expect(failure { _ = try Child.reap(pid) }?.code == EAGAIN)
    #expect(Child.send(.terminate, to: pid))
    let end = try ended(pid)
    #expect(end.code == nil && end.signal == 15)
  }

  @Test func `a handle outlives its process and never means another`() throws {
    let pid = try start(["/bin/sleep", "600"])
    guard let handle = try ProcessHandle(pid: pid) else { throw SystemError("pidfd", "", code: 0) }
    let poller = try Poller()
    try poller.add(handle.descriptor, token: 1)
    #expect(try poller.wait(timeout: 0).isEmpty)
    let wasSent = handle.send(.kill)
    #expect(wasSent)
    #expect(try poller.wait(timeout: 10_000).count == 1)
    try Child.reap(pid)
    let isSent = handle.send(.terminate)
    #expect(!isSent)
    if try ProcessHandle(pid: pid) != nil { Issue.record("a handle on nobody") }
  }

  @Test func `a program that is not there is an error of the start`() {
    #expect(failure { _ = try start(["/none/such"]) }?.isNotFound == true)
  }

  @Test func `a detached process leads a session of its own`() throws {
    let pid = try start(["/bin/sleep", "600"])
    #expect(getsid(pid) == pid)
    Child.send(.kill, to: pid)
    _ = try ended(pid)
  }

  @Test(arguments: ["plain", "two words", ") R 1 (", "((()", "new\nline"])
  func `the start of a process is found whatever it is called`(name: String) throws {
    let scratch = try Scratch()
    try withExtendedLifetime(scratch) {
      let path = "\(scratch.path)/\(name)"
      #expect(symlink("/bin/sleep", path) == 0)
      let before = Clock.boot.milliseconds / 10 - 1
      let pid = try start([path, "600"])
      let ticks = try #require(ProcessTable.startTime(of: pid))
      #expect(Int64(ticks) >= before && Int64(ticks) <= Clock.boot.milliseconds / 10)
      #expect(ProcessTable.startTime(of: pid) == ticks)
      #expect(!ProcessTable.isStopped(pid))
      kill(pid, SIGSTOP)
      try eventually("it stops") { ProcessTable.isStopped(pid) }
      Child.send(.kill, to: pid)
      _ = try ended(pid)
      #expect(ProcessTable.startTime(of: pid) == nil)
    }
  }

  @Test func `children are listed until they are reaped`() throws {
    let pids = try (0..<3).map { _ in try start(["/bin/true"]) }
    #expect(Set(ProcessTable.children()).isSuperset(of: pids))
    for pid in pids { _ = try ended(pid) }
    #expect(Set(ProcessTable.children()).isDisjoint(with: pids))
  }

  @Test func `an environment is searched for whole entries`() throws {
    let pid = try start(["/bin/sleep", "600"], environment: ["TOKEN=abc", "OTHER=1"])
    try eventually("exec") { ProcessTable.environment(of: pid, holds: "TOKEN=abc") }
    #expect(!ProcessTable.environment(of: pid, holds: "TOKEN=ab"))
    #expect(!ProcessTable.environment(of: pid, holds: "KEN=abc"))
    Child.send(.kill, to: pid)
    _ = try ended(pid)
  }

  @Test func `this process is in the table`() {
    #expect(ProcessTable.all().contains(CurrentProcess.pid))
    #expect(ProcessTable.startTime(of: CurrentProcess.pid) != nil)
    #expect(ProcessTable.startTime(of: -1) == nil)
    #expect(ProcessTable.bootIdentifier().count == 36)
    #expect(CurrentProcess.processors >= 1)
  }

  @Test func `random bytes are as many as asked for, and differ`() throws {
    #expect(try Randomness.bytes(0).isEmpty)
    #expect(try Randomness.bytes(256).count == 256)
    #expect(try Randomness.bytes(16) != Randomness.bytes(16))
  }
}
