// What these tests share: a spool of their own, jobs from documents, and processes.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

extension Instant {
  static var now: Instant { Instant(milliseconds: Clock.real.milliseconds) }
}

/// A fresh spool, removed with all that is in it when the test is over.
final class SpoolFixture {
  let path: String
  let spool: Spool
  let zones = ZoneFiles()
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    path = scratch.path + "/spool"
    spool = try Spool(path: path)
  }

  /// Another opening of the same spool.
  func again() throws -> Spool { try Spool(path: path) }

  var context: DocumentContext {
    spool.documentContext(zones: zones, timeZone: "UTC", workingDirectory: "/", umask: 0o077)
  }

  func job(_ document: String) throws -> NewJob {
    try NewJob(JobDocument(JSON(parsing: Array(document.utf8)), in: context))
  }

  /// Submits one job; without a document one that waits for next century.
  @discardableResult
  func submit(id: String? = nil, _ document: String? = nil) throws -> JobState {
    let own = id.map { "\"id\":\"\($0)\"," } ?? ""
    let text = document ?? "{\(own)\"command\":[\"true\"],\"startDate\":\"2100-01-01T00:00:00Z\"}"
    guard case .submitted(let state) = try spool.submit([job(text)], at: .now)[0] else {
      throw SpoolError.exists(id: id ?? "")
    }
    return state
  }

  @discardableResult
  func apply(_ event: JobEvent, to id: String) throws -> JobState {
    let next = try spool.change(id) { state in
      try state.applying(event, schedule: zones.schedule(state.spec), at: .now)
    }
    return try #require(next)
  }

  func cancel(_ id: String) throws {
    try apply(.cancel(CancelRequest(at: .now, reason: "test")), to: id)
  }

  /// A job whose first attempt is being started, with its run directory.
  func launched(_ id: String) throws -> RunDirectory {
    try submit(id: id, "{\"id\":\"\(id)\",\"command\":[\"true\"]}")
    let state = try apply(.launch, to: id)
    return try prepare(state)
  }

  func prepare(_ state: JobState) throws -> RunDirectory {
    let attempt = try #require(state.phase.liveAttempt)
    let plan = RunPlan(
      state, attempt, base: [:], token: "t", spool: path, descriptorLimit: 0)
    try spool.prepareRun(plan)
    return try #require(
      try spool.run(plan.job, directoryName: plan.attempt.directoryName))
  }

  /// Puts a file into a directory of the spool as another program would.
  func put(_ text: String, as name: String, in place: String, age: Int64 = 60) throws {
    let file = try Directory(path: "\(path)/\(place)").open(name, .updateOrCreate)
    try file.truncate(to: 0)
    try file.write(Array(text.utf8), at: 0)
    let then = Clock.real.milliseconds / 1000 - age
    setTimes(of: "\(path)/\(place)/\(name)", to: Int(then))
  }

  func text(_ name: String, in place: String) throws -> String? {
    guard let file = try Directory(path: "\(path)/\(place)").openIfPresent(name) else { return nil }
    return String(decoding: try file.contents(limit: 1 << 20) ?? [], as: UTF8.self)
  }

  func names(_ place: String) throws -> [String] {
    try Directory(path: "\(path)/\(place)").names().sorted()
  }

  /// Whether a job can be found, by exact id.
  func state(_ id: String) throws -> JobState? { try spool.job(id)?.state }
}

/// Sets the times of a file, or of a link itself, in seconds since 1970.
func setTimes(of path: String, to seconds: Int) {
  // Two timespecs. Which module their members belong to depends on what was compiled first.
  var times = [seconds, 0, seconds, 0]
  times.withUnsafeMutableBytes { bytes in
    _ = utimensat(
      AT_FDCWD, path, bytes.bindMemory(to: timespec.self).baseAddress, AT_SYMLINK_NOFOLLOW)
  }
}

/// A fresh directory, removed with all that is in it when the test is over.
final class Scratch {
  /// In memory where there is such a place: it is the order of calls that is tested, and a
  /// thousand syncs of a busy disk take a minute.
  private static let parent = (try? Directory(path: "/dev/shm")) != nil ? "/dev/shm" : "/tmp"
  private let name: String
  var path: String { "\(Scratch.parent)/\(name)" }

  init() throws {
    let random = try Randomness.bytes(8).map { String($0, radix: 16) }.joined()
    name = "jobrun-spool-\(CurrentProcess.pid)-\(random)"
    try Directory(path: Scratch.parent).makeDirectory(name)
  }

  deinit { _ = try? Directory(path: Scratch.parent).removeTree(name) }
}

/// What one operation in a process of its own has said and how it ended.
struct HelperEnd {
  let lines: [String]
  let code: Int32?
  let signal: Int32?

  var wasKilled: Bool { signal == SIGKILL }
}

/// Tests/CrashHelper, running.
final class Helper {
  let pid: Int32
  private let output: Descriptor
  private var text: [UInt8] = []

  /// Starts an operation, with a fault (`kill:3`, `28:3`) or without.
  convenience init(_ arguments: [String], fault: String? = nil) throws {
    try self.init(arguments, environment: fault.map { ["JOBRUN_FAULT=\($0)"] } ?? [])
  }

  init(_ arguments: [String], environment: [String]) throws {
    let folder = try #require(linkTarget(of: "/proc/self/exe")).split(separator: "/").dropLast()
    let pipe = try Descriptor.pipe()
    let null = try Directory(path: "/dev").open("null", .update)
    pid = try Child.spawnDetached(
      path: "/\(folder.joined(separator: "/"))/CrashHelper",
      arguments: ["CrashHelper"] + arguments,
      environment: environment, input: null, output: pipe.write,
      error: null)
    output = try pipe.read.duplicate()
  }

  /// Waits for one line of what it says.
  func line() throws -> String? {
    while !text.contains(UInt8(ascii: "\n")), try read() {}
    guard let end = text.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    defer { text.removeFirst(end + 1) }
    return String(decoding: text[..<end], as: UTF8.self)
  }

  private func read() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = try buffer.withUnsafeMutableBytes { try output.read(into: $0) }
    text += buffer[..<count]
    return count > 0
  }

  func end() throws -> HelperEnd {
    var lines: [String] = []
    while let line = try line() { lines.append(line) }
    try eventually("the helper ends") { try Child.peek(pid) != nil }
    let end = try #require(try Child.peek(pid))
    try Child.reap(pid)
    return HelperEnd(lines: lines, code: end.code, signal: end.signal)
  }

  func kill() throws {
    Child.send(.kill, to: pid)
    _ = try end()
  }
}

/// Waits for a condition; records an issue if it does not come about in ten seconds.
func eventually(
  _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () throws -> Bool
) throws {
  let deadline = Clock.boot.milliseconds + 10_000
  while try !condition() {
    guard Clock.boot.milliseconds < deadline else {
      Issue.record(what, sourceLocation: sourceLocation)
      return
    }
    pause(milliseconds: 1)
  }
}

/// The reason for which the spool refuses; nil if it does not.
func refusal(_ body: () throws -> Void) -> String? {
  do { try body() } catch SpoolError.refused(_, let reason) { return reason } catch {}
  return nil
}

/// A result that a test did not expect.
struct Unexpected: Error {
  let what: String
  init(_ what: String) { self.what = what }
}
