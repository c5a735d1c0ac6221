// One operation on a spool, named by the arguments, in a process of its own: so that a test
// can crash it at any call (JOBRUN_FAULT, see Seam in LinuxIO), or watch it die. Prints what
// it would report to a caller; 75 tells that the operation failed and said so.

import Glibc
import JobCore
import JobSpool
import LinuxIO

extension Instant {
  static var now: Instant { Instant(milliseconds: Clock.real.milliseconds) }
}

func say(_ line: String) throws { try StandardStream.output.write(Array("\(line)\n".utf8)) }

/// New jobs, read as `submit -` would.
func jobs(_ documents: [String], in spool: Spool) -> [NewJob] {
  var input = DocumentInput(
    context: spool.documentContext(
      zones: ZoneFiles(), timeZone: "UTC", workingDirectory: "/", umask: 0o077))
  for document in documents { input.append(Array("\(document)\n".utf8)) }
  var jobs: [NewJob] = []
  while let document = input.next(endOfInput: true) {
    guard case .job(let job, _) = document else { continue }
    jobs.append(job)
  }
  return jobs
}

func submit(_ documents: [String], to spool: Spool) throws {
  for result in try spool.submit(jobs(documents, in: spool), at: .now) {
    guard case .submitted(let state) = result else { throw SpoolError.exists(id: "?") }
    try say(state.id)
  }
}

func change(_ id: String, _ event: JobEvent, in spool: Spool) throws {
  _ = try spool.change(id) { state in
    try state.applying(event, schedule: try ZoneFiles().schedule(state.spec), at: .now)
  }
  try say(id)
}

func takeIn(_ spool: Spool) throws {
  let context = spool.documentContext(
    zones: ZoneFiles(), timeZone: "UTC", workingDirectory: "/", umask: 0o077)
  for name in try spool.drops() {
    switch try spool.takeIn(name, context: context, at: .now) {
    case .taken(let states)?, .quarantined(_, _, let states)?:
      for state in states { try say(state.id) }
    case .unfinished?, nil: break
    }
  }
}

func plan(_ id: String, in spool: Spool) throws -> RunPlan {
  guard let state = try spool.job(id)?.state else { throw SpoolError.exists(id: id) }
  let attempt = Attempt(run: 1, scheduledAt: .now, origin: .schedule)
  return RunPlan(
    state, attempt, base: [:], token: "token", spool: spool.path, descriptorLimit: 0)
}

/// What a supervisor does, without a command.
func supervise(_ id: String, in spool: Spool) throws {
  guard let seat = try SupervisorSeat.take(in: spool, job: id, attemptName: "1.1") else { return }
  try seat.recordStart(StartRecord(pid: 1, boot: "boot", startedAt: .now))
  try say("started")
  let attempt = Attempt(run: 1, scheduledAt: .now, origin: .schedule)
  let outcome = Outcome(.exited(code: 0), of: attempt, startedAt: .now, endedAt: .now)
  try seat.recordEnd(ExitRecord(outcome), again: false)
  try say("ended")
}

/// Holds the seat of an attempt until it is killed.
func hold(_ id: String, in spool: Spool) throws {
  guard let seat = try SupervisorSeat.take(in: spool, job: id, attemptName: "1.1") else { return }
  try say("holding")
  while try seat.lockFile.status().links >= 0 { pause(milliseconds: 60_000) }
}

/// A job's whole life, failures included; says how many more descriptors are open after many
/// lives than after the first.
func live(in spool: Spool) throws {
  func open() throws -> Int { try Directory(path: "/proc/self/fd").names().count }
  var first = 0
  for round in 0..<10 {
    let id = "life-\(round)"
    try submit(["{\"id\":\"\(id)\",\"command\":[\"true\"]}"], to: spool)
    _ = try? submit(["{\"id\":\"\(id)\",\"command\":[\"true\"]}"], to: spool)
    try spool.prepareRun(try plan(id, in: spool))
    try change(id, .launch, in: spool)
    try supervise(id, in: spool)
    try spool.clearRun(id, directoryName: "1.1", keepLogs: false)
    try change(id, .cancel(CancelRequest(at: .now, reason: "test")), in: spool)
    _ = try? change(id, .hold, in: spool)
    _ = try spool.find("none")
    if let job = try spool.job(id) { _ = try spool.purge([job], because: "test", at: .now) }
    if round == 0 { first = try open() }
  }
  try say("open: \(try open() - first)")
}

