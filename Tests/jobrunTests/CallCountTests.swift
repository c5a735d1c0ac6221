// What the machine cannot change: how many system calls and syncs a submit, a run and a status
// take, how long a state file is, and what a daemon remembers of a job. The bounds are a little
// above what was counted, so that a change cannot lose them unnoticed.

import Foundation
import JobCore
import JobSpool
import Testing

@Suite struct CallCountTests {
  private static let hasStrace = FileManager.default.isExecutableFile(atPath: "/usr/bin/strace")

  /// The system calls that a line of shell makes with all its processes, by name.
  private static func calls(
    _ spool: JobrunFixture, _ words: String...
  ) async throws -> [String: Int] {
    let log = spool.path("strace")
    let done = try await spool.start(
      ["-f", "-qq", "-o", log, JobrunFixture.binary] + words, program: "/usr/bin/strace"
    ).finished()
    try #require(done.code == 0, "\(done.err)")
    var counts: [String: Int] = [:]
    for line in spool.lines("strace") {
      // "PID name(...": what is resumed or a signal has no name in this place.
      guard let call = line.split(separator: " ").dropFirst().first,
        let name = call.split(separator: "(", maxSplits: 1).first, call.contains("(")
      else { continue }
      counts[String(name), default: 0] += 1
    }
    return counts
  }

  /// The least of some counts, taken until one is good enough: a run that is slow, as under strace on
  /// a busy machine, is recorded as running, and has a watch.
  private static func least(
    of tries: Int, atMost bound: Int, _ count: () async throws -> Int
  ) async throws -> Int {
    var least = Int.max
    for _ in 0..<tries where least > bound { least = min(least, try await count()) }
    return least
  }

  private static func syncs(_ calls: [String: Int]) -> Int {
    ["fsync", "fdatasync", "syncfs", "sync_file_range", "sync"].map { calls[$0] ?? 0 }
      .reduce(0, +)
  }

