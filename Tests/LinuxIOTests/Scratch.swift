// What these tests share: a directory of their own, and waiting with a deadline.

import Glibc
import LinuxIO
import Testing

/// A fresh directory, removed with all that is in it when the test is over.
final class Scratch: Sendable {
  let path: String
  let directory: Directory

  init() throws {
    let random = try Randomness.bytes(8).map { String($0, radix: 16) }.joined()
    let name = "jobrun-linuxio-\(CurrentProcess.pid)-\(random)"
    try Directory(path: "/tmp").makeDirectory(name)
    path = "/tmp/\(name)"
    directory = try Directory(path: path)
  }

  deinit {
    guard let name = path.split(separator: "/").last else { return }
    _ = try? Directory(path: "/tmp").removeTree(String(name))
  }

  func put(_ text: String, as name: String) throws {
    let file = try directory.open(name, .updateOrCreate)
    try file.truncate(to: 0)
    try file.write(Array(text.utf8), at: 0)
  }

  func text(_ name: String) throws -> String {
    let bytes = try directory.open(name, .read).contents(limit: 1 << 20)
    return String(decoding: try #require(bytes), as: UTF8.self)
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
    pause(milliseconds: 2)
  }
}

/// The typed error that a call throws; nil if it throws none.
func failure(_ body: () throws -> Void) -> SystemError? {
  do { try body() } catch { return error as? SystemError }
  return nil
}
