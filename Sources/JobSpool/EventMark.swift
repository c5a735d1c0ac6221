// A place in the history that outlives the process that has read up to it: what a client keeps
// to go on from later.

internal import JobCore

/// A place behind a line of the history, as text: `2026-11-26:880,2026-11-27:1234`, the two latest
/// days that were read and the bytes of their files up to there. Two, because a writer may be late
/// around midnight, and a clock that was wrong once may have left a day that is still to come. What
/// a late writer adds to a day before those, between two readings, is not found by the second one.
public struct EventMark: Hashable, Sendable, CustomStringConvertible {
  /// How far the file of one day has been read.
  struct Place: Hashable, Sendable {
    /// `2026-11-27`.
    let day: String
    /// Bytes that have been read.
    let offset: Int64

    /// The file of its day.
    var fileName: String { "\(day).ndjson" }
  }

  /// One or two, the latest day last.
  let places: [Place]

  /// Before every line there can be.
  static let beginning = EventMark(places: [Place(day: "1970-01-01", offset: 0)])

  init(places: [Place]) { self.places = places }

  /// Reads a mark; nil if the text cannot be one.
  public init?(parsing text: String) {
    let places = text.split(separator: ",", omittingEmptySubsequences: false).map(EventMark.place)
    guard (1...2).contains(places.count) else { return nil }
    let known = places.compactMap(\.self)
    guard known.count == places.count,
      zip(known, known.dropFirst()).allSatisfy({ $0.day < $1.day })
    else { return nil }
    self.init(places: known)
  }

  private static func place(_ text: Substring) -> Place? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 10,
      Instant(rfc3339: "\(parts[0])T00:00:00Z") != nil,
      let offset = Int64(parts[1]), offset >= 0, String(offset) == parts[1]
    else { return nil }
    return Place(day: String(parts[0]), offset: offset)
  }

  /// The place in a file; nil if the mark says nothing of it.
  func place(in fileName: String) -> Place? { places.first { $0.fileName == fileName } }

  /// The text.
  public var description: String {
    places.map { "\($0.day):\($0.offset)" }.joined(separator: ",")
  }
}
