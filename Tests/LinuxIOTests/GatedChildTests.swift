// What happens between fork and exec, seen from the program that is started.

import Glibc
import Testing

@testable import LinuxIO

@Suite(.serialized) struct GatedChildTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func plan(_ arguments: [String]) -> GatedChild.Plan {
    GatedChild.Plan(
      arguments: arguments, environment: ["PATH=/usr/bin:/bin"], directory: scratch.path,
      umask: 0o027, descriptorLimit: 0)
  }

  private func child(_ plan: GatedChild.Plan) throws -> GatedChild {
    try GatedChild(
      plan, input: Directory(path: "/dev").open("null", .read),
      output: scratch.directory.open("stdout", .append),
      error: scratch.directory.open("stderr", .append),
      closing: scratch.directory.open("lock", .updateOrCreate))
  }

  /// Runs a plan to its end; what it has written is in `stdout`.
  private func run(_ plan: GatedChild.Plan) throws -> (end: ChildEnd, GatedChild.Failure?) {
    let child = try child(plan)
    let pid = child.pid
    let failure = try child.open()
    return (try ended(pid), failure)
  }

  private func shell(_ line: String) throws -> String {
    let (end, failure) = try run(plan(["/bin/sh", "-c", line]))
    #expect(failure == nil && end.code == 0)
    return try scratch.text("stdout")
  }

  @Test func `behind a shut gate nothing runs`() throws {
    let child = try child(plan(["/bin/sh", "-c", "echo ran"]))
    let pid = child.pid
    #expect(try Child.peek(pid) == nil)
    child.abandon()
    #expect(try ended(pid).code == 127)
    #expect(try scratch.text("stdout") == "")
  }

  @Test func `an open gate lets the program run`() throws {
    #expect(try shell("echo ran") == "ran\n")
  }

  @Test func `nobody waits for a child that is let go`() throws {
    let child = try child(plan(["/no/such/program"]))
    let pid = child.pid
    kill(pid, SIGSTOP)
    let report = try child.letGo()
    #expect(report.failure() == nil)
    kill(pid, SIGCONT)
    #expect(try ended(pid).code == 127)
    #expect(report.failure()?.step == .exec)
  }

  @Test func `the other directory is taken where the first cannot be entered`() throws {
    var plan = plan(["/bin/sh", "-c", "pwd"])
    plan.directory = "/no/such/directory"
    #expect(try run(plan).1?.step == .directory)
    plan.otherDirectory = "/"
    #expect(try run(plan).1 == nil)
    #expect(try scratch.text("stdout") == "/\n")
  }

  @Test func `a child that was killed at the gate does not take its parent along`() throws {
    let child = try child(plan(["/bin/true"]))
    let pid = child.pid
    Child.send(.kill, to: pid)
    try eventually("it dies") { try Child.peek(pid) != nil }
    #expect(try child.open() == nil)
    #expect(try ended(pid).signal == 9)
  }

  @Test func `a missing program, one that may not run, and a missing interpreter are told apart`()
    throws
  {
    try scratch.put("#!/none/such\n", as: "orphan")
    try scratch.put("#!/bin/sh\n", as: "plain")
    #expect(chmod("\(scratch.path)/orphan", 0o700) == 0)
    let missing = try run(plan(["/none/such"])).1
    #expect(missing == .init(step: .exec, code: ENOENT))
    #expect(try run(plan(["./plain"])).1 == .init(step: .exec, code: EACCES))
    #expect(try run(plan(["./orphan"])).1 == .init(step: .exec, code: ENOENT))
    #expect(try run(plan(["no-such-program"])).1 == .init(step: .exec, code: ENOENT))
    #expect(try run(plan([scratch.path])).1 == .init(step: .exec, code: EACCES))
    #expect(try run(plan([""])).1 == .init(step: .exec, code: ENOENT))
  }

  @Test func `a script without an interpreter line is run by the shell, as by execvp`() throws {
    try scratch.put("echo from sh\n", as: "script")
    #expect(chmod("\(scratch.path)/script", 0o700) == 0)
    let (end, failure) = try run(plan(["./script"]))
    #expect(failure == nil && end.code == 0)
    #expect(try scratch.text("stdout") == "from sh\n")
  }

  @Test func `a missing working directory is told as such`() throws {
    var plan = plan(["/bin/true"])
    plan.directory = "\(scratch.path)/none"
    let (end, failure) = try run(plan)
    #expect(failure == .init(step: .directory, code: ENOENT))
    #expect(end.code == 127)
  }

  @Test func `an argument list beyond the kernel's limit is a failure to start`() throws {
    let long = String(repeating: "x", count: 200_000)
    #expect(try run(plan(["/bin/true", long])).1 == .init(step: .exec, code: E2BIG))
  }

  @Test func `the environment is exactly the one given`() throws {
    var plan = plan(["/usr/bin/env"])
    plan.environment = ["A=1", "B=two words", "EMPTY="]
    _ = try run(plan)
    #expect(try scratch.text("stdout") == "A=1\nB=two words\nEMPTY=\n")
  }

  @Test func `programs are searched in the PATH given, not in that of the parent`() throws {
    try scratch.put("#!/bin/sh\necho mine\n", as: "sleep")
    #expect(chmod("\(scratch.path)/sleep", 0o700) == 0)
    var plan = plan(["sleep"])
    plan.environment = ["PATH=\(scratch.path)"]
    #expect(try run(plan).1 == nil)
    #expect(try scratch.text("stdout") == "mine\n")
    plan.arguments = ["env"]
    #expect(try run(plan).1 == .init(step: .exec, code: ENOENT))
  }

  @Test func `working directory, umask and process group are as planned`() throws {
    let text = try shell("pwd; umask; ps -o pgid= -p $$ | tr -d ' '; echo $$")
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines[0] == scratch.path)
    #expect(lines[1] == "0027")
    #expect(lines.count == 4 ? lines[2] == lines[3] : false)
  }

  @Test func `only the three standard descriptors are open`() throws {
    let extra = try scratch.directory.open("extra", .updateOrCreate)
    #expect(fcntl(extra.number, F_SETFD, 0) == 0)
    let text = try shell("ls -l /proc/self/fd | grep -v /proc/ | grep -c -- '->'")
    #expect(text == "3\n")
  }

  @Test func `no signal is blocked or ignored`() throws {
    signal(SIGUSR2, SIG_IGN)
    defer { signal(SIGUSR2, SIG_DFL) }
    var set = sigset_t()
    var old = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGUSR1)
    sigaddset(&set, 60)
    pthread_sigmask(SIG_BLOCK, &set, &old)
    defer { pthread_sigmask(SIG_SETMASK, &old, nil) }
    let (end, failure) = try run(plan(["/bin/grep", "^Sig[BI]", "/proc/self/status"]))
    #expect(failure == nil && end.code == 0)
    let masks = try scratch.text("stdout").split(whereSeparator: \.isWhitespace)
      .compactMap { UInt64($0, radix: 16) }
    // 32 and 33 are the C library's own; it lets nobody change them.
    #expect(masks.map { $0 & ~(3 << 31) } == [0, 0])
  }

  @Test func `the limit of open files is lowered as planned, or left`() throws {
    var plan = plan(["/bin/sh", "-c", "ulimit -Sn"])
    plan.descriptorLimit = 77
    _ = try run(plan)
    #expect(try scratch.text("stdout") == "77\n")
  }

  @Test func `standard input is what was given`() throws {
    let child = try GatedChild(
      plan(["/bin/cat"]), input: Descriptor.memory(Array("in".utf8), name: "stdin"),
      output: scratch.directory.open("stdout", .append),
      error: scratch.directory.open("stderr", .append),
      closing: scratch.directory.open("lock", .updateOrCreate))
    let pid = child.pid
    #expect(try child.open() == nil)
    #expect(try ended(pid).code == 0)
    #expect(try scratch.text("stdout") == "in")
  }

  @Test func `the lock is closed at once, before the gate opens`() throws {
    guard let held = try FileLock(scratch.directory.open("seat", .updateOrCreate)) else {
      throw SystemError("lock", "", code: 0)
    }
    let child = try GatedChild(
      plan(["/bin/true"]), input: Directory(path: "/dev").open("null", .read),
      output: scratch.directory.open("stdout", .append),
      error: scratch.directory.open("stderr", .append), closing: held.file)
    let pid = child.pid
    let number = held.file.number
    try eventually("the lock is closed") {
      linkTarget(of: "/proc/\(pid)/fd/\(number)")?.hasSuffix("/seat") != true
    }
    child.abandon()
    _ = try ended(pid)
  }

  @Test func `the death of its parent kills the child`() throws {
    let helper = try #require(linkTarget(of: "/proc/self/exe")).split(separator: "/").dropLast()
    let pipe = try Descriptor.pipe()
    let null = try Directory(path: "/dev").open("null", .update)
    let parent = try Child.spawnDetached(
      path: "/\(helper.joined(separator: "/"))/CrashHelper", arguments: ["CrashHelper", "guard"],
      environment: [], input: null, output: pipe.write, error: null)
    var buffer = [UInt8](repeating: 0, count: 32)
    let count = try buffer.withUnsafeMutableBytes { try pipe.read.read(into: $0) }
    let text = String(decoding: buffer[..<count], as: UTF8.self)
    let child = try #require(Int32(text.filter(\.isNumber)))
    #expect(ProcessTable.startTime(of: child) != nil)
    Child.send(.kill, to: parent)
    _ = try ended(parent)
    try eventually("the child is killed") { kill(child, 0) != 0 || isZombie(child) }
  }

  /// In a container nobody may reap the orphan.
  private func isZombie(_ pid: Int32) -> Bool {
    guard let file = try? Directory(path: "/proc/\(pid)").open("stat", .read),
      let bytes = try? file.contents(limit: 4096)
    else { return true }
    return String(decoding: bytes, as: UTF8.self).contains(") Z ")
  }
}
