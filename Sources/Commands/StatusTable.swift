// Small tables and times as text.

import JobCore

/// Lines of text that are shown together.
enum StatusTable {
  /// A longer cell is cut.
  private static let widest = 40

  /// `2026-11-21 03:31:35`, as the clocks of a zone show it.
  static func local(_ instant: Instant, _ zone: TimeZoneRules) -> String {
    zone.civil(at: instant).legible
  }

  /// Lines with a head, each column as wide as its widest cell.
  static func lines(_ rows: [[String]], titles: [String]) -> [String] {
    let cells = ([titles] + rows).map { $0.map(clean) }
    var widths = [Int](repeating: 0, count: titles.count)
    for row in cells {
      for (column, cell) in row.enumerated() {
        widths[column] = max(widths[column], TerminalText.width(cell))
      }
    }
    return cells.map { row in
      row.enumerated().map { column, cell in
        // The last column needs no filling: lines have no blanks at their ends.
        column == row.count - 1 ? cell : TerminalText.padded(cell, to: widths[column] + 2)
      }.joined()
    }
  }

  /// A text without anything that could move the cursor.
  static func visible(_ text: String) -> String { TerminalText.visible(text) }

  /// A cell that can be shown, and is not too wide.
  static func clean(_ cell: String) -> String { TerminalText.cut(visible(cell), to: widest) }
}
