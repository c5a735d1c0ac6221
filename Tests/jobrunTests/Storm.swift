// A storm: hundreds of real jobs, while daemon and supervisors are killed at random and jobs are
// cancelled and rerun from several processes at once. Each attempt writes its own beginning and
// end into a ledger; at the end the ledger is held against what jobrun says.

import Foundation
import Glibc
import Synchronization
import Testing

/// One storm on one spool.
final class Storm: Sendable {
  /// How large it is.
  struct Size: Sendable {
    var kills: Int
    /// Jobs at the start; more come while it lasts.
    var jobs: Int
    var clients: Int
    /// Longest wait of a client between two commands, in milliseconds: long enough that the jobs
    /// get some of the machine.
    var pause: UInt64
  }

  /// An attempt of a job: `job-3 1.2`.
  private typealias Key = String

  /// What has been done to the jobs so far.
  private struct Deeds {
    var submitted = 0
    var daemonKills = 0
    /// Supervisors killed, by attempt.
    var supervisorKills: [Key: Int] = [:]
    /// Requests that were accepted, by job.
    var reruns: [String: Int] = [:]
    var cancels: [String: Int] = [:]
    var isOver = false
    var kills: Int { daemonKills + supervisorKills.values.reduce(0, +) }
  }

  private let spool: JobrunFixture
  private let size: Size
  private let seed: UInt64
  private let deeds = Mutex(Deeds())

  init(_ spool: JobrunFixture, _ size: Size, seed: UInt64) {
    self.spool = spool
    self.size = size
    self.seed = seed
  }

  /// The seed to be used: that of JOBRUN_SEED, or a new one.
  static func seed() -> UInt64 {
    UInt64(ProcessInfo.processInfo.environment["JOBRUN_SEED"] ?? "")
      ?? UInt64.random(in: 1...UInt64.max)
  }

  // MARK: The jobs

