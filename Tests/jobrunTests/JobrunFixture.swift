// A spool of its own for each test, the built binary, and everything that was started on that
// spool. Whatever a test does, at its end all of it is gone again: clean-ups run last in, first
// out, also when the test has failed.

import Foundation
import Glibc
import Synchronization
import Testing

/// One test's spool and processes.
final class JobrunFixture: Sendable {
  /// Scratch folder of the test; the spool is in it.
  let directory: String
  /// Path of the spool.
  let spool: String
  private let cleanUps = Mutex<[@Sendable () -> Void]>([])
  private let counter = Mutex(0)

  /// The binary: it lies beside the test bundle, unless another one is named.
  static let binary =
    ProcessInfo.processInfo.environment["JOBRUN_BINARY"]
    ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "jobrun").path

  /// Runs a test on a fresh spool, when its turn has come.
  static func with(_ body: (JobrunFixture) async throws -> Void) async throws {
    try await Turns.take()
    defer { Turns.giveBack() }
    let fixture = try JobrunFixture()
    defer { fixture.cleanUp() }
    try await body(fixture)
  }

  private init() throws {
    directory = "/tmp/jobrun-e2e-\(UUID().uuidString.prefix(13).lowercased())"
    spool = directory + "/spool"
    try FileManager.default.createDirectory(
      atPath: directory + "/home", withIntermediateDirectories: true)
    let (directory, spool) = (directory, spool)
    addCleanUp {
      endAll(workingOn: spool)
      try? FileManager.default.removeItem(atPath: directory)
    }
  }

  /// Adds something to be done at the end, before what was added earlier.
  func addCleanUp(_ body: @escaping @Sendable () -> Void) {
    cleanUps.withLock { $0.append(body) }
  }

  private func cleanUp() {
    while let next = cleanUps.withLock({ $0.popLast() }) { next() }
  }

  /// A path in the scratch folder.
  func path(_ name: String) -> String { "\(directory)/\(name)" }

  /// Writes a file of the scratch folder; `name` may lie in the spool.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    let file = URL(filePath: path(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  /// Reads a file of the scratch folder; empty if it is not there.
  func read(_ name: String) -> String {
    (try? String(decoding: Data(contentsOf: URL(filePath: path(name))), as: UTF8.self)) ?? ""
  }

  /// Lines of a file of the scratch folder.
  func lines(_ name: String) -> [String] {
    read(name).split(separator: "\n").map(String.init)
  }

  /// Names in a folder of the spool, in order.
  func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(spool)/\(folder)")) ?? []).sorted()
  }

  // MARK: Running the binary

  /// Starts `jobrun`, or another program, and returns at once.
  func start(
    _ arguments: [String], input: String = "", environment: [String: String] = [:],
    in folder: String? = nil, program: String = JobrunFixture.binary
  ) throws -> RunningProcess {
    try launch(program, arguments, input: input, environment: environment, in: folder)
  }

  /// Runs `jobrun` to its end.
  @discardableResult
  func jobrun(
    _ arguments: String..., input: String = "", environment: [String: String] = [:],
    in folder: String? = nil
  ) async throws -> FinishedProcess {
    try await start(arguments, input: input, environment: environment, in: folder).finished()
  }

  /// Runs a line of shell in which `$JOBRUN` is the binary.
  func shell(_ line: String) async throws -> FinishedProcess {
    try await startShell(line).finished()
  }

  /// Starts a line of shell in which `$JOBRUN` is the binary.
  func startShell(_ line: String) throws -> RunningProcess {
    try launch(
      "/bin/sh", ["-c", line], input: "", environment: ["JOBRUN": JobrunFixture.binary], in: nil)
  }

  /// Starts another program, found in the PATH, and returns at once.
  func program(_ name: String, _ arguments: [String]) throws -> RunningProcess {
    try launch(name, arguments, input: "", environment: [:], in: nil)
  }

  private func launch(
    _ program: String, _ arguments: [String], input: String, environment: [String: String],
    in folder: String?
  ) throws -> RunningProcess {
    let number = counter.withLock { count in
      count += 1
      return count
    }
    let process = try RunningProcess(
      program, arguments, input: Data(input.utf8),
      environment: [
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": path("home"), "LANG": "C.UTF-8",
        "USER": "tester", "TZ": "UTC", "JOBRUN_SPOOL": spool,
      ].merging(environment) { _, own in own },
      folder: folder ?? directory, files: path("process-\(number)"))
    addCleanUp { process.dispose() }
    return process
  }

  /// Submits one job and returns its id.
  func submit(
    _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let done = try await start(["submit"] + arguments).finished()
    try #require(done.code == 0, "\(done.err)", sourceLocation: sourceLocation)
    return done.out.trimmingCharacters(in: .newlines)
  }

  /// Starts a daemon and waits until it is ready.
  func daemon(
    _ arguments: String..., environment: [String: String] = [:]
  ) async throws -> RunningProcess {
    let daemon = try start(["daemon"] + arguments, environment: environment)
    try await eventually { daemon.err.contains("ready\n") }
    return daemon
  }

  /// Lets a daemon do all there is to do, and what comes due within a time.
  @discardableResult
  func work(_ arguments: String..., within span: String = "1s") async throws -> FinishedProcess {
    try await start(["daemon", "--until-idle=\(span)"] + arguments).finished()
  }

  // MARK: Looking at jobs

  /// What `status ID --json` says.
  func status(
    _ id: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> JobStatus {
    let done = try await jobrun("status", id, "--json")
    try #require(done.code == 0, "\(done.err)", sourceLocation: sourceLocation)
    return try JobStatus(done.out)
  }

  /// Waits until a job is in a phase.
  @discardableResult
  func status(
    _ id: String, reaches phase: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> JobStatus {
    var last: JobStatus?
    try await eventually("\(id) is \(phase)", sourceLocation: sourceLocation) {
      last = try await status(id, sourceLocation: sourceLocation)
      return last?.phase == phase
    }
    return try #require(last)
  }
}

/// How many tests may be at work at the same time: all at once would starve each other, and what
/// is late by seconds on a busy machine is no defect.
private enum Turns {
  private static let limit = 8
  private static let taken = Mutex(0)

  static func take() async throws {
    while true {
      let isMine = taken.withLock { count in
        if count == limit { return false }
        count += 1
        return true
      }
      if isMine { return }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  static func giveBack() { taken.withLock { $0 -= 1 } }
}

/// Waits until a condition holds; throws when the deadline has passed.
func eventually(
  _ what: String = "the condition", within seconds: Double = 30,
  sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while true {
    if try await condition() { return }
    if ContinuousClock.now > deadline {
      throw TestFailure("not in \(seconds) s: \(what) (\(sourceLocation))")
    }
    try await Task.sleep(for: .milliseconds(10))
  }
}

/// A test cannot go on.
struct TestFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// The public part of a job's state.
struct JobStatus {
  let members: [String: Any]

  init(_ json: String) throws {
    members = try #require(
      JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  }

  var phase: String { text("phase") }
  var runs: Int { number("runs") ?? 0 }
  var message: String { text("message") }
  var outputs: [String: String] { members["outputs"] as? [String: String] ?? [:] }
  var lastOutcome: [String: Any] { members["lastOutcome"] as? [String: Any] ?? [:] }
  var kind: String { lastOutcome["kind"] as? String ?? "none" }
  var code: Int? { lastOutcome["code"] as? Int }
  var reason: String { lastOutcome["reason"] as? String ?? "" }
  var history: [[String: Any]] { members["history"] as? [[String: Any]] ?? [] }
  var decisions: [String] {
    (members["decisions"] as? [[String: Any]] ?? []).map { $0["reason"] as? String ?? "" }
  }

  func text(_ key: String) -> String { members[key] as? String ?? "" }
  func number(_ key: String) -> Int? { members[key] as? Int }
}
