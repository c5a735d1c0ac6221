// One line on a terminal that says how far something is that takes long. Only where standard error
// is a terminal, only after a second, and gone again before anything else is written.

import JobCore
import LinuxIO

/// A line that is drawn again in place.
final class ProgressLine {
  /// What takes no longer needs no line, in milliseconds.
  private static let patience: Int64 = 1000
  /// It changes no more often, in milliseconds.
  private static let pace: Int64 = 100

  private let began = Clock.boot.milliseconds
  private let isWanted: Bool
  private var drawnAt: Int64?

  /// Begins to count the time.
  /// - Parameter isWanted: there is to be a line, if there can be one.
  init(isWanted: Bool = true) {
    self.isWanted =
      isWanted && Terminal.isTerminal(2) && Environment.value("TERM") != "dumb"
  }

  deinit { clear() }

  /// Shows how many of something are done, and how many a second: `12,400 read, 10,800/s`.
  func show(_ count: Int, _ what: String) {
    guard isWanted else { return }
    let now = Clock.boot.milliseconds
    let elapsed = now - began
    guard elapsed >= ProgressLine.patience, now - (drawnAt ?? 0) >= ProgressLine.pace else {
      return
    }
    drawnAt = now
    let rate = Int64(count) * 1000 / elapsed
    let text = "\(grouped(Int64(count))) \(what), \(grouped(rate))/s"
    let width = (Terminal.size(2)?.columns ?? Session.usualWidth) - 1
    write("\r\(TerminalText.cut(text, to: width))\u{1B}[K")
  }

  /// Takes the line away, so that something else can be written.
  func clear() {
    if drawnAt != nil { write("\r\u{1B}[K") }
    drawnAt = nil
  }

  private func write(_ text: String) {
    _ = try? StandardStream.error.write(Array(text.utf8))
  }
}

/// `1,234,567`.
func grouped(_ number: Int64) -> String {
  let digits = String(number)
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
    text.append(digit)
  }
  return text
}
