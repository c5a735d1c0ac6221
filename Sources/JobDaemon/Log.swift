// The daemon's log: one line per fact on standard error, for people or as JSON. Nobody has to read
// it: lines that would have to wait for a reader are left out, and counted.

internal import JobCore
public import LinuxIO

/// Where facts go.
public final class Log {
  /// How a line looks.
  public enum Style: String, CaseIterable, Sendable {
    /// `<6>text`, which journald reads as a priority; at a terminal without the mark, and in a
    /// file with the time in its place.
    case text
    /// One JSON object a line.
    case json
  }

  /// How grave a fact is (syslog(3) priorities).
  enum Level: Int {
    case error = 3
    case warning = 4
    case info = 6
  }

  /// Bytes of a line, and one more about those before it: where a pipe has room at all, it takes
  /// 4096 at once (PIPE_BUF of pipe(7)).
  private static let longestLine = 3800
  /// Bytes that a longer text is cut to; as JSON it may take twice as many.
  private static let longestText = 1800

  private let style: Style
  private let file: LogFile?
  private let isTerminal = Terminal.isTerminal(2)
  /// Lines since the last one that was written.
  private var leftOut = 0

  /// A log on standard error.
  /// - Parameter file: what standard error is, if it is a file that may be moved away.
  public init(style: Style = .text, file: LogFile? = nil) {
    self.style = style
    self.file = file
  }

  /// Begins a new file, if there is one.
  func reopen() {
    guard let file else { return }
    do throws(SystemError) {
      try file.reopen()
    } catch {
      warning("the log goes on in the old file: \(error)")
    }
  }

  func info(_ text: String, job: String? = nil) { write(.info, text, job) }
  func warning(_ text: String, job: String? = nil) { write(.warning, text, job) }
  func error(_ text: String, job: String? = nil) { write(.error, text, job) }

  private func write(_ level: Level, _ text: String, _ job: String?) {
    // A log that cannot be written must not stop any job.
    guard StandardStream.error.hasRoom else {
      leftOut += 1
      return
    }
    var lines: [UInt8] = []
    if leftOut > 0 {
      lines = line(.warning, "\(leftOut) line(s) are left out here: nobody was reading", nil)
      leftOut = 0
    }
    var last = line(level, text, job)
    if last.count > Log.longestLine {
      let start = String(decoding: text.utf8.prefix(Log.longestText), as: UTF8.self)
      last = line(level, TerminalText.visible(start) + "...", job)
    }
    _ = try? StandardStream.error.write(lines + last)
  }

  private func line(_ level: Level, _ text: String, _ job: String?) -> [UInt8] {
    var line: [UInt8]
    switch style {
    case .text:
      let mark =
        file != nil ? "\(Instant.now.rfc3339) " : isTerminal ? "" : "<\(level.rawValue)>"
      let subject = job.map { "\($0): " } ?? ""
      // One line per fact, whatever the text holds, and nothing but text: logs are read at
      // terminals.
      line = Array("\(mark)jobrun: \(subject)\(TerminalText.visible(text))".utf8)
    case .json:
      var members: JSONObject = [
        "at": .string(Instant.now.rfc3339), "priority": .number(JSONNumber(level.rawValue)),
        "message": .string(text),
      ]
      members["job"] = job.map { .string($0) }
      line = JSON.object(members).serialized()
    }
    line.append(UInt8(ascii: "\n"))
    return line
  }
}

extension Instant {
  /// The wall clock now.
  static var now: Instant { Instant(milliseconds: Clock.real.milliseconds) }
}
