// Lines at the end of a terminal's screen that are drawn again in place. What was on the screen
// before stays, the cursor stays visible behind the last line, and nothing has to be put back when
// the process ends, however it does.

import JobCore

/// The lines that were drawn last.
struct ScreenArea {
  /// Widths of the lines on the screen, in columns.
  private var widths: [Int] = []

  /// What draws lines over those before: all of it at once, so that nothing flickers.
  /// - Parameters:
  ///   - lines: with their widths; each fits the terminal.
  ///   - columns: of the terminal, now. One that was made narrower has broken the lines before
  ///     into several each.
  ///   - rows: of the terminal. More lines than fit on it are not drawn.
  mutating func draw(
    _ lines: [(text: String, width: Int)], columns: Int, rows: Int
  ) -> String {
    let shown = lines.prefix(max(1, rows - 1))
    let above = widths.reduce(0) { $0 + max(1, ($1 + columns - 1) / max(1, columns)) }
    var text = above == 0 ? "" : "\r\u{1B}[\(min(above, max(1, rows - 1)))A"
    for line in shown { text += "\(line.text)\u{1B}[K\r\n" }
    widths = shown.map(\.width)
    // What is left of a longer area before.
    return text + "\u{1B}[J"
  }
}
