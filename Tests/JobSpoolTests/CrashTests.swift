// Every operation, crashed before each of its calls that change the disk, and with each of
// them failing: afterwards the spool is opened and recovered as the daemon would, and keeps
// its promises.

import Glibc
import JobCore
import LinuxIO
import Testing

@testable import JobSpool

@Suite struct CrashTests {
  /// What happens at the n-th call.
  static let faults = ["kill", "\(ENOSPC)", "\(EIO)"]
  /// No operation has so many calls; a test that gets here would not end.
  private static let most = 200

  /// Performs an operation with a fault at its first call, its second, and so on, until it
  /// runs through; each time on a fresh spool.
  private func atEachCall(
    _ fault: String, _ prepare: (SpoolFixture) throws -> [String],
    check: (SpoolFixture, HelperEnd) throws -> Void
  ) throws {
    var through = 0
    for call in 1...CrashTests.most {
      let fixture = try SpoolFixture()
      let words = try prepare(fixture)
      let end = try Helper([words[0], fixture.path] + words.dropFirst(), fault: "\(fault):\(call)")
        .end()
      do {
        try recover(fixture)
        try check(fixture, end)
        try expectSound(fixture)
      } catch {
        Issue.record("\(words[0]) with \(fault) at call \(call): \(error)")
      }
      // Some failures are passed over, so one success does not yet mean that no call is left.
      through = end.code == 0 ? through + 1 : 0
      if through == (fault == "kill" ? 1 : 10) { return }
    }
    Issue.record("it never ran through")
  }

  /// What a daemon does at its start with what it finds, as far as the spool goes.
  private func recover(_ fixture: SpoolFixture) throws {
    let spool = try fixture.again()
    try spool.prepareNumbers()
    for id in try spool.liveIdentifiers() {
      guard let stored = try spool.job(id, in: .jobs), stored.state.phase.isFinal else { continue }
      guard case .committed = try spool.commit([StateChange(stored, stored.state)])[0] else {
        throw Unexpected("a final phase stays in jobs/")
      }
    }
    let later = Instant.now + TimeSpan.seconds(60)
    for name in try spool.drops() {
      _ = try spool.takeIn(name, context: fixture.context, at: later)
    }
    #expect(try spool.drops().isEmpty)
    for id in try fixture.names("runs") {
      let strangers = try spool.sweepRuns(id)
      #expect(strangers.isEmpty)
    }
    try spool.sweepTemporary(at: .now + TimeSpan.seconds(37 * 3600))
  }

  /// No file is empty, unparsable, doubled or half-done.
  private func expectSound(_ fixture: SpoolFixture) throws {
    let spool = try fixture.again()
    #expect(try fixture.names("tmp").isEmpty)
    #expect(try spool.strangeNames(.jobs).isEmpty)
    let (jobs, done) = (Set(try fixture.names("jobs")), Set(try fixture.names("done")))
    #expect(jobs.isDisjoint(with: done))
    var numbers: [Int] = []
    let damaged = try spool.forEachJob { job in
      numbers.append(job.state.number)
      return true
    }
    #expect(damaged.isEmpty)
    #expect(Set(numbers).count == numbers.count)
    for name in try fixture.names("corrupt") where !name.hasSuffix(".why") {
      #expect(try fixture.text("\(name).why", in: "corrupt")?.isEmpty == false)
    }
    #expect(try fixture.submit().number > (numbers.max() ?? 0))
  }

  private func ids(_ fixture: SpoolFixture) throws -> Set<String> {
    try fixture.again().allIdentifiers()
  }

  private let later = "{\"command\":[\"true\"],\"startDate\":\"2100-01-01T00:00:00Z\"}"

  @Test(arguments: faults) func `opening a new spool`(fault: String) throws {
    for call in 1...CrashTests.most {
      let scratch = try Scratch()
      let path = "\(scratch.path)/a/spool"
      let end = try Helper(["open", path], fault: "\(fault):\(call)").end()
      _ = try Spool(path: path)
      #expect(try Directory(path: path).open("format", .read).contents(limit: 99)?.count == 15)
      if end.code == 0 { return }
    }
  }

