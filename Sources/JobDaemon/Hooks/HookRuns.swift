// Telling hooks what has happened to jobs: which of them run, how they end, and what is to be
// recorded of that. Used by the daemon's loop, and by whoever does without a daemon (HookDelivery).

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// The hooks that this process runs.
final class HookRuns {
  /// So many run at the same time.
  static let most = 8
  /// Behind those of runs: see LocalEngine.
  private static let firstToken: UInt64 = 1 << 48
  /// Until something is tried again for which something was short, in milliseconds.
  private static let shortagePause: Int64 = 1000
  /// From TERM to KILL for those that this process does not wait for, and between two looks at
  /// them, in milliseconds.
  private static let stopGrace: Int64 = 2000
  private static let stopPause: Int64 = 10

  private struct Running {
    let work: HookQueue.Work
    let process: HookProcess
  }

  private let spool: Spool
  private let log: Log
  private let base: [String: String]
  private let descriptorLimit: UInt64
  private let null: Descriptor
  private var queue = HookQueue()
  private var running: [UInt64: Running] = [:]
  private var tokens: [Int32: UInt64] = [:]
  private var nextToken = HookRuns.firstToken
  private var isStopping = false
  /// Hooks of the spool.
  var common = Hooks()

  /// - Parameter base: basic variables of what is run.
  init(
    _ spool: Spool, _ log: Log, base: [String: String], descriptorLimit: UInt64
  ) throws(SystemError) {
    self.spool = spool
    self.log = log
    self.base = base
    self.descriptorLimit = descriptorLimit
    null = try Directory(path: "/dev").open("null", .update)
  }

  /// Whether nobody is to be told of anything.
  var isEmpty: Bool { queue.isEmpty && running.isEmpty }
  var runningCount: Int { running.count }
  /// Numbers of those that run.
  var pids: some Sequence<Int32> { tokens.keys }
  /// Whether there is something to do at once.
  var isReady: Bool { queue.hasEnded || (queue.hasReady && running.count < HookRuns.most) }
  /// Whether the end of some hooks is to be recorded.
  var hasEnded: Bool { queue.hasEnded }

  /// When there is something to do (boot clock).
  var next: Int64? {
    let stops = running.values.map(\.process.stopAt).filter { $0 < .max }
    return (stops + [queue.next].compactMap(\.self)).min()
  }

  /// Takes note of a job's state.
  func update(_ state: JobState) {
    if state.pendingHooks.isEmpty, !queue.contains(state.id) { return }
    queue.update(state, common: common)
  }

  /// A job is gone.
  func forget(_ id: String) { queue.forget(id) }

  /// Events whose hooks have all ended, to be recorded now.
  func takeEnded(limit: Int) -> [(id: String, end: HookEnd)] {
    queue.takeEnded(at: Clock.boot.milliseconds, limit: limit)
  }

  /// Stops those whose time is over, and starts those whose time has come, if any may start.
  func step(_ poller: borrowing Poller, mayStart: Bool = true) {
    let boot = Clock.boot.milliseconds
    for item in running.values { item.process.checkTime(at: boot) }
    // Also if none may start: an alarm that nobody takes would go off for ever.
    queue.ring(at: boot)
    if !mayStart { return }
    while running.count < HookRuns.most, let work = queue.pop(at: boot) { start(work, poller) }
  }

  /// Ends all that run, by TERM, and by KILL what has not gone soon: whoever is the next to look
  /// after the jobs runs them again.
  func stop(_ poller: borrowing Poller) {
    isStopping = true
    for pid in pids { Child.send(.terminate, toGroup: pid) }
    let end = Clock.boot.milliseconds + HookRuns.stopGrace
    while !running.isEmpty, Clock.boot.milliseconds < end {
      pause(milliseconds: HookRuns.stopPause)
      // What one writes at its end must not find its pipe full.
      for item in running.values { item.process.take(poller) }
      reap(poller)
    }
    for pid in pids { Child.send(.kill, toGroup: pid) }
  }

  // MARK: Running

