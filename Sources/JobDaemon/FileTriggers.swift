// Which jobs wait for files, and when each of them is to be looked for: at a hint of the kernel,
// after a while, or at an instant of the calendar. It holds no truth: what has had its run is in
// the job's state, what is there is in the directory.

internal import JobCore
internal import LinuxIO

/// The jobs that wait for files, in the daemon's memory.
final class FileTriggers {
  /// One job.
  struct Job {
    let number: Int
    let trigger: FileTrigger
    let pattern: NamePattern
    /// Whether changes are to be told, or only instants of the calendar count.
    let isWatching: Bool
    /// Watches on its directories.
    var watches: Set<Int32> = []
    /// A walk that is under way.
    var scan: FileScan?
    /// Something may have changed since the walk began.
    var isStale = false
    /// Files that the last walk has found, the next one last.
    var backlog: [TriggerFile] = []
    /// Why the last walk has not seen everything.
    var trouble: String?
    /// No look before this instant of the boot clock, so that walks through a large directory do
    /// not keep the daemon busy.
    var restUntil: Int64 = 0
    /// At this instant of the boot clock there is a file to be taken, or a change to be seen.
    var promised: Int64?
  }

  private static let interest: FileWatch.Interest = [.created, .movedIn, .written]
  /// A walk is followed by a rest of so many times its length.
  private static let rest: Int64 = 10

  /// Its own set: hints of a spool must not be lost because somebody floods a directory.
  let watch: FileWatch
  private var jobs: [String: Job] = [:]
  private var watchers: [Int32: Set<String>] = [:]
  /// Instants of the calendar, on the wall clock, and lengths of time.
  private(set) var calendar = Alarms()
  private(set) var elapsed = Alarms()
  /// Jobs to be looked at now, in their order.
  private var looks: [String] = []
  private var nextLook = 0
  private var isToBeLookedAt: Set<String> = []
  /// Attempts that were queued by this daemon and whose files nobody has tried to move yet.
  private var untouched: [String: Int] = [:]

  init() throws(SystemError) { watch = try FileWatch(silentOnNewFiles: true) }

  /// Whether there is something to look at now.
  var hasLooks: Bool { nextLook < looks.count }

  /// Whether nothing has been found, and nothing is to be found within a time.
  func isIdle(within span: TimeSpan) -> Bool {
    let end = Clock.boot.milliseconds + span.milliseconds
    return !hasLooks && jobs.values.allSatisfy { $0.promised.map { $0 > end } ?? true }
  }

  /// What there is to know of a job; it is made when it is first asked for.
  subscript(state: JobState) -> Job? {
    if let job = jobs[state.id] {
      if job.trigger == state.spec.fileTrigger, job.isWatching == state.spec.quartz.isEmpty {
        return job
      }
      // It has another document now.
      forget(state.id)
    }
    // A pattern was compiled when it was submitted; one that cannot be matches nothing.
    guard let trigger = state.spec.fileTrigger, let pattern = try? NamePattern(trigger.expression)
    else { return nil }
    let job = Job(
      number: state.number, trigger: trigger, pattern: pattern,
      isWatching: state.spec.quartz.isEmpty)
    jobs[state.id] = job
    return job
  }

  func update(_ id: String, _ change: (inout Job) -> Void) {
    guard var job = jobs[id] else { return }
    change(&job)
    jobs[id] = job
  }

  // MARK: When to look

  /// Looks at a job's files as soon as possible.
  func lookNow(_ id: String) {
    calendar.clear(id)
    elapsed.clear(id)
    jobs[id]?.promised = nil
    if isToBeLookedAt.insert(id).inserted { looks.append(id) }
  }

  /// Goes on with a look before any other one: each that is under way keeps descriptors open.
  func lookFirst(_ id: String) {
    if isToBeLookedAt.insert(id).inserted { looks.insert(id, at: nextLook) }
  }

  /// Looks at a job's files at an instant of the calendar.
  func look(_ id: String, number: Int, at instant: Instant) {
    calendar.set(id, number: number, at: instant.milliseconds)
  }

