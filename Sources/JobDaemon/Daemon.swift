// The daemon: one loop that waits for hints, alarms and the ends of runs, and lets the
// transitions of JobCore decide. It holds no truth: everything is in the spool.

internal import JobCore
public import JobSpool
internal import LinuxIO

/// A daemon on one spool.
public final class Daemon {
  private enum Token: UInt64 { case signals, hints, calendar, elapsed, files, config, locks, execs }

  /// Between two looks at directories that need no hint, in milliseconds.
  static let rescanInterval: Int64 = 300_000
  /// Jobs looked at in one turn, so that no turn is long.
  static let slice = 200
  /// How long the loop waits for somebody else's lock before it goes on with what needs none,
  /// and how long until it tries again, in milliseconds.
  private static let lockPatience: Int64 = 100
  private static let lockPause: Int64 = 500

  let spool: Spool
  let zones = ZoneFiles()
  let options: DaemonOptions
  let log: Log
  let engine: Engines
  let descriptorLimit: Int
  let poller: Poller
  let lock: DaemonLock
  /// Jobs of `jobrun exec`.
  let execs: OwnerWatch
  private let signals: SignalQueue
  private let watch: FileWatch
  private let jobsWatch: Int32
  private let configWatch: ConfigWatch
  /// Locks that others have.
  let outsideLocks: OutsideLocks
  private let calendar: Timer
  private let elapsed: Timer

  var table: JobTable
  /// How many jobs a turn decides on, and how many this one has.
  private(set) var turnSize = TurnSize()
  var decidedInTurn = 0
  /// What is told of this daemon.
  var notice = DaemonNotice()
  /// Jobs to be looked at, and the renames of our own whose hints say nothing new.
  var dirty = LookList()
  /// Decisions on runs that have ended, until the turn that commits them.
  var endings: [Pending] = []
  /// What jobs that wait for files look at, and when.
  let files: FileTriggers
  /// When attempts whose supervisor never took hold are launched again (boot clock).
  var relaunches: [String: Int64] = [:]
  /// Jobs that cannot be decided on for now: their zone is gone.
  var putOff: Set<String> = []
  var ownHints: [String: (count: Int, revision: Int)] = [:]
  /// Commands that are told of what has happened to jobs.
  let hooks: HookRuns
  /// Files in new/ to be taken in, in the order in which they came.
  var drops = LookList()
  private var youngDrops: Set<String> = []
  /// Jobs to be looked at again at an instant of the boot clock: something failed.
  var aside: Set<String> = []
  var asideUntil: Int64 = 0
  /// Launches wait until this instant of the boot clock, because something is short.
  var pausedUntil: Int64 = 0
  private var lockWatch = LockWatch()
  var shortage: Shortage?
  var nextRescan: Int64 = 0
  var rescan = Rescan()
  /// Everything has to be looked at: at the start, and when hints were lost.
  var needsScan = true
  /// All that the last scan has marked has been looked at.
  private(set) var isScanned = false
  private(set) var isStopping = false
  /// What others are told while it waits for runs and starts none; nil before.
  var drainNotice: String?
  private var stopRequests = 0
  private var housekeeping = Housekeeping()
  var counting: Counting
  private var notifier = Notifier()

  /// Opens for business: takes daemon.lock and sets up what it waits for.
  /// - Throws: `SpoolError.busy` if there is another daemon.
  public init(spool: Spool, options: DaemonOptions) throws(SpoolError) {
    self.spool = spool
    self.options = options
    log = Log(style: options.logStyle, file: options.logFile)
    lock = try spool.lockDaemon()
    counting = Counting(spool, log, at: .now)
    do throws(SystemError) {
      engine = try Engines(
        spool: spool, descriptorLimit: CurrentProcess.raiseDescriptorLimit())
      descriptorLimit = CurrentProcess.descriptorLimit
      hooks = try HookRuns(
        spool, log, base: Environment.basic, descriptorLimit: engine.descriptorLimit)
      poller = try Poller()
      signals = try SignalQueue([.terminate, .interrupt, .hangUp, .child])
      watch = try FileWatch()
      // Watched before the first scan: what comes in between is told or seen, or both.
      jobsWatch = try watch.add(
        path: "\(spool.path)/jobs", for: [.created, .movedIn, .removed])
      _ = try watch.add(path: "\(spool.path)/new", for: [.written, .movedIn])
      files = try FileTriggers()
      configWatch = try ConfigWatch(spoolPath: spool.path)
      outsideLocks = try OutsideLocks(spool)
      calendar = try Timer(clock: .real)
      elapsed = try Timer(clock: .boot)
      try poller.add(signals.descriptor, token: Token.signals.rawValue)
      try poller.add(watch.descriptor, token: Token.hints.rawValue)
      try poller.add(files.watch.descriptor, token: Token.files.rawValue)
      try poller.add(configWatch.watch.descriptor, token: Token.config.rawValue)
      try poller.add(outsideLocks.watch.descriptor, token: Token.locks.rawValue)
      execs = try OwnerWatch()
      try poller.add(execs.watch.descriptor, token: Token.execs.rawValue)
      try poller.add(calendar.descriptor, token: Token.calendar.rawValue)
      try poller.add(elapsed.descriptor, token: Token.elapsed.rawValue)
    } catch {
      throw .system(error)
    }
    notice.configMark = spool.configMark()
    notice.engine = options.engine
    let config = try Daemon.config(of: spool, options)
    hooks.common = config.hooks
    table = JobTable(
      config,
      replacement: { [zones] state in
        // Most jobs need no schedule to be made for this.
        guard state.spec.overlap == .replace, let schedule = try? zones.schedule(state.spec) else {
          return nil
        }
        return state.replacement(schedule)
      })
    engine.slurm.config = config
    lock.tell(notice)
    for note in spool.notes { log.warning(note) }
  }