  @Test(arguments: faults) func `submitting one`(fault: String) throws {
    try atEachCall(fault) { _ in
      ["submit", later]
    } check: { fixture, end throws in
      let reported: Set<String> = Set(end.lines.filter { !$0.hasPrefix("error") })
      let found = try ids(fixture)
      #expect(found.isSuperset(of: reported))
      #expect(try ids(fixture).count <= 1)
      #expect(end.code != 0 || reported.count == 1)
    }
  }

  @Test(arguments: faults) func `submitting a batch with ids of its own`(fault: String) throws {
    let documents = ["a", "b"].map {
      "{\"id\":\"\($0)\",\"command\":[\"true\"],\"hold\":true}"
    }
    try atEachCall(fault) { _ in
      ["submit"] + documents
    } check: { fixture, end throws in
      let found = try ids(fixture)
      #expect(found.isSuperset(of: end.lines.filter { !$0.hasPrefix("error") }))
      #expect(try ids(fixture).isSubset(of: ["a", "b"]))
    }
  }

  /// So many are synced together, with one call for the whole file system.
  private static let large = 64
  /// Calls before the names of a batch: opening state.lock and writing into it.
  private static let beforeNames = 2
  /// Calls behind them: the sync of jobs/, opening the history and writing it.
  private static let behindNames = 3

