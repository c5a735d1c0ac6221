// A place in the history that outlives the process that has read up to it: what a client keeps
// to go on from later.

internal import JobCore

/// A place behind a line of the history, as text: `2026-11-27:1234`, the day and the bytes of its
/// file up to there. Only the latest day has a place: what a late writer adds to an earlier day
/// between two readings is not found by the second one.
public struct EventMark: Hashable, Sendable, CustomStringConvertible {
  /// `2026-11-27`.
  let day: String
  /// Bytes of that day's file that have been read.
  let offset: Int64

  /// Before every line there can be.
  static let beginning = EventMark(day: "1970-01-01", offset: 0)

  init(day: String, offset: Int64) {
    self.day = day
    self.offset = offset
  }

  /// Reads a mark; nil if the text cannot be one.
  public init?(parsing text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 10,
      Instant(rfc3339: "\(parts[0])T00:00:00Z") != nil,
      let offset = Int64(parts[1]), offset >= 0, String(offset) == parts[1]
    else { return nil }
    self.init(day: String(parts[0]), offset: offset)
  }

  /// The file of its day.
  var fileName: String { "\(day).ndjson" }

  /// The text.
  public var description: String { "\(day):\(offset)" }
}
