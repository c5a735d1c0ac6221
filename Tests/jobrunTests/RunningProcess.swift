// A process of a test, its output in files: a pipe would be inherited by whatever the process
// leaves behind, and its end would not come.

import Foundation
import Glibc
import Synchronization
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

/// A process that was started. By posix_spawn, not by Foundation's `Process`, which looks for
/// open descriptors in a buffer of fixed size and crashes when tests hold many.
final class RunningProcess: Sendable {
  let pid: Int32
  private let files: String
  /// The status of wait(2), once it has been reaped.
  private let status = Mutex<Int32?>(nil)

  init(
    _ program: String, _ arguments: [String], input: Data, environment: [String: String],
    folder: String, files: String
  ) throws {
    self.files = files
    try input.write(to: URL(filePath: files + ".in"))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, files + ".in", O_RDONLY, 0)
    for (number, name) in [(Int32(1), ".out"), (2, ".err")] {
      posix_spawn_file_actions_addopen(
        &actions, number, files + name, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own and no signal blocked, whatever thread of the test runner this is.
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)

    // The calls that change the folder between fork and exec are not imported.
    let changer = "/usr/bin/env"
    let words = ([changer, "-C", folder, program] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + variables { free(word) } }
    var pid: Int32 = 0
    let code = posix_spawn(&pid, changer, &actions, &attributes, words, variables)
    if code != 0 { throw TestFailure("posix_spawn \(program): \(String(cString: strerror(code)))") }
    self.pid = pid
  }

  var isRunning: Bool {
    status.withLock { status in
      if status != nil { return false }
      var word: Int32 = 0
      if waitpid(pid, &word, WNOHANG) == pid { status = word }
      return status == nil
    }
  }

  /// What it has written so far.
  var out: String { text(".out") }
  var err: String { text(".err") }

  private func text(_ suffix: String) -> String {
    let data = (try? Data(contentsOf: URL(filePath: files + suffix))) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }

  /// Sends a signal, unless the process has ended.
  func kill(_ signal: Int32) {
    if isRunning { _ = Glibc.kill(pid, signal) }
  }

  /// Waits for its end.
  func finished(within seconds: Double = 60) async throws -> FinishedProcess {
    try await eventually("process \(pid) has ended; it said: \(err)", within: seconds) {
      !isRunning
    }
    let word = status.withLock { $0 ?? 0 }
    let signal = word & 0x7f
    return FinishedProcess(
      out: out, err: err, code: signal == 0 ? (word >> 8) & 0xff : 128 + signal)
  }

  /// Ends it with a signal, and waits until it is gone.
  @discardableResult
  func end(_ signal: Int32 = SIGTERM) async throws -> FinishedProcess {
    kill(signal)
    return try await finished()
  }

  /// Ends it at once, if it has not ended.
  func dispose() {
    while isRunning {
      kill(SIGKILL)
      usleep(1000)
    }
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

/// Supervisors of a spool, without the children that they hold back before exec: those have the
/// same arguments.
func supervisors(of spool: String) -> [Int32] {
  let found = allProcesses().filter { pid in
    let words = words("cmdline", of: pid)
    return words.count > 2 && words[1] == "supervise" && words[2] == spool
  }
  return found.filter { pid in !found.contains { $0 == processFields(of: pid).parent } }
}

/// State letter and parent of a process; an empty state if there is none.
func processFields(of pid: Int32) -> (state: Substring, parent: Int32) {
  let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
  let fields = (text.split(separator: ")").last ?? "").split(separator: " ")
  return fields.count > 1 ? (fields[0], Int32(fields[1]) ?? 0) : ("", 0)
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

/// Processes that a spool stands in the arguments or the environment of.
func processes(namedWith spool: String) -> [Int32] {
  allProcesses().filter { pid in
    ["cmdline", "environ"].contains { words($0, of: pid).contains { $0.hasSuffix(spool) } }
  }
}
