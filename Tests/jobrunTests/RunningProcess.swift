// A process of a test, its output in files: a pipe would be inherited by whatever the process
// leaves behind, and its end would not come.

import Foundation
import Glibc
import Testing

/// What a process has left.
struct FinishedProcess {
  let out: String
  let err: String
  /// Exit code; 128 + n for signal n.
  let code: Int32

  /// Lines of standard output.
  var lines: [String] { out.split(separator: "\n").map(String.init) }
}

/// A process that was started.
final class RunningProcess: @unchecked Sendable {
  private let process = Process()
  private let files: String
  let pid: Int32

  init(
    _ program: String, _ arguments: [String], input: Data, environment: [String: String],
    folder: String, files: String
  ) throws {
    self.files = files
    for (name, data) in [("in", input), ("out", Data()), ("err", Data())] {
      try data.write(to: URL(filePath: "\(files).\(name)"))
    }
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = URL(filePath: folder)
    process.standardInput = try FileHandle(forReadingFrom: URL(filePath: files + ".in"))
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: files + ".out"))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: files + ".err"))
    try process.run()
    pid = process.processIdentifier
  }

  var isRunning: Bool { process.isRunning }
  /// What it has written so far.
  var out: String { text("out") }
  var err: String { text("err") }

  private func text(_ name: String) -> String {
    let data = (try? Data(contentsOf: URL(filePath: "\(files).\(name)"))) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }

  /// Sends a signal, unless the process has ended.
  func kill(_ signal: Int32) {
    if process.isRunning { _ = Glibc.kill(pid, signal) }
  }

  /// Waits for its end.
  func finished(within seconds: Double = 60) async throws -> FinishedProcess {
    try await eventually("process \(pid) has ended; it said: \(err)", within: seconds) {
      !process.isRunning
    }
    let isSignal = process.terminationReason == .uncaughtSignal
    return FinishedProcess(
      out: out, err: err, code: process.terminationStatus + (isSignal ? 128 : 0))
  }

  /// Ends it with a signal, and waits until it is gone.
  @discardableResult
  func end(_ signal: Int32 = SIGTERM) async throws -> FinishedProcess {
    kill(signal)
    return try await finished()
  }
}

/// Process numbers of this machine.
func allProcesses() -> [Int32] {
  ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
}

/// One of the NUL-separated files of a process.
private func words(_ file: String, of pid: Int32) -> [String] {
  guard let data = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/\(file)")) else { return [] }
  return data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
}

/// Supervisors of a spool.
func supervisors(of spool: String) -> [Int32] {
  allProcesses().filter { pid in
    let words = words("cmdline", of: pid)
    return words.count > 2 && words[1] == "supervise" && words[2] == spool
  }
}

/// Commands of a spool's jobs and what they have started.
func commands(of spool: String) -> [Int32] {
  allProcesses().filter { pid in
    let words = words("environ", of: pid)
    return words.contains("JOBRUN_SPOOL=\(spool)")
      && words.contains { $0.hasPrefix("JOBRUN_RUN_TOKEN=") }
  }
}

/// Ends supervisors and commands of a spool, whose path no other test has.
func endAll(workingOn spool: String) {
  for _ in 0..<100 {
    let left = supervisors(of: spool) + commands(of: spool)
    if left.isEmpty { return }
    for pid in left { _ = kill(pid, SIGKILL) }
    usleep(5000)
  }
}
