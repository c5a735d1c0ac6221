// The daemon's log: one line per fact on standard error, for people or as JSON.

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

  private let style: Style
  private let file: LogFile?
  private let isTerminal = Terminal.isTerminal(2)

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
    var line: [UInt8]
    switch style {
    case .text:
      let mark =
        file != nil ? "\(Instant.now.rfc3339) " : isTerminal ? "" : "<\(level.rawValue)>"
      let subject = job.map { "\($0): " } ?? ""
      // One line per fact, whatever the text holds.
      line = Array("\(mark)jobrun: \(subject)\(text)".utf8.map { $0 == 10 ? 32 : $0 })
    case .json:
      var members: JSONObject = [
        "at": .string(Instant.now.rfc3339), "priority": .number(JSONNumber(level.rawValue)),
        "message": .string(text),
      ]
      members["job"] = job.map { .string($0) }
      line = JSON.object(members).serialized()
    }
    line.append(UInt8(ascii: "\n"))
    // A log that cannot be written must not stop any job.
    _ = try? StandardStream.error.write(line)
  }
}

extension Instant {
  /// The wall clock now.
  static var now: Instant { Instant(milliseconds: Clock.real.milliseconds) }
}
