// The shared Quartz cases (format at the end of the Quartz contract), one value per line. JobCore
// and the built program are held against the same lines.

public import Foundation
public import JobCore

/// One line of the shared cases.
public struct SharedCase: CustomStringConvertible {
  public enum Answer: Equatable {
    case refused
    /// Epoch milliseconds; nil marks the end of the series.
    case fires([Int64?])

    init(_ text: Substring) {
      self =
        text.hasPrefix("ERR")
        ? .refused
        : .fires(text.split(separator: " ").map { $0 == "null" ? nil : Int64($0) })
    }
  }

  /// The two files of cases.
  public enum File: String, CaseIterable, Sendable {
    case cases = "quartz-cases"
    case defects = "quartz-defects"

    /// Where it lies, whatever the working directory.
    public var path: String {
      URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "JobCoreTests/Data/\(rawValue).tsv.gz").path
    }

    /// The column of the intended answer.
    var answerColumn: Int { self == .cases ? 5 : 6 }
  }

  public var expression: String
  public var zone: String
  public var start: Int64
  public var count: Int
  public var tags: String
  /// What the reference itself says; the same as `answer` but for its defects.
  var reference: Answer
  public var answer: Answer

  public var description: String { "\(expression)|\(zone)|\(start)|\(tags)" }

  /// The policy that the cases were made with.
  public static let policy = DaylightSaving(gap: .skip, overlap: .second)

  /// The lines of a file's unpacked text.
  public static func all(in text: Data, of file: File) -> [SharedCase] {
    String(decoding: text, as: UTF8.self).split(separator: "\n").map { line in
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard columns.count > file.answerColumn, let start = Int64(columns[2]),
        let count = Int(columns[3])
      else { fatalError("not a shared case: \(line)") }
      return SharedCase(
        expression: String(columns[0]), zone: String(columns[1]), start: start, count: count,
        tags: String(columns[4]), reference: Answer(columns[5]),
        answer: Answer(columns[file.answerColumn]))
    }
  }

  /// What JobCore says.
  public func ours(in zone: TimeZoneRules) -> Answer {
    guard let cron = try? CronExpression(expression) else { return .refused }
    var fires: [Int64?] = []
    var now = Instant(milliseconds: start)
    while fires.count < count {
      let firing = cron.next(after: now, in: zone, daylightSaving: Self.policy)
      fires.append(firing?.instant.milliseconds)
      guard let firing else { break }
      now = firing.instant
    }
    return .fires(fires)
  }
}
