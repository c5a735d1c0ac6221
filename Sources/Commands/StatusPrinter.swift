// What `jobrun status` prints of jobs, in each of its forms, as they come.

import JobCore
import JobSpool
import LinuxIO

/// Prints jobs.
final class StatusPrinter {
  /// What is printed of a job.
  private enum Form {
    case table(StatusColumns)
    case ids
    case lines
    /// One object, or an array of them.
    case document(isOne: Bool)
  }

  private let session: Session
  private let form: Form
  private let isStatus: Bool
  private var objects: [JSON] = []
  /// Whether a job can still run.
  private var hasLive = false
  private var flushedAt = Clock.boot.milliseconds
  /// Rows of a slow search are not held back longer than this, in milliseconds.
  private static let patience: Int64 = 50
  private var isFirst = true

  /// Prints as the options say; a command without those of `status` prints the table.
  /// - Parameter isOne: JSON is one object, not an array.
  init(_ session: Session, isOne: Bool = false) throws {
    self.session = session
    isStatus = session.verb == StatusCommand.verb.syntax.verb
    if isStatus, session.options.flag("json") {
      form = .document(isOne: isOne)
    } else if isStatus, session.options.flag("ndjson") {
      form = .lines
    } else if isStatus, session.options.flag("ids") {
      form = .ids
    } else {
      let zoneName = isStatus ? session.options.value("tz") : nil
      let zone = try session.zone(
        zoneName ?? session.zones.defaultName(), code: ExitCode.usage)
      form = .table(
        StatusColumns(
          width: session.width, highest: try session.spool().upcomingNumber() - 1, zone: zone,
          paint: try session.paint))
    }
  }

  /// Whether it shows what jobs say of where they stand.
  var showsMessages: Bool {
    switch form {
    case .table, .ids: false
    case .lines, .document: true
    }
  }

  /// Prints a job.
  func print(_ view: JobView) throws {
    switch form {
    case .table(let columns):
      if isFirst { try session.print(columns.head.text) }
      try session.print(columns.line(view).text)
      hasLive = hasLive || (!view.state.phase.isFinal && !view.state.isExec)
    case .ids: try session.print(view.state.id)
    case .lines: try session.print(line: view.json)
    case .document: objects.append(view.json)
    }
    let now = Clock.boot.milliseconds
    if isFirst || now - flushedAt > StatusPrinter.patience {
      try session.flush()
      flushedAt = now
    }
    isFirst = false
  }

  /// Prints what comes behind the last job.
  func finish() throws {
    switch form {
    case .table(let columns):
      if isFirst { try session.print(columns.head.text) }
      // Whoever looks at a table of waiting jobs wants to know that nobody works on them.
      if isStatus, hasLive, try !session.spool().hasDaemon() {
        try session.flush()
        session.say("no daemon is running on this spool: start one with `jobrun daemon`")
      }
    case .ids, .lines: break
    case .document(isOne: true):
      for object in objects { try session.print(document: object) }
    case .document(isOne: false):
      try session.print(document: .array(objects))
    }
  }
}
