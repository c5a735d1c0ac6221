// Waiting for jobs to end, on hints of the kernel.

import JobCore
import JobSpool
import LinuxIO

/// Waits for final phases.
final class JobWaiter {
  private let session: Session
  private let watch: FileWatch
  private let poller: Poller
  /// Processes that have jobs: of one that is killed, nothing else tells.
  private let owners: OwnerWatch
  private var isWatchingHooks = false
  /// Watches of run directories, with their jobs.
  private var runs: [Int32: String] = [:]

  init(_ session: Session) throws {
    self.session = session
    watch = try FileWatch()
    poller = try Poller()
    owners = try OwnerWatch()
    // The end of a job without hooks moves its file to done/, whoever writes it.
    _ = try watch.add(path: "\(try session.spool().path)/done", for: [.movedIn])
    try poller.add(watch.descriptor, token: 0)
    try poller.add(owners.watch.descriptor, token: 1)
  }

  /// Waits for one job (its own code), or several (0 if all succeeded, else 1).
  /// - Parameters:
  ///   - any: the first job that ends is enough.
  ///   - deadline: milliseconds of the boot clock; then 124.
  ///   - isPrinting: each job is printed as it ends.
  func wait(
    for ids: [String], any: Bool = false, onlyStatus: Bool = false, deadline: Int64? = nil,
    printing isPrinting: Bool = false
  ) throws -> Int32 {
    var open = Set(ids)
    // Those named by hints: to look at thousands whenever one of them ends takes too long.
    var next = ids
    var isTold = false
    var needsDaemon = false
    var ended: [JobState] = []
    while true {
      for id in next where open.contains(id) {
        let state = try look(id)
        if !state.phase.isFinal {
          needsDaemon = needsDaemon || !state.isExec
          continue
        }
        open.remove(id)
        owners.forget(id)
        ended.append(state)
        if isPrinting {
          let view = try session.spool().view(state, zones: session.zones, at: session.now)
          try session.print(line: view.json)
          try session.flush()
        }
      }
      if open.isEmpty || (any && !ended.isEmpty) { break }
      let rest = deadline.map { $0 - Clock.boot.milliseconds }
      if let rest, rest <= 0 { return ExitCode.timedOut }
      if !isTold, needsDaemon, try !session.spool().hasDaemon() {
        session.say("no daemon is running on this spool; waiting for one to come")
        for id in open {
          let state = try look(id)
          guard state.phase.liveAttempt != nil, let fact = try session.standstill(of: state) else {
            continue
          }
          session.say("\(state.number) \(state.spec.name): \(fact)")
        }
      }
      isTold = true
      _ = try poller.wait(timeout: owners.timeout(until: deadline))
      next = try changed(open)
    }
    let isOne = ended.count == 1 && (any || ids.count == 1)
    if isOne, !onlyStatus { return JobWaiter.code(of: ended[0]) }
    return ended.allSatisfy { JobWaiter.code(of: $0) == 0 } ? ExitCode.success : ExitCode.failure
  }

  /// Those of some jobs that may have ended meanwhile.
  private func changed(_ open: Set<String>) throws -> [String] {
    var found: Set<String> = []
    for hint in try watch.hints() {
      switch hint {
      case .overflow: found = open
      case .ended: break
      case .changed(let watch, let name, _):
        if let id = runs[watch] ?? Spool.identifier(fileName: name) { found.insert(id) }
      }
    }
    try owners.takeHints()
    return found.union(owners.takeDue()).intersection(open).sorted()
  }

  /// The job as it stands, with an end that no daemon has taken note of.
  private func look(_ id: String) throws -> JobState {
    let spool = try session.spool()
    guard let stored = try spool.job(id)?.state else {
      throw Failure("job \(id) is gone", ExitCode.noSuchJob)
    }
    if !isWatchingHooks, !stored.spec.hooks.isEmpty || !spool.wantedHooks.isEmpty {
      isWatchingHooks = true
      // A job that has ended stays in jobs/ until its hooks have been told.
      _ = try watch.add(path: "\(spool.path)/jobs", for: [.movedIn])
      return try look(id)
    }
    if let attempt = stored.phase.liveAttempt,
      // Without a daemon only the supervisor tells of an end: exit.json gets its name.
      let watch = try? watch.add(path: spool.runPath(id, attempt), for: [.movedIn])
    {
      runs[watch] = id
    }
    if stored.isExec, !stored.phase.isFinal { owners.add(id, in: spool) }
    return spool.current(stored, zones: session.zones, at: session.now)
  }

  private static func code(of state: JobState) -> Int32 {
    switch state.phase {
    case .succeeded: return 0
    case .expired: return ExitCode.failure
    case .failed, .cancelled, .held, .awaiting, .waiting, .queued, .starting, .running, .backoff:
      let code = state.lastOutcome?.exitCode ?? ExitCode.failure
      return code == 0 ? ExitCode.failure : code
    }
  }
}