  /// All calls of a large batch are too many: its own kinds of call, and others at random.
  @Test(arguments: faults) func `submitting a large batch`(fault: String) throws {
    let documents = (0..<CrashTests.large).map { "{\"id\":\"job-\($0)\",\"command\":[\"true\"]}" }
    func end(_ fixture: SpoolFixture, _ fault: String) throws -> HelperEnd {
      try Helper(["submit", fixture.path] + documents, fault: fault).end()
    }
    var (done, total) = (0, 1024)
    while total - done > 1 {
      let middle = (done + total) / 2
      if try end(SpoolFixture(), "kill:\(middle)").wasKilled {
        done = middle
      } else {
        total = middle
      }
    }
    let calls = done
    let sync = calls - CrashTests.behindNames - CrashTests.large - CrashTests.beforeNames
    // If other calls come to be made, this says so: nothing is named unless all is synced.
    let unsynced = try SpoolFixture()
    #expect(try end(unsynced, "\(EIO):\(sync)").lines.first?.hasPrefix("error") == true)
    #expect(try unsynced.names("jobs").isEmpty && unsynced.names("tmp").isEmpty)
    let seed = UInt64.random(in: 0 ... .max)
    print("seed of the calls of a large batch: \(seed)")
    var random = seed
    var tried = [1, sync - 1, sync, sync + 1, sync + 3, calls - 3, calls - 2, calls]
    for _ in 0..<8 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      tried.append(Int(random >> 33) % calls + 1)
    }
    for call in tried {
      let fixture = try SpoolFixture()
      let end = try end(fixture, "\(fault):\(call)")
      let what: Comment = "\(fault) at call \(call) of \(calls), seed \(seed)"
      #expect(end.wasKilled == (fault == "kill"), what)
      try recover(fixture)
      let found = try ids(fixture)
      #expect(found.isSuperset(of: end.lines.filter { !$0.hasPrefix("error") }), what)
      #expect(found.isSubset(of: (0..<CrashTests.large).map { "job-\($0)" }), what)
      #expect(end.code != 0 || found.count == CrashTests.large, what)
      try expectSound(fixture)
    }
  }

  @Test(arguments: faults) func `taking in a drop`(fault: String) throws {
    try atEachCall(fault) { fixture in
      try fixture.put(
        "\(later)\n{\"id\":\"own\",\"command\":[\"true\"],\"hold\":true}\n\(later)\n",
        as: "x.ndjson", in: "new")
      return ["take-in"]
    } check: { fixture, end throws in
      // Nothing of it was reported to anybody; all of it is there, once.
      #expect(try ids(fixture).count == 3)
      #expect(try ids(fixture).contains("own"))
      #expect(try fixture.names("new").isEmpty)
      #expect(try fixture.names("corrupt").isEmpty)
    }
  }

  @Test(arguments: faults) func `taking in a drop with a bad line`(fault: String) throws {
    try atEachCall(fault) { fixture in
      try fixture.put("\(later)\n{\"comand\":1}\n", as: "x.ndjson", in: "new")
      return ["take-in"]
    } check: { fixture, _ throws in
      #expect(try ids(fixture).count == 1)
      #expect(try fixture.names("new").isEmpty)
      let kept = try fixture.names("corrupt").filter { !$0.hasSuffix(".why") }
      #expect(kept.count == 1)
    }
  }

  @Test(arguments: faults) func `finishing a job`(fault: String) throws {
    try atEachCall(fault) { fixture in
      try fixture.submit(id: "a")
      return ["cancel", "a"]
    } check: { fixture, end throws in
      let state = try #require(try fixture.state("a"))
      #expect(end.lines != ["a"] || state.phase.isFinal)
      #expect(state.revision == (state.phase.isFinal ? 2 : 1))
      let names = try fixture.names(state.phase.isFinal ? "done" : "jobs")
      #expect(names == ["a.json"])
    }
  }

  @Test(arguments: faults) func `finishing a job, and again after a failure`(fault: String) throws {
    try atEachCall(fault) { fixture in
      try fixture.submit(id: "a")
      return ["cancel-again", "a"]
    } check: { fixture, end throws in
      // One failing call, a sync or another, is no reason to fail twice.
      let state = try #require(try fixture.state("a"))
      #expect(state.phase.isFinal || end.wasKilled || end.lines.first?.hasPrefix("error") == true)
      #expect(state.revision <= 2)
    }
  }

  @Test(arguments: faults) func `running a finished job again`(fault: String) throws {
    try atEachCall(fault) { fixture in
      try fixture.submit(id: "a")
      try fixture.cancel("a")
      return ["rerun", "a"]
    } check: { fixture, end throws in
      let state = try #require(try fixture.state("a"))
      #expect(end.lines != ["a"] || state.phase.word == .queued)
      #expect(state.revision == (state.phase.isFinal ? 2 : 3))
    }
  }

  @Test(arguments: faults) func `launching`(fault: String) throws {
    try atEachCall(fault) { fixture in
      try fixture.submit(id: "a", "{\"id\":\"a\",\"command\":[\"true\"]}")
      return ["launch", "a"]
    } check: { fixture, end throws in
      let state = try #require(try fixture.state("a"))
      #expect(end.lines != ["a"] || state.phase.word == .starting)
      guard let attempt = state.phase.liveAttempt else {
        #expect(try fixture.names("runs").isEmpty)
        return
      }
      // Whoever reads "starting" finds all that a supervisor needs.
      let run = try #require(try fixture.spool.run("a", directoryName: attempt.directoryName))
      #expect(try run.plan()?.job == "a")
      #expect(try run.directory.status(of: "lock") != nil)
    }
  }

  @Test(arguments: faults) func `supervising`(fault: String) throws {
    try atEachCall(fault) { fixture in
      _ = try fixture.launched("a")
      return ["supervise", "a"]
    } check: { fixture, end throws in
      let run = try #require(try fixture.spool.run("a", directoryName: "1.1"))
      let seen = try run.observe(boot: "boot")
      #expect(!seen.isLocked)
      // A command that may have been let go is never started a second time.
      #expect(!end.lines.contains("started") || seen.isStarted)
      #expect(!end.lines.contains("ended") || seen.exit != .missing)
      if case .unreadable(let reason) = seen.exit { throw Unexpected(reason) }
      #expect(!seen.isStarted || seen.startedAt != nil)
    }
  }

  @Test(arguments: faults) func `clearing an attempt whose end is recorded`(fault: String) throws {
    try atEachCall(fault) { fixture in
      let run = try fixture.launched("a")
      _ = try Helper(["supervise", "a"].inserting(fixture.path)).end()
      for name in ["stdout", "stderr"] { _ = try run.directory.open(name, .createNew) }
      try run.directory.makeDirectory("artifacts")
      guard case .record(let record) = try run.observe(boot: "boot").exit else {
        throw Unexpected("no record")
      }
      try fixture.apply(.ended(record), to: "a")
      return ["clear", "a"]
    } check: { fixture, end throws in
      #expect(try fixture.state("a")?.phase.isFinal == true)
      let names = (try? fixture.names("runs/a/1.1")) ?? []
      #expect(Set(names).isSubset(of: ["stdout", "stderr", "artifacts"]))
      #expect(end.lines != ["cleared"] || end.code == 0)
    }
  }

  @Test(arguments: faults) func `purging`(fault: String) throws {
    try atEachCall(fault) { fixture in
      try fixture.submit(id: "a")
      try fixture.cancel("a")
      let runs = try Directory(path: "\(fixture.path)/runs")
      try runs.makeDirectory("a")
      try Directory("a", in: runs).makeDirectory("1.1")
      _ = try Directory(path: "\(fixture.path)/runs/a/1.1").open("stdout", .createNew)
      return ["purge", "a"]
    } check: { fixture, end throws in
      let isThere = try fixture.state("a") != nil
      #expect(end.lines != ["purged"] || !isThere)
      let runs = try fixture.names("runs")
      #expect(runs == (isThere ? ["a"] : []))
    }
  }

  private static let plan =
    #"[{"contextName":"p","jobName":"a","commandLine":"true"},"#
    + #"{"contextName":"p","jobName":"a","cronExpression":"0 0 0 1 1 ? 2190"},"#
    + #"{"contextName":"p","jobName":"b","cronExpression":"0 0 0 1 1 ? 2190"}]"#

  /// Names of a plan's live jobs that have not ended.
  private func liveNames(_ fixture: SpoolFixture) throws -> [String] {
    var names: [String] = []
    try fixture.again().forEachJob { job in
      if !job.state.phase.isFinal { names.append(job.state.spec.name) }
      return true
    }
    return names.sorted()
  }

  @Test(arguments: faults) func `replacing a plan`(fault: String) throws {
    try atEachCall(fault) { fixture in
      let old = try fixture.spool.provision(
        JSON(
          parsing: Array(
            #"[{"contextName":"p","jobName":"c","cronExpression":"0 0 0 1 1 ?"}]"#.utf8)),
        by: nil, zones: fixture.zones, at: .now)
      #expect(try fixture.spool.plan("p") != old, "settled")
      return ["provision", CrashTests.plan]
    } check: { fixture, end throws in
      let spool = try fixture.again()
      try spool.settlePlans(zones: fixture.zones)
      let plan = try #require(try spool.plan("p"))
      #expect(plan.isSettled && plan.retiring.isEmpty)
      let isNew = plan.jobs.count == 3
      #expect(isNew || end.code != 0, "what was reported is there")
      #expect(try liveNames(fixture) == (isNew ? ["p/a", "p/b"] : ["p/c"]))
    }
  }

  @Test(arguments: faults) func `removing a plan`(fault: String) throws {
    try atEachCall(fault) { fixture in
      try fixture.spool.provision(
        JSON(parsing: Array(CrashTests.plan.utf8)), by: nil, zones: fixture.zones, at: .now)
      return ["remove-plan", "p"]
    } check: { fixture, end throws in
      let spool = try fixture.again()
      try spool.settlePlans(zones: fixture.zones)
      let isThere = try spool.plan("p") != nil
      #expect(!isThere || end.code != 0)
      #expect(try liveNames(fixture) == (isThere ? ["p/a", "p/b"] : []))
    }
  }

  @Test(arguments: faults) func `asking a run to stop`(fault: String) throws {
    try atEachCall(fault) { fixture in
      _ = try fixture.launched("a")
      return ["request", "a", "because"]
    } check: { fixture, end throws in
      let run = try #require(try fixture.spool.run("a", directoryName: "1.1"))
      let reason = try run.cancelRequest()?.reason
      #expect(reason == "because" || (reason == nil && end.code != 0))
    }
  }
}

extension [String] {
  func inserting(_ path: String) -> [String] { [self[0], path] + dropFirst() }
}
