// The power fails while runs are under way: an image of a file system is taken as it is at one
// instant, all processes are killed, and the next daemon finds what the image has.

import Foundation
import Glibc
import Testing

/// A file system in a file, with the spool of a test on it. It takes root, and its programs.
struct PowerCut {
  /// File systems that man/jobrun-spool.7 names.
  enum Kind: String, CaseIterable, Sendable {
    case ext4 = "mkfs.ext4 -qF"
    case ext4WithoutJournal = "mkfs.ext4 -qFO ^has_journal"
    case xfs = "mkfs.xfs -qf"
    case btrfs = "mkfs.btrfs -qf"

    var isThere: Bool {
      geteuid() == 0
        && system(
          "PATH=$PATH:/usr/sbin:/sbin; "
            + "command -v \(rawValue.prefix { $0 != " " }) losetup >/dev/null 2>&1") == 0
    }

    /// The smallest that it can be.
    fileprivate var size: String { self == .ext4 || self == .ext4WithoutJournal ? "64M" : "320M" }
  }

  private let fixture: JobrunFixture
  private let kind: Kind
  /// In memory, so that it is copied in a moment.
  private let image = "/dev/shm/jobrun-power-\(UUID().uuidString.prefix(13))"

  init(_ fixture: JobrunFixture, _ kind: Kind) async throws {
    self.fixture = fixture
    self.kind = kind
    let (image, unmount) = (image, unmount)
    fixture.addCleanUp { _ = system("\(unmount); rm -f \(image) \(image).cut") }
    try await shell("truncate -s \(kind.size) \(image) && \(kind.rawValue) \(image)")
    try await mount()
  }

  private func shell(_ line: String) async throws {
    let done = try await fixture.shell("PATH=$PATH:/usr/sbin:/sbin; \(line)")
    try #require(done.code == 0, "\(line): \(done.err)")
  }

  private var unmount: String {
    [fixture.spool, fixture.path("disk")].map { "(! mountpoint -q \($0) || umount \($0))" }
      .joined(separator: " && ")
  }

  private func mount() async throws {
    let disk = fixture.path("disk")
    try await shell(
      "mkdir -p \(disk) \(fixture.spool) && mount -o loop \(image) \(disk) && mkdir -p \(disk)/spool "
        + "&& mount --bind \(disk)/spool \(fixture.spool)")
  }

  /// Processes that work on the spool.
  private var atWork: [Int32] { processes(namedWith: fixture.spool) }

  /// What is on the disk at this instant is all that is left.
  func strike() async throws {
    // Stopped first, so that nothing goes on while the image is copied; then there is no way on.
    try await eventually("all have stopped") {
      let all = atWork
      for pid in all { _ = kill(pid, SIGSTOP) }
      return all == atWork && all.allSatisfy { "TtZX".contains(processFields(of: $0).state) }
    }
    try await shell("cp --sparse=always \(image) \(image).cut")
    try await eventually("all are gone") {
      for pid in atWork { _ = kill(pid, SIGKILL) }
      return atWork.allSatisfy { processFields(of: $0).state == "Z" }
    }
    try await eventually("nothing holds the disk") {
      try await fixture.shell(unmount).code == 0
    }
    try await shell("mv \(image).cut \(image)")
    // As the machine does when it is there again. Codes below 4: it has mended something.
    if kind == .ext4WithoutJournal {
      try await shell("e2fsck -fy \(image) || test $? -lt 4")
    }
    try await mount()
  }
}