  /// Works until it is asked to stop, or until idle if that was asked for.
  public func run() throws {
    log.info("daemon \(CurrentProcess.pid) on \(spool.path), \(options.slots) slots")
    spool.lockPatience = Daemon.lockPatience
    defer { counting.write(spool) }
    while true {
      let began = Clock.boot.nanoseconds
      decidedInTurn = 0
      let moreToDo = try turn()
      let took = Clock.boot.nanoseconds - began
      counting.countTurn(nanoseconds: took)
      turnSize.took(nanoseconds: took, deciding: decidedInTurn)
      notifier.turned(jobs: table.count, running: table.liveCount)
      if !moreToDo, isDone() { break }
      try arm()
      for event in try poller.wait(timeout: moreToDo ? 0 : nil) { try handle(event) }
      if isStopping, !options.drain || stopRequests > 1 { break }
    }
    notifier.stopping()
    hooks.stop(poller)
    let left = engine.count
    let runs = left == 1 ? "1 run goes on under its supervisor" : "\(left) runs go on under theirs"
    log.info(left == 0 ? "leaving" : "leaving; \(runs)")
  }

  /// One turn: everything that is to be looked at, then everything that can be started.
  /// - Returns: whether there is more to do at once.
  private func turn() throws -> Bool {
    let now = Instant.now
    if needsScan, !isPaused { try ifThereIsRoom { () throws(SpoolError) in try scan() } }
    try rescanIfDue()
    dirty.formUnion(table.ring(now: now))
    dirty.formUnion(table.takeBereaved())
    if !aside.isEmpty, Clock.boot.milliseconds >= asideUntil {
      dirty.formUnion(aside)
      aside = []
    }
    dirty.formUnion(execs.takeDue())
    for lock in outsideLocks.freed(in: spool) { table.openLock(lock) }
    try takeDrops(at: now)
    try hearEngines()
    // What this turn decides is committed together: one lock, one sync of each directory.
    var pending = Array(endings.prefix(batch))
    endings.removeFirst(pending.count)
    for item in pending where item.change.next.phase.liveAttempt == nil {
      table.vacate(item.change.next.id)
    }
    pending += lookAtDirty(at: now)
    if !isPaused { pending += recordHooks(besides: pending, at: now) }
    if dirty.isEmpty, !needsScan {
      if !isScanned {
        log.info("ready")
        CurrentProcess.trimMemory()
      }
      isScanned = true
      notifier.ready(jobs: table.count, running: table.liveCount)
    }
    // Before all is read, the order of what is due is not known.
    let mayStart = isScanned && !isStopping && !isPaused
    if mayStart {
      pending += try lookForFiles(at: now)
      pending += try dispatch(at: now)
    }
    try commit(pending, at: now)
    if mayStart, !isPaused { try recordDue(at: now) }
    dirty.formUnion(table.takeBereaved())
    hooks.step(poller, mayStart: mayStart && !isPaused)
    if isScanned, !isPaused {
      try ifThereIsRoom { () throws(SpoolError) in
        try housekeeping.step(spool, log, at: now, isKept: table.isAwaited)
      }
    }
    endShortage()
    counting.writeIfDue(spool)
    return !dirty.isEmpty || !endings.isEmpty || !drops.isEmpty || rescan.isUnderWay
      || (isScanned && !isPaused && housekeeping.hasMore)
      || (mayStart && !isPaused && (files.hasLooks || table.hasWatching || table.hasUnrecorded))
      || (mayStart && !isPaused && table.starts.hasFreed)
      || (!isPaused && hooks.hasEnded) || (mayStart && !isPaused && hooks.isReady)
  }

  /// Whether one more run may begin.
  var hasSlot: Bool { table.starts.slotsTaken < options.slots }

  /// Whether something is short, or a lock is kept, and waiting may cure it.
  private var isPaused: Bool { Clock.boot.milliseconds < pausedUntil }

  /// A lock could not be had: what needs it comes again a little later.
  func waitForLock() {
    pausedUntil = Clock.boot.milliseconds + Daemon.lockPause
    lockWatch.look(spool, log, at: .now)
  }

