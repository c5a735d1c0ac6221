// The columns of `jobrun status`: of fixed width, so that each row can be shown when its job is
// known, without the rows behind it.

import JobCore
import JobSpool
import LinuxIO

/// Lays jobs out in columns.
struct StatusColumns {
  /// What a column shows, in the order of the table.
  enum Column: String, CaseIterable {
    case number = "NUMBER"
    case name = "NAME"
    case phase = "PHASE"
    case nextRun = "NEXT RUN"
    case attempts = "ATTEMPTS"
    case outcome = "LAST OUTCOME"

    /// The fewest columns of the terminal that it is of use in.
    fileprivate var least: Int {
      switch self {
      case .number: 6
      case .name: 12
      // "running 48%"
      case .phase: 12
      // Without seconds.
      case .nextRun: 16
      case .attempts: 8
      case .outcome: 12
      }
    }
  }

  /// Which columns there is room for, in which order they are given up, the last one first.
  private static let importance: [Column] = [
    .number, .phase, .name, .outcome, .nextRun, .attempts,
  ]
  /// A phase or a name that is cut to less than this says nothing.
  private static let shortest = 4
  private static let gap = 2
  private static let secondsWidth = 3
  /// Names need this much more before there are seconds.
  private static let roomForSeconds = 20
  /// The name takes no more than this from the outcome.
  private static let ampleName = 40
  /// Columns of a name where the width is not limited.
  private static let plainName = 20

  /// The columns and their widths; nil: as wide as what it shows.
  let columns: [(column: Column, width: Int?)]
  private let hasSeconds: Bool
  /// Columns of the terminal; nil: no limit.
  private let limit: Int?
  private let zone: TimeZoneRules
  private let paint: Paint

  /// Columns for a terminal.
  /// - Parameters:
  ///   - width: columns of the terminal; nil: no limit, and nothing is cut.
  ///   - highest: the highest number of a job, as far as is known.
  init(width: Int?, highest: Int, zone: TimeZoneRules, paint: Paint) {
    self.zone = zone
    self.paint = paint
    limit = width
    let numberWidth = max(Column.number.least, String(highest).utf8.count)
    guard let width else {
      hasSeconds = true
      columns = Column.allCases.map { column in
        switch column {
        case .number: (column, numberWidth)
        case .name: (column, StatusColumns.plainName)
        case .nextRun: (column, column.least + StatusColumns.secondsWidth)
        case .outcome: (column, nil)
        case .phase, .attempts: (column, column.least)
        }
      }
      return
    }
    var widths: [Column: Int] = [:]
    // The first column has no gap before it.
    var room = width + StatusColumns.gap
    for column in StatusColumns.importance {
      let rest = room - StatusColumns.gap
      let least: Int
      switch column {
      case .number: least = numberWidth
      case .phase, .name: least = min(column.least, max(rest, StatusColumns.shortest))
      case .outcome, .nextRun, .attempts: least = column.least
      }
      // Without the first there is no table; it is cut, if need be.
      if rest < least, column != .number { break }
      widths[column] = least
      room = rest - least
    }
    room = max(0, room)
    hasSeconds = widths[.nextRun] != nil && room >= StatusColumns.roomForSeconds
    if hasSeconds {
      widths[.nextRun, default: 0] += StatusColumns.secondsWidth
      room -= StatusColumns.secondsWidth
    }
    if let outcome = widths[.outcome] {
      let toName = min(room / 2, StatusColumns.ampleName - Column.name.least)
      widths[.name, default: 0] += toName
      widths[.outcome] = outcome + room - toName
    } else if let name = widths[.name] {
      widths[.name] = name + room
    }
    columns = Column.allCases.compactMap { column in widths[column].map { (column, $0) } }
  }

  /// A line, and the columns that it takes.
  typealias Line = (text: String, width: Int)

  /// The line above the jobs.
  var head: Line {
    line {
      $0.rawValue
    } style: { _ in
      .bold
    }
  }

  /// The line of a job.
  func line(_ view: JobView) -> Line {
    line {
      text(of: $0, view)
    } style: {
      $0 == .phase ? view.state.phase.word.style : nil
    }
  }

  private func line(_ text: (Column) -> String, style: (Column) -> Paint.Style?) -> Line {
    var line: Line = ("", 0)
    line.text.reserveCapacity(128)
    var blanks = 0
    for (column, width) in columns {
      var cell = TerminalText.visible(text(column))
      // Where nothing is cut, a cell that is too wide moves those behind it.
      if let limit {
        let room = limit - line.width - blanks
        if room <= 0 { break }
        cell = TerminalText.cut(cell, to: min(width ?? room, room))
      }
      let taken = TerminalText.width(cell)
      line.text += StatusColumns.blanks(blanks)
      line.text += paint(cell, style(column))
      line.width += blanks + taken
      blanks = max(0, (width ?? 0) - taken) + StatusColumns.gap
    }
    return line
  }

  /// Blanks between cells, of which there are many.
  private static func blanks(_ count: Int) -> String {
    count < usualBlanks.count ? usualBlanks[count] : String(repeating: " ", count: count)
  }

  private static let usualBlanks = (0..<32).map { String(repeating: " ", count: $0) }

  /// What stands in a cell. The state is not given a name: that would copy all of it for each.
  private func text(of column: Column, _ view: JobView) -> String {
    switch column {
    case .number: return String(view.state.number)
    case .name: return view.state.spec.name
    case .phase:
      let word = view.state.phase.word.rawValue
      guard case .running = view.state.phase, let percent = view.percentCompleted else {
        return word
      }
      return "\(word) \(percent)%"
    case .nextRun:
      switch view.state.phase {
      case .waiting where view.state.isWaitingForFiles: return "a file"
      case .waiting(let until), .backoff(_, let until):
        let time = StatusTable.local(until, zone)
        return hasSeconds ? time : String(time.dropLast(StatusColumns.secondsWidth))
      case .queued: return "now"
      case .awaiting: return "another job"
      case .held, .starting, .running, .succeeded, .failed, .cancelled, .expired: return "-"
      }
    case .attempts:
      return view.state.attempts == 0
        ? "-" : "\(view.state.attempts)/\(view.state.spec.retry.count + 1)"
    case .outcome:
      if let last = view.state.lastOutcome { return last.summary }
      switch view.state.phase {
      case .expired(let reason), .cancelled(let reason), .failed(let reason): return reason
      case .held, .awaiting, .waiting, .queued, .starting, .running, .backoff, .succeeded:
        return "-"
      }
    }
  }
}
