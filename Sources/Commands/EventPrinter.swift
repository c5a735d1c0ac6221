// Lines of history as they are printed: as they are, for people, or as another scheduler's events.

import JobCore
import JobSpool
import LinuxIO

/// Prints lines of history.
struct EventPrinter {
  private let session: Session
  private let spool: Spool
  private let format: EventsCommand.Format
  private let isMarked: Bool
  private let zone: TimeZoneRules
  /// Of number, name and kind in text. They grow: nobody knows the widest before the last line.
  private var widths = [4, 12, 9]

  /// Prints to standard output.
  /// - Parameter isMarked: lines as they are recorded have the version of printed objects besides.
  init(
    _ session: Session, _ spool: Spool, format: EventsCommand.Format, isMarked: Bool,
    zone: TimeZoneRules
  ) {
    self.isMarked = isMarked
    self.session = session
    self.spool = spool
    self.format = format
    self.zone = zone
  }

  /// Prints all that is there now.
  mutating func print(_ history: EventHistory) throws {
    while let element = history.next() {
      switch element {
      case .entry(let entry, let line): try print(entry, line)
      case .damage(let path, let line, let reason):
        let place = line.map { "line \($0): " } ?? ""
        session.say("\(path): \(place)\(reason); what cannot be read in this file is passed over")
      }
    }
    try session.flush()
  }

  private mutating func print(_ entry: HistoryEntry, _ line: [UInt8]) throws {
    switch format {
    case .ndjson:
      let mark = isMarked ? Array("{\"\(PrintedJSON.key)\":\(PrintedJSON.version),".utf8) : []
      // A line is an object, and has members.
      try session.print(bytes: mark + line.dropFirst(isMarked ? 1 : 0) + [UInt8(ascii: "\n")])
    case .text:
      try session.print(text(entry))
    case .scheduledProcess:
      guard let event = event(entry) else { return }
      try session.print(bytes: event.json.serialized(keepingOrder: true) + [UInt8(ascii: "\n")])
    }
  }

  /// `2026-11-21 04:47:38  12    backup        started    run 1, attempt 1`.
  private mutating func text(_ entry: HistoryEntry) -> String {
    let decision = entry.decision
    let cells = [String(entry.number), entry.name, decision.kind.rawValue].map(StatusTable.clean)
    var line = StatusTable.local(decision.at, zone)
    for (column, cell) in cells.enumerated() {
      widths[column] = max(widths[column], TerminalText.width(cell))
      line += "  " + TerminalText.padded(cell, to: widths[column])
    }
    let by = decision.by.map { " (by \($0))" } ?? ""
    return "\(line)  \(StatusTable.visible(decision.reason + by))"
  }

  /// The event that a line stands for, with what only the spool knows.
  private func event(_ entry: HistoryEntry) -> ScheduledProcessEvent? {
    // A job that cannot be read leaves out what it alone tells.
    let job = (try? spool.job(entry.id))?.state
    guard var event = ScheduledProcessEvent(entry, job: job) else { return nil }
    if let (run, attempt) = event.logged {
      event.resultOutput = spool.logPath(
        entry.id, run: run, attempt: attempt, RunDirectory.Name.stdout)
      event.resultError = spool.logPath(
        entry.id, run: run, attempt: attempt, RunDirectory.Name.stderr)
    }
    if let (job, after) = event.scheduled {
      event.nextFireTime = try? session.zones.schedule(job.spec).next(after: after)?.instant
    }
    return event
  }
}
