// One picture of `status --watch`: how many jobs there are in which phase, the table, and below each
// job that runs how far it is. Made from values, so that a test can look at it.

import JobCore
import JobSpool

/// Lays out one picture.
struct WatchFrame {
  /// Cells of a bar of progress.
  private static let barCells = 20
  /// Where the line below a job begins.
  private static let indentation = 8

  let columns: StatusColumns
  let width: Int
  let zone: TimeZoneRules
  let paint: Paint

  /// The picture.
  /// - Parameters:
  ///   - views: in the order of importance; as many are shown as there is room for, by number.
  ///   - counts: of all jobs that are meant.
  ///   - rows: lines there are.
  func lines(
    _ views: [JobView], counts: [Phase.Word: Int], isDaemonUp: Bool, at now: Instant, rows: Int
  ) -> [StatusColumns.Line] {
    let total = counts.values.reduce(0, +)
    var room = rows - 2
    var shown: [JobView] = []
    for view in views {
      let height = view.startedAt == nil ? 1 : 2
      // A line is kept for how many are not shown.
      let isLast = shown.count + 1 >= total
      if height + (isLast ? 0 : 1) > room { break }
      shown.append(view)
      room -= height
    }
    shown.sort { $0.state.number < $1.state.number }
    var lines = [plain(summary(counts, isDaemonUp: isDaemonUp, at: now)), columns.head]
    for view in shown {
      lines.append(columns.line(view))
      if let below = below(view, at: now) { lines.append(below) }
    }
    if total > shown.count { lines.append(plain("and \(total - shown.count) more")) }
    return lines
  }

  /// `02:40:05  2 running, 1 queued, 7 succeeded`.
  private func summary(
    _ counts: [Phase.Word: Int], isDaemonUp: Bool, at now: Instant
  ) -> String {
    let order: [Phase.Word] = [
      .running, .starting, .queued, .backoff, .waiting, .held, .failed, .succeeded, .cancelled,
      .expired,
    ]
    let words = order.compactMap { word in
      counts[word].flatMap { $0 > 0 ? "\($0) \(word.rawValue)" : nil }
    }
    let jobs = words.isEmpty ? "no jobs" : words.joined(separator: ", ")
    return "\(time(now))  \(jobs)\(isDaemonUp ? "" : "; no daemon is running")"
  }

  /// How far a running job is: `[#####-----]  48 %  copying  2m10s of about 4m, until 02:44:10`.
  private func below(_ view: JobView, at now: Instant) -> StatusColumns.Line? {
    guard let startedAt = view.startedAt else { return nil }
    var parts: [String] = []
    if let percent = view.percentCompleted {
      let full = WatchFrame.barCells * percent / 100
      let bar =
        String(repeating: "#", count: full)
        + String(repeating: "-", count: WatchFrame.barCells - full)
      parts.append("[\(bar)] \(percent) %")
    }
    let elapsed = rounded(max(now - startedAt, .zero))
    if let usual = view.state.usualDuration {
      let end = startedAt + usual
      let until = end < now ? "longer than usual" : "until \(time(end))"
      parts.append("\(elapsed) of about \(rounded(usual)), \(until)")
    } else {
      parts.append("\(elapsed)")
    }
    // What says no more than the phase is left out.
    let isReported = view.percentCompleted != nil || view.message != view.state.message
    if isReported || view.state.cancelRequest != nil { parts.append(view.message) }
    let indentation = String(repeating: " ", count: WatchFrame.indentation)
    return plain(indentation + parts.joined(separator: "  "))
  }

  private func time(_ instant: Instant) -> String {
    String(StatusTable.local(instant, zone).suffix(8))
  }

  /// Whole seconds.
  private func rounded(_ span: TimeSpan) -> TimeSpan { .seconds(span.milliseconds / 1000) }

  private func plain(_ text: String) -> StatusColumns.Line {
    let text = TerminalText.cut(TerminalText.visible(text), to: width)
    return (text, TerminalText.width(text))
  }
}
