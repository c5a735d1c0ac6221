// The shared Quartz cases (format at the end of the Quartz contract), one value per line.

import Foundation
import JobCore
import Testing

struct SharedCase: CustomStringConvertible {
  enum Answer: Equatable {
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

  var expression: String
  var zone: String
  var start: Int64
  var count: Int
  var tags: String
  /// What the reference itself says; the same as `answer` but for its defects.
  var reference: Answer
  var answer: Answer

  var description: String { "\(expression)|\(zone)|\(start)|\(tags)" }

  /// Lines of `name` in Data; `answerColumn` is where the intended answer stands.
  static func load(_ name: String, answerColumn: Int) throws -> [SharedCase] {
    let file = try #require(
      Bundle.module.url(forResource: "Data/\(name)", withExtension: "tsv.gz"))
    let data = try #require(try Programs.output(of: "/usr/bin/gzip", ["-dc", file.path]))
    return try String(decoding: data, as: UTF8.self).split(separator: "\n").map { line in
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
      return SharedCase(
        expression: String(columns[0]), zone: String(columns[1]),
        start: try #require(Int64(columns[2])), count: try #require(Int(columns[3])),
        tags: String(columns[4]), reference: Answer(columns[5]),
        answer: Answer(columns[answerColumn]))
    }
  }

  /// What JobCore says, under the policy that the cases were made with.
  func ours(in zone: TimeZoneRules) -> Answer {
    guard let cron = try? CronExpression(expression) else { return .refused }
    var fires: [Int64?] = []
    var now = Instant(milliseconds: start)
    while fires.count < count {
      let policy = DaylightSaving(gap: .skip, overlap: .second)
      let firing = cron.next(after: now, in: zone, daylightSaving: policy)
      fires.append(firing?.instant.milliseconds)
      guard let firing else { break }
      now = firing.instant
    }
    return .fires(fires)
  }
}