  /// What a kind of job does between the two lines of its ledger, and what its document adds.
  /// `$c` is the code it ends with.
  private static let kinds: [(line: String, members: String)] = [
    ("c=0", ""),
    ("c=3", #","retryCount":2,"retryDelay":0"#),
    ("c=$((JOBRUN_ATTEMPT < 2 ? 5 : 0))", #","retryCount":3,"retryDelay":0"#),
    ("sleep 0.5; c=0", ""),
    ("seq 1 20000; c=0", ""),
    ("seq 1 20000; c=0", #","maxOutputBytes":"8k""#),
    ("(sleep 0.2; sleep 0.1) & sleep 0.1 & wait; c=0", ""),
    ("setsid sh -c 'sleep 0.3' & c=0", #","leftovers":"leave""#),
    ("setsid sleep 60 & c=0", #","leftovers":"kill""#),
    ("setsid sh -c 'sleep 0.2' & c=0", #","leftovers":"wait""#),
    ("trap '' TERM; sleep 0.1; sleep 0.1; sleep 0.1; c=0", #","killGrace":"100ms""#),
  ]

  /// Attempts that a kind has if nobody interferes, and whether the last one succeeds.
  private static func retries(_ number: Int) -> Int {
    switch number % kinds.count {
    case 1: 2
    case 2: 3
    default: 0
    }
  }

  private func submit(_ count: Int) async throws {
    let first = deeds.withLock { $0.submitted }
    let documents = (first..<first + count).map { number in
      let kind = Storm.kinds[number % Storm.kinds.count]
      let mark = "echo $JOBRUN_JOB_ID $JOBRUN_RUN.$JOBRUN_ATTEMPT"
      let line = "\(mark) start >> ledger; \(kind.line); \(mark) end $c >> ledger; exit $c"
      return #"{"id":"job-\#(number)","command":"\#(line)","workingDirectory":"#
        + #""\#(spool.directory)"\#(kind.members)}"#
    }
    let input = documents.joined(separator: "\n")
    let done = try await spool.jobrun("submit", "-", input: input)
    if done.code != 0 { throw TestFailure("submit: \(done.err)") }
    deeds.withLock { $0.submitted += count }
  }

  // MARK: What happens to them

  /// Lets it blow, and waits until all is quiet again.
  func run() async throws {
    try await submit(size.jobs)
    let clients = (1...size.clients).map { number in
      Task { try await interfere(Xorshift(seed: seed &+ UInt64(number))) }
    }
    defer { for client in clients { client.cancel() } }
    try await kill(Xorshift(seed: seed))
    deeds.withLock { $0.isOver = true }
    for client in clients { try await client.value }
    let done = try await spool.start(["daemon", "--until-idle=0s"]).finished(within: 120)
    if done.code != 0 { throw TestFailure("the last daemon: \(done.err)") }
  }

  /// Kills the daemon or one supervisor, again and again.
  private func kill(_ generator: Xorshift) async throws {
    var random = generator
    var daemon = try startDaemon()
    while deeds.withLock({ $0.kills }) < size.kills {
      try await Task.sleep(for: .milliseconds(Int(random.next() % 80)))
      if spool.names("jobs").count < size.jobs / 2 { try await submit(size.jobs / 2) }
      let supervisors = supervisors(of: spool.spool)
      // Rarely where nothing runs, or nothing ever would.
      if random.next() % (supervisors.isEmpty ? 20 : 4) == 0 {
        try await daemon.end(SIGKILL)
        deeds.withLock { $0.daemonKills += 1 }
        daemon = try startDaemon()
      } else {
        // One that is about to start has no arguments yet, one that ends has none any more.
        guard let pid = supervisors.randomElement(using: &random), let attempt = attempt(of: pid)
        else { continue }
        deeds.withLock { $0.supervisorKills[attempt, default: 0] += 1 }
        _ = Glibc.kill(pid, SIGKILL)
      }
    }
    try await daemon.end(SIGKILL)
  }

  private func startDaemon() throws -> RunningProcess {
    try spool.start(["daemon", "--slots", "6"])
  }

  /// The attempt of a supervisor, by its arguments; nil if it has ended meanwhile.
  private func attempt(of pid: Int32) -> Key? {
    let data = (try? Data(contentsOf: URL(filePath: "/proc/\(pid)/cmdline"))) ?? Data()
    let words = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    return words.count == 5 ? "\(words[3]) \(words[4])" : nil
  }

  /// Cancels and reruns jobs, and looks at them.
  private func interfere(_ generator: Xorshift) async throws {
    var random = generator
    while !deeds.withLock({ $0.isOver }) {
      let count = UInt64(deeds.withLock { $0.submitted })
      let job = "job-\(random.next() % count)"
      try await Task.sleep(for: .milliseconds(Int(random.next() % size.pause)))
      switch random.next() % 20 {
      case 0:
        let done = try await spool.jobrun("cancel", job)
        if try accepted(done) { deeds.withLock { $0.cancels[job, default: 0] += 1 } }
      case 1...9:
        // A state file keeps twenty outcomes: no job may have more attempts than that.
        if deeds.withLock({ $0.reruns[job, default: 0] }) >= 3 { continue }
        deeds.withLock { $0.reruns[job, default: 0] += 1 }
        if try !accepted(await spool.jobrun("rerun", job)) {
          deeds.withLock { $0.reruns[job, default: 0] -= 1 }
        }
      default:
        let done = try await spool.jobrun("status", job, "--json")
        if done.code != 0 { throw TestFailure("status \(job): \(done.code) \(done.err)") }
      }
    }
  }

  private func accepted(_ done: FinishedProcess) throws -> Bool {
    if done.code == 0 { return true }
    if done.code == 69 { return false }
    throw TestFailure("exit \(done.code): \(done.err)")
  }

  // MARK: The reckoning

  /// Starts, and codes of ends, that the ledger holds.
  private struct Ledger {
    var starts: [Key: Int] = [:]
    var ends: [Key: [Int]] = [:]

    init(_ lines: [String]) throws {
      for line in lines {
        let words = line.split(separator: " ").map(String.init)
        guard words.count >= 3 else { throw TestFailure("ledger: \(line)") }
        let key = "\(words[0]) \(words[1])"
        if words[2] == "start" {
          starts[key, default: 0] += 1
        } else {
          ends[key, default: []].append(Int(words[3]) ?? -1)
        }
      }
    }
  }

  /// Holds everything against everything, and says in one line what the storm was.
  func reckon() async throws -> String {
    let ledger = try Ledger(spool.lines("ledger"))
    let jobs = try await spool.jobrun("status", "--ndjson").lines.map { try JobStatus($0) }
    let deeds = deeds.withLock { $0 }
    var kinds: [String: Int] = [:]
    var recorded: Set<Key> = []
    #expect(Set(jobs.map { $0.text("id") }) == Set((0..<deeds.submitted).map { "job-\($0)" }))
    for job in jobs {
      for outcome in job.history {
        let key = "\(job.text("id")) \(Storm.name(outcome))"
        let kind = outcome["kind"] as? String ?? "none"
        kinds[kind, default: 0] += 1
        #expect(recorded.insert(key).inserted, "\(key) is recorded twice")
        Storm.expect(key, kind, outcome, ledger, kills: deeds.supervisorKills[key] ?? 0)
      }
      Storm.expect(
        job, reruns: deeds.reruns[job.text("id")] ?? 0,
        wasCancelled: (deeds.cancels[job.text("id")] ?? 0) > 0)
    }
    for (key, count) in ledger.starts {
      #expect(count == 1, "\(key) ran \(count) times")
      #expect(recorded.contains(key), "\(key) ran and is not recorded")
    }
    try await expectQuiet(jobs)
    let kills = deeds.supervisorKills.values.reduce(0, +)
    return "\(deeds.kills) kills (\(deeds.daemonKills) of the daemon, \(kills) of supervisors); "
      + "\(deeds.submitted) jobs, \(recorded.count) attempts ("
      + kinds.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
      + "), \(deeds.reruns.values.reduce(0, +)) reruns, "
      + "\(deeds.cancels.values.reduce(0, +)) cancels"
  }

  private static func name(_ outcome: [String: Any]) -> String {
    "\(outcome["run"] as? Int ?? 0).\(outcome["attempt"] as? Int ?? 0)"
  }

  /// One outcome against the ledger.
  private static func expect(
    _ key: Key, _ kind: String, _ outcome: [String: Any], _ ledger: Ledger, kills: Int
  ) {
    switch kind {
    case "exited":
      #expect(ledger.starts[key] == 1, "\(key) has a status and did not run")
      #expect(ledger.ends[key] == [outcome["code"] as? Int ?? -1], "\(key) ended otherwise")
    case "lost": #expect(kills > 0, "\(key) is lost, and nobody killed its supervisor")
    case "notStarted": #expect(kills >= 5, "\(key) was not started: \(outcome)")
    case "cancelled": break
    default: Issue.record("\(key) ended as \(kind): \(outcome)")
    }
  }

  /// One job as a whole: its phase, its runs, and the attempts of each.
  private static func expect(_ job: JobStatus, reruns: Int, wasCancelled: Bool) {
    let id = job.text("id")
    let number = Int(id.dropFirst(4)) ?? 0
    let last = job.history.last ?? [:]
    let isSuccess = last["succeeded"] as? Bool ?? false
    switch job.phase {
    case "succeeded": #expect(isSuccess, "\(id): \(last)")
    case "failed": #expect(!isSuccess && job.kind != "cancelled", "\(id): \(last)")
    case "cancelled": #expect(wasCancelled, "\(id) was cancelled by nobody")
    default: Issue.record("\(id) is \(job.phase)")
    }
    #expect(job.runs <= 1 + reruns, "\(id)")
    if wasCancelled { return }
    #expect(job.runs == 1 + reruns, "\(id)")
    for run in 1...max(1, job.runs) {
      let outcomes = job.history.filter { $0["run"] as? Int == run }
      #expect(
        outcomes.map { $0["attempt"] as? Int } == (1...max(1, outcomes.count)).map { $0 },
        "\(id), run \(run)")
      let succeeded = outcomes.last?["succeeded"] as? Bool ?? false
      #expect(succeeded || outcomes.count == 1 + retries(number), "\(id), run \(run)")
      #expect(!outcomes.dropLast().contains { $0["succeeded"] as? Bool ?? false }, "\(id)")
    }
  }

  /// Nothing is under way any more, nothing lies where it should not, and totals agree.
  private func expectQuiet(_ jobs: [JobStatus]) async throws {
    let spool = spool
    try await eventually("no process is left") {
      commands(of: spool.spool) == [] && supervisors(of: spool.spool) == []
    }
    #expect(spool.names("jobs") == [])
    #expect(spool.names("done").count == jobs.count)
    #expect(spool.names("new") == [])
    #expect(spool.names("corrupt") == [])
    for phase in ["succeeded", "failed", "cancelled"] {
      let lines = try await spool.jobrun("status", "--ndjson", "--phase", phase).lines
      #expect(lines.count == jobs.count { $0.phase == phase })
    }
    let table = try await spool.jobrun("status").lines
    #expect(table.count == jobs.count + 1)
  }
}

/// A small generator whose seed can be given again.
struct Xorshift: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: UInt64) {
    // Neighbouring seeds are to give different numbers from the first on.
    state = (seed &* 0x9E37_79B9_7F4A_7C15) | 1
    for _ in 0..<8 { _ = next() }
  }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
