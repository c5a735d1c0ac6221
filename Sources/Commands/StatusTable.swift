// The table of jobs, as text.

import JobCore
import JobSpool

/// Rows and columns of `jobrun status`.
enum StatusTable {
  static let titles = ["NUMBER", "NAME", "PHASE", "NEXT RUN", "LAST OUTCOME", "ATTEMPTS"]
  /// A longer cell is cut.
  private static let widest = 40

  /// One job's cells.
  static func row(_ view: JobView, zone: TimeZoneRules) -> [String] {
    let state = view.state
    let next: String
    switch state.phase {
    case .waiting where state.isWaitingForFiles: next = "a file"
    case .waiting(let until), .backoff(_, let until): next = local(until, zone)
    case .queued: next = "now"
    case .awaiting: next = "another job"
    case .held, .starting, .running, .succeeded, .failed, .cancelled, .expired: next = "-"
    }
    var phase = state.phase.word.rawValue
    if case .running = state.phase, let percent = view.percentCompleted { phase += " \(percent)%" }
    return [
      String(state.number), state.spec.name, phase, next, outcome(state),
      state.attempts == 0 ? "-" : "\(state.attempts)/\(state.spec.retry.count + 1)",
    ]
  }

  private static func outcome(_ state: JobState) -> String {
    if let last = state.lastOutcome { return last.summary }
    switch state.phase {
    case .expired(let reason), .cancelled(let reason), .failed(let reason): return reason
    case .held, .awaiting, .waiting, .queued, .starting, .running, .backoff, .succeeded: return "-"
    }
  }

  /// `2026-11-21 03:31:35`, as the clocks of a zone show it.
  static func local(_ instant: Instant, _ zone: TimeZoneRules) -> String {
    let civil = zone.civil(at: instant)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(civil.year)-\(two(civil.month))-\(two(civil.day)) "
      + "\(two(civil.hour)):\(two(civil.minute)):\(two(civil.second))"
  }

  /// Aligned lines with a head.
  static func lines(_ rows: [[String]], titles: [String] = titles) -> [String] {
    let cells = ([titles] + rows).map { $0.map(clean) }
    var widths = [Int](repeating: 0, count: titles.count)
    for row in cells {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) }
    }
    return cells.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell
        // The last column needs no filling: lines have no blanks at their ends.
        if column < row.count - 1 {
          line += String(repeating: " ", count: widths[column] - cell.count + 2)
        }
      }
      return line
    }
  }

  /// A text without anything that could move the cursor.
  static func visible(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
  }

  /// A cell that can be shown, and is not too wide.
  static func clean(_ cell: String) -> String {
    let visible = visible(cell)
    return visible.count > widest ? visible.prefix(widest - 3) + "..." : visible
  }
}
