// Colours on a terminal. They only repeat what the words say; whoever does not see them misses
// nothing.

import JobCore
import LinuxIO

/// Colours words, or leaves them as they are.
struct Paint {
  /// When there are colours.
  enum Choice: String, CaseIterable, Sendable {
    case auto, always, never
  }

  /// An attribute of text (ECMA-48, SGR).
  enum Style: String {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
  }

  private let isOn: Bool

  init(isOn: Bool) { self.isOn = isOn }

  /// Whether there are colours on standard output.
  init(_ choice: Choice) {
    switch choice {
    case .always: isOn = true
    case .never: isOn = false
    case .auto:
      isOn = Paint.isWanted(
        noColor: Environment.value("NO_COLOR"), force: Environment.value("CLICOLOR_FORCE"),
        terminal: Environment.value("TERM"), isTerminal: Terminal.isTerminal(1))
    }
  }

  /// What the variables ask for: none if NO_COLOR is not empty (no-color.org); some if
  /// CLICOLOR_FORCE is neither empty nor 0 (bixense.com/clicolors); else on a terminal that is
  /// not a dumb one.
  static func isWanted(
    noColor: String?, force: String?, terminal: String?, isTerminal: Bool
  ) -> Bool {
    if !(noColor ?? "").isEmpty { return false }
    if let force, !force.isEmpty, force != "0" { return true }
    return isTerminal && terminal != "dumb"
  }

  /// A text in a style.
  func callAsFunction(_ text: String, _ style: Style?) -> String {
    guard isOn, let style, !text.isEmpty else { return text }
    return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
  }
}

extension Phase.Word {
  /// The style of its word: what needs somebody is red or yellow, what goes on is green.
  var style: Paint.Style? {
    switch self {
    case .failed: .red
    case .starting, .running: .green
    case .backoff: .yellow
    case .queued: .cyan
    case .held, .cancelled, .expired: .faint
    case .waiting, .succeeded: nil
    }
  }
}
