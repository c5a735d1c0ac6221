// Points in time. A plain Int64 of milliseconds: `Date` is a Double and loses milliseconds, and
// every record, contract and timer of jobrun counts in them.

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, UTC, leap seconds not counted.
public struct Instant: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z; negative before it.
  public var milliseconds: Int64

  /// The instant a number of milliseconds after 1970-01-01T00:00:00Z.
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// The instant as RFC 3339 in UTC with three decimals: `2026-11-21T03:31:35.123Z`.
  ///
  /// Instants outside the years 0001 to 9999, which RFC 3339 cannot write, show the nearest
  /// instant it can.
  public var rfc3339: String { RFC3339.text(of: self) }

  /// Reads RFC 3339 (section 5.6) strictly: an offset or `Z` is required, 1 to 9 decimals are
  /// cut to milliseconds, the day must exist.
  ///
  /// Nil for anything else, for the leap second `:60` (it has no instant of its own in POSIX
  /// time) and for instants outside the years 0001 to 9999 UTC.
  public init?(rfc3339: String) {
    guard let instant = RFC3339.instant(of: rfc3339) else { return nil }
    self = instant
  }

  /// Reads RFC 3339 as people write it, who may leave the seconds out.
  init?(written text: String) {
    guard let instant = RFC3339.instant(of: text, needsSeconds: false) else { return nil }
    self = instant
  }

  public static func < (left: Instant, right: Instant) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The instant later by `span`; stops at the ends of the range.
  public static func + (instant: Instant, span: TimeSpan) -> Instant {
    Instant(milliseconds: instant.milliseconds.addingSaturated(span.milliseconds))
  }

  /// The instant earlier by `span`; stops at the ends of the range.
  public static func - (instant: Instant, span: TimeSpan) -> Instant {
    Instant(milliseconds: instant.milliseconds.subtractingSaturated(span.milliseconds))
  }

  /// The time from `right` to `left`; stops at the ends of the range.
  public static func - (left: Instant, right: Instant) -> TimeSpan {
    TimeSpan(milliseconds: left.milliseconds.subtractingSaturated(right.milliseconds))
  }

  /// Later than any instant there is to do something.
  static let distantFuture = Instant(milliseconds: .max)

  /// The whole second this instant lies in, counted from 1970.
  var second: Int { floorDivide(Int(milliseconds), 1_000) }

  /// The instant of a whole second; stops at the ends of the range.
  init(second: Int) {
    milliseconds = Int64(second).multipliedSaturated(by: 1_000)
  }
}