/// Purges, runs again, cancels and submits anew, in an order of its own.
func churn(_ seed: Int, _ ids: [String], in spool: Spool) throws {
  var random = UInt64(seed)
  for _ in 0..<60 {
    random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let id = ids[Int(random >> 33) % ids.count]
    let cancel = JobEvent.cancel(CancelRequest(at: .now, reason: "test"))
    switch Int(random >> 40) % 3 {
    case 0: _ = try? change(id, .rerun, in: spool)
    case 1: _ = try? change(id, cancel, in: spool)
    default:
      if let job = try spool.job(id, in: .done) {
        _ = try spool.purge([job], because: "test", at: .now)
      }
    }
    _ = try? submit(["{\"id\":\"\(id)\",\"command\":[\"true\"],\"hold\":true}"], to: spool)
  }
}

/// Starts a command behind a gate, opens it, and waits to be killed.
func guardChild() throws {
  let null = try Directory(path: "/dev").open("null", .update)
  let child = try GatedChild(
    GatedChild.Plan(
      arguments: ["/bin/sleep", "600"], environment: [], directory: "/", umask: 0o077,
      descriptorLimit: 0),
    input: null, output: null, error: null, closing: try Descriptor.memory([], name: "lock"))
  let pid = child.pid
  if try child.open() == nil { try say("\(pid)") }
  while true { pause(milliseconds: 60_000) }
}

func perform(_ words: [String]) throws {
  switch words[0] {
  case "guard": return try guardChild()
  case "zone": return try say(ZoneFiles().rules(words[1]) == nil ? "unknown" : "known")
  case "default-zone": return try say(ZoneFiles().defaultName())
  case "location": return try say(SpoolLocation.path(option: nil))
  default: break
  }
  let spool = try Spool(path: words[1])
  let rest = Array(words.dropFirst(2))
  switch words[0] {
  case "open": try say("open")
  case "submit": try submit(rest, to: spool)
  case "take-in": try takeIn(spool)
  case "cancel":
    try change(rest[0], .cancel(CancelRequest(at: .now, reason: "test")), in: spool)
  case "rerun": try change(rest[0], .rerun, in: spool)
  case "launch":
    try spool.prepareRun(try plan(rest[0], in: spool))
    try change(rest[0], .launch, in: spool)
  case "few":
    // As few descriptors as a shell may allow.
    var limit = rlimit(rlim_cur: 64, rlim_max: 64)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    if case .ambiguous(let ids) = try spool.find(rest[0]) { try say("ambiguous \(ids.count)") }
  case "live": try live(in: spool)
  case "churn": try churn(Int(rest[0]) ?? 0, Array(rest.dropFirst()), in: spool)
  case "cancel-again":
    // A failure, such as that of a sync, and then the same once more.
    let cancel = JobEvent.cancel(CancelRequest(at: .now, reason: "test"))
    do { try change(rest[0], cancel, in: spool) } catch {
      if try spool.job(rest[0])?.state.phase.isFinal == false {
        try change(rest[0], cancel, in: spool)
      }
    }
  case "supervise": try supervise(rest[0], in: spool)
  case "hold": try hold(rest[0], in: spool)
  case "clear":
    if try spool.clearRun(rest[0], directoryName: "1.1", keepLogs: false) { try say("cleared") }
  case "purge":
    let later = Instant.now + TimeSpan.seconds(100 * 86_400)
    if let job = try spool.expiredJob(rest[0], at: later) {
      if try spool.purge([job], because: "test", at: .now) == [.removed] { try say("purged") }
    }
  case "provision":
    let plan = try JSON(parsing: Array(rest[0].utf8))
    try say(spool.provision(plan, by: nil, zones: ZoneFiles(), at: .now).generation)
  case "remove-plan":
    if try spool.removePlan(rest[0], by: nil, zones: ZoneFiles(), at: .now) { try say("removed") }
  case "request":
    let run = try spool.run(rest[0], directoryName: "1.1")
    try run?.request(CancelRequest(at: .now, reason: rest[1]))
  default: CurrentProcess.exit(64)
  }
}

do {
  try perform(Array(CommandLine.arguments.dropFirst()))
} catch {
  try? say("error: \(error)")
  CurrentProcess.exit(75)
}
