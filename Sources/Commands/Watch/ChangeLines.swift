// status --watch where there is no terminal: a line for each change of a job's phase, and nothing
// else.

import JobCore
import JobSpool
import LinuxIO

/// Prints the changes of jobs.
final class ChangeLines {
  /// What a change is told by.
  private struct Standing: Hashable {
    let phase: Phase.Word
    let runs: Int
    let attempts: Int
  }

  private let session: Session
  private let spool: Spool
  private let filter: JobFilter
  private let zone: TimeZoneRules
  /// Jobs that were named; nil: all that fit.
  private let ids: Set<String>?
  private let hints: FileWatch
  private let poller: Poller
  private let reader: OutputReader
  /// Processes that have jobs: of one that is killed, nothing else tells.
  private let owners: OwnerWatch
  private var known: [String: Standing] = [:]
  /// Watches of run directories, with their jobs, and the other way round.
  private var runs: [Int32: String] = [:]
  private var watches: [String: Int32] = [:]

  init(_ session: Session, _ filter: JobFilter, ids: [String]?) throws {
    self.session = session
    self.filter = filter
    self.ids = ids.map { Set($0) }
    spool = try session.spool()
    zone = try session.zone()
    hints = try FileWatch()
    poller = try Poller()
    owners = try OwnerWatch()
    _ = try hints.add(path: "\(spool.path)/jobs", for: .movedIn)
    // What is purged is forgotten here, too.
    _ = try hints.add(path: "\(spool.path)/done", for: [.movedIn, .removed])
    try poller.add(hints.descriptor, token: 0)
    try poller.add(owners.watch.descriptor, token: 1)
    reader = try OutputReader(poller)
  }

  /// Prints until the jobs that were named have ended, or nobody reads any more.
  /// - Returns: the exit code.
  func run() throws -> Int32 {
    if ids == nil {
      for id in try spool.liveIdentifiers() where owners.add(id, in: spool) {
        _ = try look(at: id, isPrinting: false)
      }
    }
    var isOver = ids != nil
    for id in (ids ?? []).sorted() { isOver = try look(at: id) && isOver }
    var open = ids.map { $0.filter { !(known[$0]?.phase.isFinal ?? true) } }
    while !isOver {
      try session.flush()
      if reader.isGone(try poller.wait(timeout: owners.timeout())) {
        return OutputReader.goneCode
      }
      for id in try changed() where open?.contains(id) ?? true {
        if try look(at: id) { open?.remove(id) }
      }
      isOver = open?.isEmpty ?? false
    }
    try session.flush()
    return ExitCode.success
  }

  /// Ids of jobs that may have changed.
  private func changed() throws -> Set<String> {
    try owners.takeHints()
    var found = Set(owners.takeDue())
    for hint in try hints.hints() {
      switch hint {
      case .overflow: return try ids ?? spool.allIdentifiers()
      case .ended: break
      case .changed(let watch, let name, _):
        if let id = runs[watch] ?? Spool.identifier(fileName: name) { found.insert(id) }
      }
    }
    return found
  }

  /// Prints a job if it has changed; whether it has ended.
  private func look(at id: String, isPrinting: Bool = true) throws -> Bool {
    guard let job = try? spool.job(id) else {
      known[id] = nil
      owners.forget(id)
      watch(nil, of: id)
      return true
    }
    watch(job.state.phase.liveAttempt, of: id)
    if job.state.isExec, !job.state.phase.isFinal { owners.add(id, in: spool) }
    let view = spool.view(job.state, zones: session.zones, at: session.now)
    let state = view.state
    if state.phase.isFinal { owners.forget(id) }
    let standing = Standing(
      phase: state.phase.word, runs: state.runs, attempts: state.attempts)
    guard known.updateValue(standing, forKey: id) != standing, isPrinting, filter.fits(state)
    else {
      return state.phase.isFinal
    }
    if session.options.flag("ndjson") {
      try session.print(line: view.json)
    } else {
      let name = TerminalText.visible(state.spec.name)
      try session.print(
        "\(StatusTable.local(session.now, zone))  \(state.number)  \(name)  "
          + "\(state.phase.word.rawValue)  \(TerminalText.visible(view.message))")
    }
    return state.phase.isFinal
  }

  /// Watches the attempt of a job that is live, and none of those before it.
  private func watch(_ attempt: Attempt?, of id: String) {
    // Without a daemon only the supervisor tells of an end: exit.json gets its name.
    let watch = attempt.flatMap { try? hints.add(path: spool.runPath(id, $0), for: .movedIn) }
    if let old = watches[id], old != watch {
      hints.remove(old)
      runs[old] = nil
    }
    watches[id] = watch
    if let watch { runs[watch] = id }
  }
}
