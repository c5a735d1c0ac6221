// What daemon, supervisor and command leave of one attempt, and who may start it.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct RunDirectoryTests {
  let fixture: SpoolFixture
  let run: RunDirectory
  var spool: Spool { fixture.spool }

  init() throws {
    fixture = try SpoolFixture()
    run = try fixture.launched("a")
  }

  private var attempt: Attempt { Attempt(run: 1, scheduledAt: .now, origin: .schedule) }
  private var record: ExitRecord {
    record(of: "a")
  }

  private func record(of job: String?, attempt number: Int = 1) -> ExitRecord {
    var attempt = attempt
    attempt.attempt = number
    var record = ExitRecord(
      Outcome(.exited(code: 3), of: attempt, startedAt: .now, endedAt: .now))
    record.job = job
    return record
  }

  private func canStart() throws -> Bool {
    guard let seat = try SupervisorSeat.take(in: spool, job: "a", attemptName: "1.1") else {
      return false
    }
    _ = consume seat
    return true
  }

  private func seat() throws -> SupervisorSeat {
    guard let seat = try SupervisorSeat.take(in: spool, job: "a", attemptName: "1.1") else {
      throw Unexpected("no seat")
    }
    return seat
  }

  private func put(_ text: String, _ name: String) throws {
    let file = try run.directory.open(name, .updateOrCreate)
    try file.truncate(to: 0)
    try file.write(Array(text.utf8), at: 0)
  }

  @Test func `a prepared attempt has its plan and a free lock`() throws {
    #expect(try run.plan()?.job == "a")
    #expect(try run.observe(boot: "b") == RunObservation())
    #expect(try run.directory.status(of: "lock")?.permissions == 0o600)
    #expect(try spool.runNames("a") == ["1.1"])
    // Once more, as for a second launch.
    _ = try fixture.prepare(try #require(try fixture.state("a")))
    #expect(try canStart())
  }

  @Test func `each stage is observed`() throws {
    let seat = try seat()
    #expect(try run.observe(boot: "b").isLocked)
    #expect(try run.supervisor() == .current)
    let start = StartRecord(pid: 7, boot: "b", startedAt: Instant(milliseconds: 1000))
    try seat.recordStart(start)
    let seen = try run.observe(boot: "b")
    #expect(seen.isStarted && seen.isSameBoot && seen.startedAt == start.startedAt)
    #expect(try !run.observe(boot: "other").isSameBoot)
    try seat.recordEnd(record, again: false)
    _ = consume seat
    let after = try run.observe(boot: "b")
    #expect(!after.isLocked && after.exit != .missing)
    #expect(try run.directory.status(of: "exit.new") == nil)
  }

  @Test func `records that cannot be read are told as such`() throws {
    try put("{", "exit.json")
    guard case .unreadable = try run.observe(boot: "b").exit else { throw Unexpected("read") }
  }

  @Test(arguments: [0, 300])
  func `a start that a power cut has left no bytes of is a start, at its file's date`(
    zeros: Int
  ) throws {
    try put(String(repeating: "\0", count: zeros), "started.json")
    let seen = try run.observe(boot: "b")
    #expect(seen.isStarted && !seen.isSameBoot)
    let date = try #require(try run.directory.status(of: "started.json")).modified
    #expect(seen.startedAt == Instant(milliseconds: date))
    #expect(try !canStart())
    let verdict = RunVerdict(seen, attempt: attempt, cancelRequest: nil)
    #expect(verdict == .lost(reason: "reboot", damagedRecord: false))
  }

  @Test func `a last word that has not got its name counts once its supervisor is gone`() throws {
    let seat = try seat()
    try seat.recordStart(StartRecord(pid: 7, boot: "b", startedAt: .now))
    try put(String(decoding: record.bytes, as: UTF8.self), "exit.new")
    // At work: it has yet to sync what it has written.
    #expect(try run.observe(boot: "b").exit == .missing)
    _ = consume seat
    guard case .record(let found) = try run.observe(boot: "b").exit else {
      throw Unexpected("read")
    }
    #expect(found.outcome.kind == .exited(code: 3))
    // Where no lock is trusted, it may be at work.
    try put("", "claim")
    #expect(try run.observe(boot: "b").exit == .missing)
  }

  /// Without a journal, the name of the reserve may be on disk before its inode.
  @Test func `a last word that is that of another attempt is none`() throws {
    try put("{}", "started.json")
    for record in [record(of: "b"), record(of: "a", attempt: 2), record(of: nil)] {
      try put(String(decoding: record.bytes, as: UTF8.self), "exit.new")
      #expect(try run.observe(boot: "b").exit == .missing, "\(record)")
    }
    // Nobody but a damaged disk puts it where it has its name.
    try put(String(decoding: record(of: "b").bytes, as: UTF8.self), "exit.json")
    #expect(
      try run.observe(boot: "b").exit == .unreadable(reason: "it is that of another attempt"))
    // Those of earlier versions do not say.
    try put(String(decoding: record(of: nil).bytes, as: UTF8.self), "exit.json")
    guard case .record(let found) = try run.observe(boot: "b").exit else {
      throw Unexpected("read")
    }
    #expect(found.job == nil && found.outcome.kind == .exited(code: 3))
  }

  @Test func `a last word that is not whole is none`() throws {
    try put("{}", "started.json")
    let text = String(decoding: record.bytes, as: UTF8.self)
    let zeros = String(repeating: "\0", count: 4096)
    for part in (0..<text.utf8.count).map({ String(text.prefix($0)) }) {
      for torn in [part, part + zeros] {
        try put(torn, "exit.new")
        #expect(try run.observe(boot: "b").exit == .missing, "\(torn)")
      }
    }
    // The reserve was not cut yet.
    try put(text + zeros, "exit.new")
    #expect(try run.observe(boot: "b").exit == .missing)
  }

  @Test(arguments: ["link", "fifo", "directory"])
  func `what a command puts in place of a record is damage, not a failure`(kind: String) throws {
    let path = "\(fixture.path)/runs/a/1.1/exit.json"
    switch kind {
    case "link": #expect(symlink("/etc/passwd", path) == 0)
    case "fifo": #expect(mkfifo(path, 0o600) == 0)
    default: #expect(mkdir(path, 0o700) == 0)
    }
    guard case .unreadable(let reason) = try run.observe(boot: "b").exit else {
      throw Unexpected("read")
    }
    try spool.quarantineExit("a", attempt, because: reason)
    #expect(try fixture.names("corrupt").contains("a-1.1-exit.json.why"))
    #expect(try spool.clearRun("a", directoryName: "1.1", keepLogs: false))
    #expect(try fixture.names("runs").isEmpty)
  }

  @Test func `a damaged record is kept whole, however large`() throws {
    try put("{", "exit.json")
    try run.directory.open("exit.json", .update).truncate(to: 9 << 20)
    try spool.quarantineExit("a", attempt, because: "too large")
    try spool.quarantineExit("a", attempt, because: "too large")
    #expect(try run.directory.status(of: "exit.json") != nil)
    try spool.clearRun("a", directoryName: "1.1", keepLogs: false)
    #expect(try spool.corrupt.status(of: "a-1.1-exit.json")?.size == 9 << 20)
  }

  @Test func `a fenced attempt cannot be started any more`() throws {
    #expect(try run.fence())
    #expect(try !canStart())
    #expect(try run.fence())
  }

  @Test func `an attempt that has begun or ended cannot be started`() throws {
    try put("{}", "started.json")
    #expect(try !canStart())
    try run.directory.remove("started.json")
    #expect(try canStart())
    try put("{}", "exit.json")
    #expect(try !canStart())
  }

  @Test func `a second supervisor leaves, and a fence waits for the first`() throws {
    let holder = try Helper(["hold", fixture.path, "a"])
    #expect(try holder.line() == "holding")
    #expect(try !canStart())
    #expect(try !run.fence())
    #expect(try run.supervisor()?.pid == holder.pid)
    #expect(try run.supervisor()?.isAlive == true)
    #expect(try !spool.clearRun("a", directoryName: "1.1", keepLogs: false))
    #expect(try run.plan() != nil)
    try holder.kill()
    #expect(try run.fence())
    #expect(try !canStart())
  }

  @Test func `without a lock file nobody starts`() throws {
    try run.directory.remove("lock")
    #expect(try !canStart())
    #expect(try run.fence())
    #expect(try run.plan() == nil)
    #expect(try SupervisorSeat.take(in: spool, job: "a", attemptName: "9.9") == nil ? true : false)
  }

  @Test func `supervisors and fences that race: one of them wins`() throws {
    let path = fixture.path
    for _ in 0..<20 {
      let plan = try #require(try fixture.state("a"))
      _ = try fixture.prepare(plan)
      let counts = Counter()
      try inThreads(4) { number in
        let spool = try Spool(path: path)
        if number == 0 {
          if try spool.run("a", directoryName: "1.1")?.fence() == true { counts.add("fenced") }
          return
        }
        guard let seat = try SupervisorSeat.take(in: spool, job: "a", attemptName: "1.1") else {
          return
        }
        try seat.recordStart(StartRecord(pid: 1, boot: "b", startedAt: .now))
        counts.add("started")
      }
      // A fence after a start is fine: the record tells of it. Two starts never are.
      #expect(counts["started"] <= 1)
      #expect(counts["started"] + counts["fenced"] >= 1)
      if try run.observe(boot: "b").isStarted != (counts["started"] == 1) {
        throw Unexpected("start and record differ")
      }
      _ = try? run.directory.remove("started.json")
      _ = try? run.directory.remove("exit.new")
    }
  }

  @Test func `a request to stop comes across, the last one counting`() throws {
    #expect(try run.cancelRequest() == nil)
    try run.request(CancelRequest(at: .now, reason: "a long reason that comes first"))
    try run.request(CancelRequest(at: .now, reason: "short", onlyRun: true))
    #expect(try run.cancelRequest()?.reason == "short")
    #expect(try seat().standingRequest(attempt)?.onlyRun == true)
    try put("{", "cancel.json")
    #expect(try run.cancelRequest() == nil)
  }

  @Test func `a request to a run that is cleared at that moment is no failure`() throws {
    #expect(try spool.clearRun("a", directoryName: "1.1", keepLogs: false))
    try run.request(CancelRequest(at: .now, reason: "late"))
    #expect(try fixture.names("runs").isEmpty)
  }

  @Test func `a request that stands in the state file is seen too`() throws {
    try fixture.cancel("a")
    #expect(try seat().standingRequest(attempt)?.reason == "test")
    #expect(try seat().standingRequest(Attempt(run: 2, scheduledAt: .now, origin: .rerun)) == nil)
  }

  @Test func `clearing leaves what the command wrote, and nothing else`() throws {
    for name in ["started.json", "started.new", "exit.new", "cancel.json", "cancel.new-77"] {
      try put("x", name)
    }
    for name in ["progress", "outputs", "values.json", "stdout"] { try put("x", name) }
    try put("", "stderr")
    try run.directory.makeDirectory("artifacts")
    try Directory("artifacts", in: run.directory).makeDirectory("kept")
    #expect(try spool.clearRun("a", directoryName: "1.1", keepLogs: false))
    #expect(try run.directory.names().sorted() == ["artifacts", "stdout"])
  }

  @Test func `clearing leaves empty logs that somebody may still write to`() throws {
    try put("", "stdout")
    #expect(try spool.clearRun("a", directoryName: "1.1", keepLogs: true))
    #expect(try run.directory.names() == ["stdout"])
  }

  @Test func `clearing a run without output leaves nothing`() throws {
    try put("", "stdout")
    try run.directory.makeDirectory("artifacts")
    #expect(try spool.clearRun("a", directoryName: "1.1", keepLogs: false))
    #expect(try fixture.names("runs").isEmpty)
    #expect(try spool.clearRun("a", directoryName: "1.1", keepLogs: false))
  }

  @Test func `a command that spoils its own directory hinders nobody`() throws {
    try put("", "artifacts")
    for name in ["progress", "outputs", "stderr"] { try run.directory.makeDirectory(name) }
    #expect(try spool.clearRun("a", directoryName: "1.1", keepLogs: false))
    #expect(try !canStart())
  }
}

/// Counts from several threads.
final class Counter: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var counts: [String: Int] = [:]
  init() { pthread_mutex_init(mutex, nil) }
  deinit { mutex.deallocate() }

  func add(_ name: String) {
    pthread_mutex_lock(mutex)
    counts[name, default: 0] += 1
    pthread_mutex_unlock(mutex)
  }

  subscript(name: String) -> Int { counts[name] ?? 0 }
}