  /// The lock could be had.
  func hasLocked() { lockWatch.clear() }

  private func isDone() -> Bool {
    if isStopping { return engine.isIdle && hooks.runningCount == 0 }
    guard let span = options.untilIdle, isScanned, youngDrops.isEmpty, aside.isEmpty
    else { return false }
    return engine.isIdle && hooks.isEmpty && !table.hasWatching && files.isIdle(within: span)
      && table.isIdle(until: Clock.real.milliseconds + span.milliseconds)
  }

  private func arm() throws(SystemError) {
    try calendar.set(at: [table.nextInstant, files.calendar.next].compactMap(\.self).min())
    var next = [nextRescan]
    if let look = files.elapsed.next { next.append(look) }
    if let look = outsideLocks.rechecks.next { next.append(look) }
    if let look = execs.next { next.append(look) }
    if let alarm = table.nextElapsed { next.append(alarm) }
    if !aside.isEmpty { next.append(asideUntil) }
    if pausedUntil > Clock.boot.milliseconds { next.append(pausedUntil) }
    if let shortage { next.append(shortage.endsAt) }
    if let hook = hooks.next { next.append(hook) }
    if let write = counting.writeAt { next.append(write) }
    if let wake = notifier.wakeAt { next.append(wake) }
    if let wake = engine.wakeAt { next.append(wake) }
    if !youngDrops.isEmpty { next.append(Clock.boot.milliseconds + Spool.dropPatience / 5) }
    try elapsed.set(at: next.min())
  }

  // MARK: What the loop is told

  private func handle(_ event: Poller.Event) throws {
    switch Token(rawValue: event.token) {
    case .signals:
      for signal in try signals.pending() { take(signal) }
    case .hints:
      for hint in try watch.hints() { take(hint) }
    case .files: for hint in try files.watch.hints() { files.take(hint, table) }
    case .execs: try execs.takeHints()
    case .locks: try outsideLocks.takeHints()
    case .config: if try configWatch.hasChanged() { readConfig() }
    case .calendar: calendar.acknowledge()
    case .elapsed:
      elapsed.acknowledge()
      drops.formUnion(youngDrops.sorted())
      youngDrops = []
    case nil:
      if hooks.take(event.token, poller) { return }
      if let run = try engine.end(event.token, poller: poller) { try finished(run) }
    }
  }

  private func take(_ signal: Signal) {
    switch signal {
    case .terminate, .interrupt:
      isStopping = true
      stopRequests += 1
      notifier.stopping()
      if options.drain, stopRequests == 1 { tellOfDraining() }
    case .hangUp:
      log.reopen()
      nextRescan = 0
      notifier.reloading()
      readConfig()
    case .child: engine.reapChildren { hooks.ended($0, poller) }
    case .kill, .brokenPipe, .resume, .windowSize: break
    }
  }

  private func take(_ hint: FileWatch.Hint) {
    switch hint {
    case .overflow:
      log.warning("too many changes at once: looking at everything")
      ownHints = [:]
      isScanned = false
      needsScan = true
    case .ended: break
    case .changed(let watch, let name, _):
      if watch != jobsWatch {
        if Spool.isDrop(name) { drops.insert(name) }
        // Not UTF-8, by all likelihood: only a look at the directory knows the name.
        if name.unicodeScalars.contains("\u{FFFD}") { nextRescan = 0 }
      } else if let id = Spool.identifier(fileName: name) {
        if let own = ownHints[id] {
          ownHints[id] = own.count > 1 ? (own.count - 1, own.revision) : nil
          // The kernel makes one hint of two like ones in a row, so this may be somebody else's, too.
          if isForeign(id, since: own.revision) { dirty.insert(id) }
        } else {
          dirty.insert(id)
        }
      }
    }
  }

  private func takeDrops(at now: Instant) throws(SpoolError) {
    guard let name = drops.popFirst() else { return }
    let context = spool.unattendedContext(zones: zones)
    do throws(SpoolError) {
      switch try spool.takeIn(name, context: context, at: now) {
      case nil: break
      case .unfinished?: youngDrops.insert(name)
      case .taken(let jobs)?:
        // Looked at in this turn: the hint would come after the question whether all is done.
        dirty.formUnion(jobs.map(\.id))
        log.info("new/\(name): \(jobs.count) job(s) taken in")
      case .quarantined(let kept, let reason, let jobs)?:
        dirty.formUnion(jobs.map(\.id))
        log.error(
          "new/\(name): \(reason); \(jobs.count) job(s) taken in, the file is corrupt/\(kept)")
      }
    } catch {
      // Whatever it is, the file is still there; it is tried again.
      youngDrops.insert(name)
      if case .busy = error { return waitForLock() }
      if case .system(let problem) = error, problem.isShortage { return holdBack(problem) }
      log.warning("new/\(name): \(error); tried again")
    }
  }
}
