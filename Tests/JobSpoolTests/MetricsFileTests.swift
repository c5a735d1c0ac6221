// metrics.json: written whole, read back, and told when it cannot be understood.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct MetricsFileTests {
  let fixture: SpoolFixture
  init() throws { fixture = try SpoolFixture() }

  private var file: String { "\(fixture.path)/metrics.json" }

  private func damage() -> String? {
    do throws(SpoolError) {
      _ = try fixture.spool.metrics()
    } catch {
      if case .damaged(_, let reason) = error { return reason }
    }
    return nil
  }

  @Test func readsBackWhatWasWritten() throws {
    #expect(try fixture.spool.metrics() == nil)
    var metrics = DaemonMetrics(since: .now)
    for turn: Int64 in 1...3 {
      metrics.countTurn(microseconds: turn)
      try fixture.spool.write(metrics)
      #expect(try fixture.again().metrics() == metrics)
    }
    #expect(try fixture.names("tmp").isEmpty)
    #expect(FileStatus(path: file)?.permissions == 0o600)
  }

  @Test func saysWhatIsWrongAndKeepsIt() throws {
    try fixture.put("{\"retries\":", as: "metrics.json", in: ".")
    #expect(damage()?.hasPrefix("line 1, column 12") == true)
    let finding = try #require(try fixture.spool.check(at: .now).first)
    guard case .badMetrics = finding else { throw Unexpected("\(finding)") }
    try fixture.spool.repair(finding, zones: fixture.zones, at: .now)
    #expect(try fixture.names("corrupt") == ["metrics.json", "metrics.json.why"])
    #expect(try fixture.spool.check(at: .now).isEmpty)
  }

  @Test(arguments: ["fifo", "directory", "link", "huge"])
  func isNotTakenInByWhatIsNoFile(kind: String) throws {
    switch kind {
    case "fifo": mkfifo(file, 0o600)
    case "directory": mkdir(file, 0o700)
    case "link": symlink("/etc/passwd", file)
    default:
      try fixture.put("{", as: "metrics.json", in: ".")
      truncate(file, 1 << 30)
    }
    #expect(damage() != nil)
    try fixture.spool.quarantineMetrics(because: "test")
    #expect(try fixture.spool.metrics() == nil)
  }

  @Test func aWriteThatFailsLeavesNothing() throws {
    mkdir(file, 0o700)
    #expect(throws: SystemError.self) { try fixture.spool.write(DaemonMetrics()) }
    #expect(try fixture.names("tmp").isEmpty)
  }

  @Test func countsJobsAsTheyStand() throws {
    try fixture.submit(id: "waits")
    try fixture.submit(id: "gone")
    try fixture.cancel("gone")
    let run = try fixture.launched("runs")
    let counts = try fixture.spool.countJobs(zones: fixture.zones, at: .now)
    #expect(counts.phases == [.waiting: 1, .cancelled: 1, .starting: 1])
    #expect(counts.unreadable == 0)
    _ = consume run
    try fixture.put("{", as: "bad.json", in: "jobs")
    try fixture.put("{", as: "worse.json", in: "done")
    let later = try fixture.spool.countJobs(zones: fixture.zones, at: .now)
    #expect(later.phases == counts.phases && later.unreadable == 2)
  }
}
