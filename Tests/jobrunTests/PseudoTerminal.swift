// A terminal for the binary: what it writes is put on a screen as a terminal would do it, as far as
// this program makes use of one.

import Foundation
import Glibc
import Synchronization
import Testing

/// A program at a terminal of its own.
final class PseudoTerminal: Sendable {
  let pid: Int32
  /// The path of the terminal.
  let path: String
  private let master: Int32
  private let written = Mutex<[UInt8]>([])
  private let status = Mutex<Int32?>(nil)
  private let columns: Mutex<Int>

  /// Starts the binary, or another program, at a terminal of some size.
  init(
    _ spool: JobrunFixture, _ arguments: [String], columns: Int = 80, rows: Int = 24,
    environment: [String: String] = [:], program: String = JobrunFixture.binary
  ) throws {
    self.columns = Mutex(columns)
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(try master >= 0 && call("grantpt", master) == 0 && call("unlockpt", master) == 0)
    path = try name(of: master)
    _ = fcntl(master, F_SETFD, FD_CLOEXEC)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for number in Int32(0)...2 {
      posix_spawn_file_actions_addopen(&actions, number, path, O_RDWR, 0)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The first terminal that the leader of a session opens is the one that signals come from.
    posix_spawnattr_setflags(
      &attributes,
      Int16(newSession | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let line = "stty cols \(columns) rows \(rows); exec \"$@\""
    let words = ["/bin/sh", "-c", line, "sh", program] + arguments
    let variables = [
      "PATH": "/usr/bin:/bin", "HOME": spool.path("home"), "LANG": "C.UTF-8", "TERM": "xterm",
      "TZ": "UTC", "JOBRUN_SPOOL": spool.spool,
    ].merging(environment) { _, own in own }
    let argv = words.map { strdup($0) } + [nil]
    let envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in argv + envp { free(word) } }
    var pid: Int32 = 0
    try #require(posix_spawn(&pid, "/bin/sh", &actions, &attributes, argv, envp) == 0)
    self.pid = pid
    Thread.detachNewThread { [self] in readAll() }
    spool.addCleanUp { [self] in dispose() }
  }

  private func readAll() {
    var buffer = [UInt8](repeating: 0, count: 65536)
    // It fails when the other end is closed for good.
    while true {
      let count = read(master, &buffer, buffer.count)
      if count <= 0 { return }
      let bytes = buffer[..<count]
      written.withLock { $0 += bytes }
    }
  }

  /// All that was written, as it is.
  var output: String { String(decoding: written.withLock { $0 }, as: UTF8.self) }

  /// What is on the screen now, without empty lines at its end.
  var screen: [String] { Screen(columns: columns.withLock { $0 }).showing(output) }

  /// Types.
  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(master, bytes, bytes.count)
  }

  /// Gives the terminal another size, which its program is told of.
  func resize(columns: Int, rows: Int, _ spool: JobrunFixture) async throws {
    self.columns.withLock { $0 = columns }
    let words = ["-F", path, "cols", "\(columns)", "rows", "\(rows)"]
    _ = try await spool.program("stty", words).finished()
  }

  func kill(_ signal: Int32) {
    if isRunning { _ = Glibc.kill(pid, signal) }
  }

  var isRunning: Bool {
    status.withLock { status in
      if status != nil { return false }
      var word: Int32 = 0
      if waitpid(pid, &word, WNOHANG) == pid { status = word }
      return status == nil
    }
  }

  /// Waits for its end, and returns its exit code: 128 + n for signal n.
  func finished() async throws -> Int32 {
    try await eventually("the program has ended; it wrote: \(output)") { !isRunning }
    let word = status.withLock { $0 ?? 0 }
    return word & 0x7f == 0 ? (word >> 8) & 0xff : 128 + (word & 0x7f)
  }

  private func dispose() {
    while isRunning {
      kill(SIGKILL)
      usleep(1000)
    }
    close(master)
  }
}

/// POSIX_SPAWN_SETSID. It and the calls below are behind _GNU_SOURCE, which Swift's importer does
/// not define.
private let newSession: Int32 = 0x80

private func call(_ function: String, _ descriptor: Int32) throws -> Int32 {
  let address = try #require(dlsym(nil, function))
  return unsafeBitCast(address, to: (@convention(c) (Int32) -> Int32).self)(descriptor)
}

private func name(of master: Int32) throws -> String {
  let address = try #require(dlsym(nil, "ptsname"))
  let function = unsafeBitCast(
    address, to: (@convention(c) (Int32) -> UnsafeMutablePointer<CChar>?).self)
  // It has one buffer for all.
  return try names.withLock { _ in String(cString: try #require(function(master))) }
}

private let names = Mutex(())

/// The screen of a terminal: lines of any number, and the few sequences that the program uses.
struct Screen {
  let columns: Int

  func showing(_ output: String) -> [String] {
    var lines: [[Character]] = [[]]
    var (row, column) = (0, 0)
    func put(_ character: Character) {
      if column == columns { (row, column) = (row + 1, 0) }
      while lines.count <= row { lines.append([]) }
      while lines[row].count <= column { lines[row].append(" ") }
      lines[row][column] = character
      column += 1
    }
    var rest = Array(output)[...]
    while let next = rest.popFirst() {
      switch next {
      case "\r\n": (row, column) = (row + 1, 0)
      case "\n": row += 1
      case "\r": column = 0
      case "\u{1B}" where rest.first == "[":
        rest.removeFirst()
        var text = ""
        while let digit = rest.first, !digit.isLetter {
          text.append(digit)
          rest.removeFirst()
        }
        while lines.count <= row { lines.append([]) }
        switch rest.popFirst() {
        case "A": row = max(0, row - (Int(text) ?? 1))
        case "K": lines[row] = Array(lines[row].prefix(column))
        case "J":
          lines[row] = Array(lines[row].prefix(column))
          lines.removeLast(lines.count - row - 1)
        case "m", "l", "h": break
        case let other: Issue.record("unknown sequence \(text)\(other ?? "?")")
        }
      default: put(next)
      }
    }
    let texts = lines.map { line in
      String(String(line).reversed().drop { $0 == " " }.reversed())
    }
    return Array(texts.reversed().drop { $0.isEmpty }.reversed())
  }
}
