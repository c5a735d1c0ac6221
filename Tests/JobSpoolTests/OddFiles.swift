// Things that can stand where a file should: by accident, by a restore, or to do harm.

import Glibc
import JobCore
import LinuxIO
import Testing

/// One kind of thing that is no plain readable file of ours.
enum OddFile: String, CaseIterable, Sendable {
  case link, linkToNothing, fifo, socket, directory, huge, empty, noJSON, foreign

  /// Kinds that can be made here: an owner can only be changed by root.
  static let possible = allCases.filter { $0 != .foreign || geteuid() == 0 }

  /// Makes one.
  func make(_ path: String) {
    switch self {
    case .link: symlink("/etc/passwd", path)
    case .linkToNothing: symlink("/nonexistent", path)
    case .fifo: mkfifo(path, 0o600)
    case .socket:
      // The kernel makes one by mknod as well as by bind, which takes shorter paths only.
      mknod(path, mode_t(0o140_600), 0)
    case .directory: mkdir(path, 0o700)
    case .huge:
      write("{", path)
      truncate(path, 1 << 40)
    case .empty: write("", path)
    case .noJSON: write("{\"id\":", path)
    case .foreign:
      write("{\"command\":[\"true\"]}", path)
      chown(path, 12345, 12345)
    }
    // Long finished, by all that can be told: nobody waits for a writer.
    setTimes(of: path, to: 1_700_000_000)
  }

  private func write(_ text: String, _ path: String) {
    let file = creat(path, 0o600)
    _ = text.withCString { Glibc.write(file, $0, strlen($0)) }
    close(file)
  }
}