  /// Looks at a job's files after some milliseconds.
  /// - Parameter isPromised: there will be something to do.
  func look(_ id: String, number: Int, in milliseconds: Int64, isPromised: Bool = false) {
    let at = Clock.boot.milliseconds + max(milliseconds, 1)
    elapsed.set(id, number: number, at: at)
    jobs[id]?.promised = isPromised ? at : nil
  }

  /// Takes the next job that is to be looked at.
  func popLook(at now: Instant) -> String? {
    while let id = calendar.pop(now: now.milliseconds) { lookNow(id) }
    while let id = elapsed.pop(now: Clock.boot.milliseconds) { lookNow(id) }
    while hasLooks {
      let id = looks[nextLook]
      nextLook += 1
      if !hasLooks {
        looks = []
        nextLook = 0
      }
      // One that was forgotten meanwhile is passed over.
      if isToBeLookedAt.remove(id) != nil { return id }
    }
    return nil
  }

  /// Takes a hint of the kernel.
  func take(_ hint: FileWatch.Hint, _ table: JobTable) {
    switch hint {
    case .overflow: for id in jobs.keys { nudge(id, table) }
    case .ended: break
    case .changed(let number, let name, _):
      let name = FileName(name)
      for id in watchers[number] ?? [] {
        // In a tree, the name may be that of a directory with files in it.
        guard let job = jobs[id], job.trigger.depth > 1 || job.pattern.matches(name) else {
          continue
        }
        nudge(id, table)
      }
    }
  }

  /// Looks at the files of a job that may have changed, if it waits for some.
  private func nudge(_ id: String, _ table: JobTable) {
    guard case .watching? = table.standing(of: id), let job = jobs[id], job.isWatching else {
      // A job looks anew after its run.
      if !table.contains(id) { forget(id) }
      return
    }
    if job.scan != nil {
      jobs[id]?.isStale = true
      return
    }
    // One that is at work through what it has found looks anew when that is done.
    if !job.backlog.isEmpty { return }
    let rest = job.restUntil - Clock.boot.milliseconds
    if rest <= 0 { return lookNow(id) }
    if job.promised == nil { look(id, number: job.number, in: rest, isPromised: true) }
  }

  // MARK: Walks

  /// Watches a directory for a job.
  func watchDirectory(_ path: String, for id: String) -> Int32? {
    // Where that is not possible, the next look finds what has come.
    guard let number = try? watch.add(path: path, for: FileTriggers.interest) else { return nil }
    watchers[number, default: []].insert(id)
    return number
  }

  /// Ends a walk.
  func finishScan(_ id: String, _ scan: FileScan) {
    let findings = scan.findings
    guard let job = jobs[id] else { return }
    for number in job.watches.subtracting(findings.watches) { unwatch(number, id) }
    update(id) { job in
      job.scan = nil
      job.watches = findings.watches
      job.backlog = findings.files.reversed()
      job.trouble = findings.trouble
      job.restUntil = Clock.boot.milliseconds + FileTriggers.rest * scan.cost
    }
  }

  private func unwatch(_ number: Int32, _ id: String) {
    watchers[number]?.remove(id)
    if watchers[number]?.isEmpty ?? false {
      watchers[number] = nil
      watch.remove(number)
    }
  }

  // MARK: Moves

  /// The file of a run has been chosen just now: it has not been moved by anybody on its behalf.
  func choose(_ id: String, run: Int) { untouched[id] = run }

  /// Takes note that the file of a run is about to be moved.
  /// - Returns: whether that may have been done before, by a daemon that did not live to record it.
  func touch(_ id: String, run: Int) -> Bool { untouched.removeValue(forKey: id) != run }

  // MARK: Forgetting

  func forget(_ id: String) {
    calendar.clear(id)
    elapsed.clear(id)
    untouched[id] = nil
    isToBeLookedAt.remove(id)
    guard jobs.removeValue(forKey: id) != nil else { return }
    // Also those of a walk that came to no end.
    for (number, ids) in watchers where ids.contains(id) { unwatch(number, id) }
  }

  /// Forgets jobs that are gone.
  func keep(_ isKept: (String) -> Bool) {
    for id in jobs.keys where !isKept(id) { forget(id) }
  }
}