  /// The number of calls that change the disk, up to a bound: the first of them that is never
  /// reached.
  @Test func aSubmitChangesTheDiskNineTimes() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.submit("--", "true")
      let more = try await spool.jobrun(
        "submit", "--", "true", environment: ["JOBRUN_FAULT": "kill:10"])
      #expect(more.code == 0)
    }
  }

  @Test func aStatusChangesNothing() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--", "true")
      for words in [["status"], ["status", id], ["status", "1"]] {
        let done = try await spool.start(words, environment: ["JOBRUN_FAULT": "kill:1"]).finished()
        #expect(done.code == 0, "\(words)")
      }
    }
  }

  @Test(.enabled(if: hasStrace, "strace is not installed"))
  func aSubmitSyncsFileAndDirectory() async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.submit("--", "true")
      let calls = try await Self.calls(spool, "submit", "--", "true")
      #expect(calls["fdatasync"] == 1 && calls["fsync"] == 1 && Self.syncs(calls) == 2)
      // Some 110 of them the program's own; the rest is the loader's, if it is not static.
      #expect(calls.values.reduce(0, +) < 450)
    }
  }

  @Test(.enabled(if: hasStrace, "strace is not installed"))
  func aRunSyncsTenTimes() async throws {
    try await JobrunFixture.with { spool in
      let idle = try await Self.calls(spool, "daemon", "--until-idle=0s")
      let least = try await Self.least(of: 5, atMost: 10) {
        _ = try await spool.submit("--", "true")
        let busy = try await Self.calls(spool, "daemon", "--until-idle=0s")
        return Self.syncs(busy) - Self.syncs(idle)
      }
      // Begin: state, three directories, jobs/. Supervisor: one for the start, one for the end.
      // End: state, done/, jobs/.
      #expect(least <= 10)
    }
  }

  @Test(.enabled(if: hasStrace, "strace is not installed"))
  func aRunTakesSomeFourHundredCallsInAllItsProcesses() async throws {
    try await JobrunFixture.with { spool in
      func run(_ count: Int) async throws -> Int {
        let line = #"{"command":["true"]}"# + "\n"
        _ = try await spool.jobrun("submit", "-", input: String(repeating: line, count: count))
        let calls = try await Self.calls(spool, "daemon", "--until-idle=0s", "--slots", "1")
        return calls.values.reduce(0, +)
      }
      let each = try await Self.least(of: 5, atMost: 430) {
        let one = try await run(1)
        return (try await run(6) - one) / 5
      }
      // Daemon, launcher, supervisor and `true` itself, which has some forty.
      #expect(each < 430, "\(each)")
    }
  }

  /// What was set aside for the outcome has its name since the start; another file has not.
  @Test(
    .enabled(if: hasStrace, "strace is not installed"),
    arguments: [("true", 2), ("rm $JOBRUN_RUN_DIR/exit.new", 3)])
  func aSupervisorSyncsOnceForTheStartAndOnceForTheEnd(line: String, count: Int) async throws {
    try await JobrunFixture.with { spool in
      _ = try await spool.submit("--shell", line)
      _ = try await Self.calls(spool, "daemon", "--until-idle=0s")
      let calls = spool.lines("strace").map { $0.split(separator: " ") }
      let supervisor = try #require(calls.first { $0.contains("\"exit.new\",") }?.first)
      let own = calls.filter { $0.first == supervisor }.map { $0.dropFirst().first ?? "" }
      #expect(own.filter { $0.hasPrefix("fsync(") || $0.hasPrefix("fdatasync(") }.count == count)
    }
  }

  /// The end of a watch waits for all processors.
  @Test(.enabled(if: hasStrace, "strace is not installed"))
  func aShortRunMakesNoWatch() async throws {
    try await JobrunFixture.with { spool in
      func watches() async throws -> Int {
        try await Self.calls(spool, "daemon", "--until-idle=0s")["inotify_init1"] ?? 0
      }
      let idle = try await watches()
      _ = try await spool.submit("--", "sleep", "1")
      #expect(try await watches() == idle + 1)
      // Under strace on a busy machine some are not short.
      var short = -1
      for _ in 0..<10 where short != idle {
        _ = try await spool.submit("--", "true")
        short = try await watches()
      }
      #expect(short == idle)
    }
  }

  @Test(.enabled(if: hasStrace, "strace is not installed"))
  func aJobOfAListTakesFiveCalls() async throws {
    try await JobrunFixture.with { spool in
      let line = "{\"command\":[\"true\"],\"hold\":true}\n"
      _ = try await spool.jobrun("submit", "-", input: line)
      let one = try await Self.calls(spool, "status").values.reduce(0, +)
      _ = try await spool.jobrun("submit", "-", input: String(repeating: line, count: 100))
      let many = try await Self.calls(spool, "status").values.reduce(0, +)
      // Open, look, read, close, and who asks.
      #expect(many - one <= 550, "\(many - one) for 100 more")
    }
  }

  @Test(.enabled(if: hasStrace, "strace is not installed"))
  func aJobOfAStreamTakesFiveCallsAndABatchTwoSyncs() async throws {
    try await JobrunFixture.with { spool in
      let line = "{\"command\":[\"true\"],\"hold\":true}\n"
      _ = try await spool.jobrun("submit", "-", input: line)
      let file = try spool.write(String(repeating: line, count: 1000), to: "jobs.ndjson")
      let calls = try await Self.calls(spool, "submit", file)
      #expect(Self.syncs(calls) == 2)
      #expect(calls.values.reduce(0, +) < 7000, "\(calls)")
    }
  }

  @Test func aStateFileIsShort() async throws {
    try await JobrunFixture.with { spool in
      let id = try await spool.submit("--", "true")
      let size = spool.read("spool/jobs/\(id).json").utf8.count
      #expect(size > 0 && size < 700)
    }
  }

  /// Memory of a process's own, in kB.
  private static func memory(of pid: Int32) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
  }

  @Test func aDaemonHasNothingLeftOfJobsThatHaveEnded() async throws {
    try await JobrunFixture.with { spool in
      let daemon = try await spool.daemon("--slots", "8")
      var sizes: [Int] = []
      let count = 100
      for round in 1...3 {
        let line = #"{"command":["true"],"queue":"any"}"# + "\n"
        let done = try await spool.jobrun(
          "submit", "-", input: String(repeating: line, count: count))
        #expect(done.code == 0)
        try await eventually { spool.names("done").count == round * count }
        sizes.append(try Self.memory(of: daemon.pid))
      }
      try await daemon.end()
      // The first round makes what all share.
      #expect((sizes[2] - sizes[1]) * 1024 / count < 1000, "\(sizes)")
    }
  }

  @Test func aDaemonRemembersLittleOfAJob() async throws {
    try await JobrunFixture.with { spool in
      func kilobytes() async throws -> Int {
        let daemon = try await spool.daemon()
        let size = try Self.memory(of: daemon.pid)
        try await daemon.end()
        return size
      }
      _ = try await spool.jobrun("status")
      let empty = try await kilobytes()
      let line =
        #"{"command":["/usr/bin/load","--all"],"name":"load","quartzDef":"0 30 2 * * ?"}"# + "\n"
      let count = 10_000
      let done = try await spool.jobrun(
        "submit", "-", input: String(repeating: line, count: count))
      #expect(done.code == 0)
      let each = (try await kilobytes() - empty) * 1024 / count
      #expect(each < 450, "\(each) bytes")
    }
  }
}
