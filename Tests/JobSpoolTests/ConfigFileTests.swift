// config.json: read, changed by several at once, and never written over where it is not understood.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct ConfigFileTests {
  let fixture: SpoolFixture
  init() throws { fixture = try SpoolFixture() }

  private var file: String { "\(fixture.path)/config.json" }

  private func refusal() -> String? {
    do throws(SpoolError) {
      _ = try fixture.spool.config()
    } catch {
      if case .refused(_, let reason) = error { return reason }
    }
    return nil
  }

  @Test func setsNothingUntilSomebodyHasWrittenIt() throws {
    #expect(try fixture.spool.config() == SpoolConfig())
    #expect(FileStatus(path: file) == nil)
  }

  @Test func keepsWhatItIsNotAskedToChange() throws {
    try fixture.put(#"{"queues":{"a":{"slots":3}},"pools":{"gpu":2}}"#, as: "config.json", in: ".")
    try fixture.spool.changeConfig { $0.queues["b", default: .init()].isPaused = true }
    let config = try fixture.again().config()
    #expect(config.queues == ["a": .init(slots: 3), "b": .init(isPaused: true)])
    #expect(config.pools == ["gpu": 2])
    #expect(try fixture.names("tmp").isEmpty)
  }

  @Test func isNotWrittenIfNothingChanges() throws {
    try fixture.spool.changeConfig { $0.queues["a"] = .init(slots: 3) }
    let before = try #require(FileStatus(path: file))
    try fixture.spool.changeConfig { $0.queues["a"] = .init(slots: 3) }
    #expect(FileStatus(path: file) == before)
  }

  @Test func isNotWrittenOverIfItCannotBeUnderstood() throws {
    try fixture.put("{\"queues\": [}", as: "config.json", in: ".")
    #expect(refusal()?.hasPrefix("line 1, column 13") == true)
    #expect(throws: SpoolError.self) { try fixture.spool.changeConfig { $0.pools["a"] = 1 } }
    let finding = try #require(try fixture.spool.check(at: .now).first)
    guard case .badConfig = finding else { throw Unexpected("\(finding)") }
    #expect(!finding.isRepairable)
  }

  @Test(arguments: ["fifo", "directory", "link", "huge"])
  func isNotTakenInByWhatIsNoFile(kind: String) throws {
    switch kind {
    case "fifo": mkfifo(file, 0o600)
    case "directory": mkdir(file, 0o700)
    case "link": symlink("/etc/passwd", file)
    default:
      try fixture.put("{", as: "config.json", in: ".")
      truncate(file, 1 << 30)
    }
    #expect(refusal() != nil)
  }
}