  private func start(_ work: HookQueue.Work, _ poller: borrowing Poller) {
    let boot = Clock.boot.milliseconds
    let state: JobState
    do {
      guard let stored = try spool.job(work.job, in: .jobs)?.state else {
        return queue.forget(work.job)
      }
      guard stored.pendingHooks.contains(where: { $0.serial == work.event.serial }) else {
        update(stored)
        return queue.end(work, failure: nil, at: boot)
      }
      state = stored
    } catch {
      // Whoever looks at the job tells what is wrong with it.
      return queue.putBack(work, at: boot, after: HookRuns.shortagePause)
    }
    do throws(SystemError) {
      nextToken += 1
      let process = try begin(work, state, poller, token: nextToken)
      running[nextToken] = Running(work: work, process: process)
      tokens[process.pid] = nextToken
    } catch {
      if error.isShortage {
        return queue.putBack(work, at: boot, after: HookRuns.shortagePause)
      }
      ended(work, failure: "not started: \(error)", text: [])
    }
  }

  private func begin(
    _ work: HookQueue.Work, _ state: JobState, _ poller: borrowing Poller, token: UInt64
  ) throws(SystemError) -> HookProcess {
    let event = work.event
    let message = event.message(
      of: state, spool: spool.path,
      logs: spool.logPaths(state.id, run: event.run, attempt: event.attempt))
    return try HookProcess(
      work.hook, input: message.serialized() + [UInt8(ascii: "\n")],
      environment: base.merging(event.environment(of: state, spool: spool.path)) { $1 },
      directory: state.spec.workingDirectory, null: null, descriptorLimit: descriptorLimit,
      poller: poller, token: token)
  }

  /// Takes what a hook has written.
  /// - Returns: false if the token is nobody's here.
  func take(_ token: UInt64, _ poller: borrowing Poller) -> Bool {
    guard token >= HookRuns.firstToken else { return false }
    running[token]?.process.take(poller)
    return true
  }

  /// A child has ended, and is reaped after this.
  func ended(_ end: ChildEnd, _ poller: borrowing Poller) {
    guard let token = tokens.removeValue(forKey: end.pid),
      let item = running.removeValue(forKey: token)
    else { return }
    let failure = item.process.ended(end, poller)
    ended(item.work, failure: failure, text: item.process.text)
  }

  /// Asks for the ends of those that run, where nobody is told of children.
  func reap(_ poller: borrowing Poller) {
    for pid in Array(pids) {
      guard let end = try? Child.peek(pid) else { continue }
      ended(end, poller)
      _ = try? Child.reap(pid)
    }
  }

  private func ended(_ work: HookQueue.Work, failure: String?, text: [UInt8]) {
    let boot = Clock.boot.milliseconds
    if isStopping {
      // However it has ended, it may have left out what it was to do.
      return write(work, failure: "stopped, to be run again", text: text)
    }
    write(work, failure: failure, text: text)
    guard let failure else { return queue.end(work, failure: nil, at: boot) }
    var again = work
    again.failures += 1
    let what = "hook \(work.event.event.rawValue): \(failure) (\(work.title))"
    if let wait = work.hook.wait(after: again.failures) {
      log.info("\(what); again in \(wait)", job: work.job)
      queue.putBack(again, at: boot, after: wait.milliseconds)
    } else {
      queue.end(work, failure: "\(failure) (\(work.title))", at: boot)
    }
  }

  private func write(_ work: HookQueue.Work, failure: String?, text: [UInt8]) {
    let about = work.event.run.map { ", run \($0)" } ?? ""
    let line =
      "\(Instant.now.rfc3339) \(work.event.event.rawValue)\(about), attempt \(work.failures + 1) of "
      + "\(work.hook.retryCount + 1): \(failure ?? "exit 0") (\(work.title))\n"
    do {
      try spool.appendHookLog(work.job, Array(line.utf8) + text)
    } catch {
      // It is for people; what counts stands in the state.
      log.warning("its hooks.log cannot be written: \(error)", job: work.job)
    }
  }
}

extension HookQueue {
  fileprivate mutating func putBack(_ work: Work, at boot: Int64, after milliseconds: Int64) {
    var later = work
    later.at = boot + milliseconds
    putBack(later, at: boot)
  }
}

extension HookQueue.Work {
  /// The command in short.
  fileprivate var title: String {
    switch hook.command {
    case .program(let arguments): return arguments.first ?? ""
    case .shell(let line):
      let first = line.prefix { $0 != "\n" }
      return first.count > 60 ? "\(first.prefix(60))..." : String(first)
    }
  }
}
