// A small file system in memory for one test, with the test's spool on it.

import Foundation
import Glibc
import Testing

/// A tmpfs in a mount namespace of its own, which goes with the process that holds it; from
/// outside it is reached through that process's root.
struct SmallDisk {
  let fixture: JobrunFixture
  /// Its root.
  let path: String
  var spool: String { path + "/spool" }
  var environment: [String: String] { ["JOBRUN_SPOOL": spool] }

  /// Whether this user may have one here.
  static let isPossible =
    system("unshare -rm mount -t tmpfs tmpfs /mnt 2>/dev/null >/dev/null") == 0

  /// - Parameter options: of the mount, such as `size=256k` or `nr_inodes=60`.
  init(_ fixture: JobrunFixture, _ options: String) async throws {
    self.fixture = fixture
    let place = fixture.path("disk")
    let holder = try fixture.program(
      "unshare",
      [
        "-rm", "sh", "-c",
        "mkdir \(place); mount -t tmpfs -o \(options) tmpfs \(place) && echo up; exec sleep 600",
      ])
    try await eventually("the file system is there") { holder.out == "up\n" }
    path = "/proc/\(holder.pid)/root\(place)"
    #expect(mkdir(spool, 0o700) == 0)
  }

  func jobrun(_ arguments: String..., input: String = "") async throws -> FinishedProcess {
    try await fixture.start(arguments, input: input, environment: environment).finished()
  }

  /// Writes until nothing more can be written, but for so many bytes.
  func fill(leaving rest: Int = 0) {
    let file = open(path + "/fill", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    let block = [UInt8](repeating: 1, count: 4096)
    while write(file, block, block.count) > 0 {}
    if rest > 0 { ftruncate(file, lseek(file, 0, SEEK_END) - off_t(rest)) }
    close(file)
  }

  func free() { unlink(path + "/fill") }

  func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(spool)/\(folder)")) ?? []).sorted()
  }

  /// Sees that nothing in the spool is damaged or lies about.
  func expectSound(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let check = try await jobrun("fsck")
    #expect(check.out == "" && check.code == 0, "\(check.err)", sourceLocation: sourceLocation)
    #expect(names("tmp").isEmpty, sourceLocation: sourceLocation)
    #expect(names("corrupt").isEmpty, sourceLocation: sourceLocation)
  }
}
