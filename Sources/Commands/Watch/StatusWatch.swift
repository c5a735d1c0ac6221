// status --watch on a terminal: the same picture again and again, in place. Hints of the kernel say
// when something has changed; the clock moves on its own.

import JobCore
import JobSpool
import LinuxIO
import RESTService

/// Watches jobs on a terminal.
final class StatusWatch {
  /// Pictures follow each other no closer, in milliseconds: more often nobody can read.
  private static let shortest: Int64 = 250
  /// Times that have passed are shown by the second.
  private static let longest: Int64 = 1000

  /// What is waited for.
  private enum Source: UInt64 {
    case hints, signals, reader
  }

  private let session: Session
  private let spool: Spool
  private let filter: JobFilter
  private let zone: TimeZoneRules
  private let paint: Paint
  /// Jobs that were named; nil: all that fit.
  private let ids: [String]?
  private let index: JobIndex?
  private let hints: FileWatch
  private let signals: SignalQueue
  private let poller: Poller
  private var area = ScreenArea()
  /// Reports of progress that are watched, by their paths.
  private var reports: [String: Int32] = [:]

  /// Begins to watch some jobs, or all.
  init(_ session: Session, _ filter: JobFilter, ids: [String]?) throws {
    self.session = session
    self.filter = filter
    self.ids = ids
    spool = try session.spool()
    zone = try session.zone()
    paint = try session.paint
    index = try ids == nil ? JobIndex(spool) : nil
    hints = try FileWatch()
    signals = try SignalQueue([.interrupt, .terminate, .hangUp, .windowSize])
    poller = try Poller()
    for folder in ["jobs", "done"] {
      _ = try hints.add(path: "\(spool.path)/\(folder)", for: [.movedIn, .removed])
    }
    try poller.add(hints.descriptor, token: Source.hints.rawValue)
    try poller.add(signals.descriptor, token: Source.signals.rawValue)
  }

  /// Draws until the jobs that were named have ended, or a signal comes.
  /// - Returns: the exit code.
  func run() throws -> Int32 {
    while true {
      let isCurrent = try readIndex()
      let (views, counts) = try jobs()
      try draw(views, counts)
      watchReports(of: views)
      if ids != nil, !views.contains(where: { !$0.state.phase.isFinal }) {
        return ExitCode.success
      }
      if let signal = try rest(until: isCurrent ? nil : 0) { return 128 + signal.rawValue }
    }
  }

  /// Waits for the next picture; a signal that ends the watch comes at once.
  private func rest(until limit: Int64?) throws -> Signal? {
    let start = Clock.boot.milliseconds
    var due = start + (limit ?? StatusWatch.longest)
    while true {
      let left = due - Clock.boot.milliseconds
      if left <= 0 { return nil }
      for event in try poller.wait(timeout: Int32(clamping: left)) {
        switch Source(rawValue: event.token) {
        case .signals:
          for signal in try signals.pending() {
            guard signal == .windowSize else { return signal }
            due = start
          }
        case .hints, .reader, nil:
          _ = try hints.hints()
          due = min(due, start + StatusWatch.shortest)
          // Hints may come faster than pictures: they are not asked for again until then.
          pause(milliseconds: max(0, min(StatusWatch.shortest / 5, due - Clock.boot.milliseconds)))
        }
      }
    }
  }

  /// Brings the index up to date, as far as that is possible between two pictures.
  private func readIndex() throws -> Bool {
    guard let index else { return true }
    let end = Clock.boot.milliseconds + StatusWatch.shortest
    while try !index.step() {
      if Clock.boot.milliseconds >= end { return false }
    }
    return true
  }

  /// The jobs to be shown, the most important first, and how many there are in each phase.
  private func jobs() throws -> ([JobView], [Phase.Word: Int]) {
    let now = session.now
    let around = SurroundingsReader(spool, zones: session.zones, at: now)
    func view(_ id: String) throws -> JobView? {
      guard let job = try? spool.job(id) else { return nil }
      return spool.view(job.state, zones: session.zones, at: now, around: around)
    }
    var counts: [Phase.Word: Int] = [:]
    if let ids {
      let views = try ids.compactMap(view).filter { filter.fits($0.state) }
      for view in views { counts[view.state.phase.word, default: 0] += 1 }
      return (views, counts)
    }
    guard let index else { return ([], [:]) }
    let most = min(Terminal.size(1)?.rows ?? Session.usualRows, filter.limit ?? .max)
    let selection = filter.selection
    let places = index.first(most, after: nil) { row in
      guard selection.mayFit(row) else { return nil }
      counts[row.phase, default: 0] += 1
      return StatusWatch.place(of: row)
    }
    return (try places.compactMap { try view($0.id) }.filter { filter.fits($0.state) }, counts)
  }

  /// What goes on comes first, then what was touched last.
  private static func place(of row: JobIndex.Row) -> JobIndex.Position {
    let key: Int64
    switch row.phase {
    case .starting, .running: key = .min
    case .backoff: key = .min + 1
    case .queued: key = .min + 2
    case .held, .waiting, .succeeded, .failed, .cancelled, .expired:
      key = -max(row.submittedAt, row.endedAt ?? row.submittedAt).milliseconds
    }
    return JobIndex.Position(key: key, number: Int64(row.number), id: row.id)
  }

  private func draw(_ views: [JobView], _ counts: [Phase.Word: Int]) throws {
    let size = Terminal.size(1)
    let width = size?.columns ?? Session.usualWidth
    let rows = size?.rows ?? Session.usualRows
    let columns = StatusColumns(
      width: width, highest: try spool.upcomingNumber() - 1, zone: zone, paint: paint)
    let frame = WatchFrame(columns: columns, width: width, zone: zone, paint: paint)
    let lines = frame.lines(
      views, counts: counts, isDaemonUp: spool.hasDaemon(), at: session.now, rows: rows - 1)
    try session.print(bytes: Array(area.draw(lines, columns: width, rows: rows).utf8))
    try session.flush()
  }

  /// Watches what the jobs on the screen report of their progress.
  private func watchReports(of views: [JobView]) {
    var paths: Set<String> = []
    for view in views {
      guard let attempt = view.state.phase.liveAttempt else { continue }
      paths.insert(
        "\(spool.runPath(view.state.id, attempt))/\(RunDirectory.Name.progress)")
    }
    for (path, watch) in reports where !paths.contains(path) {
      hints.remove(watch)
      reports[path] = nil
    }
    for path in paths where reports[path] == nil {
      // It may not be there yet; the next picture comes in a second at the latest.
      reports[path] = try? hints.add(path: path, for: .modified)
    }
  }
}
