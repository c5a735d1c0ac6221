// Zones. The rules come from the system's compiled zone files, so that an update of tzdata takes
// effect without a new build; which file that is and reading it is the caller's, this module does
// no I/O.

/// The rules of one zone from a compiled zone file (RFC 8536, RFC 9636); copies are cheap.
public struct TimeZoneRules: Sendable {
  /// The zone's name as the caller knows it, such as `Europe/London`.
  public let name: String
  let table: ZoneTable

  /// Reads a compiled zone file of version 1 to 4.
  ///
  /// Files that count leap seconds (`right/…`) give the same instants as those that do not.
  ///
  /// - Throws: `TimeZoneFileError` if the bytes are not a zone file; they are never trusted.
  public init(name: String, compiled bytes: [UInt8]) throws(TimeZoneFileError) {
    self.name = name
    table = ZoneTable(try ZoneFile(bytes))
  }

  private init(utcNamed name: String) {
    self.name = name
    table = ZoneTable(utcNamed: name)
  }

  /// Coordinated Universal Time, which needs no file.
  public static let utc = TimeZoneRules(utcNamed: "UTC")

  /// Seconds east of UTC; local mean times before the zones have odd seconds.
  public func offset(at instant: Instant) -> Int {
    table.span(at: instant.second).offset
  }

  /// What the wall clock shows.
  public func civil(at instant: Instant) -> CivilTime {
    let shift = Int64(offset(at: instant)) * 1_000
    return CivilTime(millisecondsSinceEpochAsUTC: instant.milliseconds.addingSaturated(shift))
  }

  /// The zone's own short name for the time it keeps then, such as `BST`.
  public func abbreviation(at instant: Instant) -> String {
    table.span(at: instant.second).abbreviation
  }

  /// The instants at which the wall clock shows a civil time.
  public enum Resolution: Hashable, Sendable {
    /// The usual case.
    case unique(Instant)
    /// Clocks jump over it; the instant is the first after the jump.
    case gap(firstInstantAfter: Instant)
    /// Clocks show it twice.
    case overlap(first: Instant, second: Instant)
  }

  /// Finds the instants at which the wall clock shows `civil`.
  public func resolve(_ civil: CivilTime) -> Resolution {
    let wall = civil.secondsAsUTC
    // Only spans within reach of the zone's offsets can show it.
    var span = table.span(at: wall - table.offsets.upperBound)
    var found: [Int] = []
    var firstAfter: Int?
    while true {
      let second = wall - span.offset
      if second >= span.start, second < span.end { found.append(second) }
      if firstAfter == nil, second < span.start { firstAfter = span.start }
      guard span.end <= wall - table.offsets.lowerBound else { break }
      span = table.span(at: span.end)
    }
    func instant(_ second: Int) -> Instant {
      Instant(second: second) + TimeSpan(milliseconds: Int64(civil.millisecond))
    }
    if let first = found.first {
      guard found.count > 1, let last = found.last else { return .unique(instant(first)) }
      return .overlap(first: instant(first), second: instant(last))
    }
    return .gap(firstInstantAfter: Instant(second: firstAfter ?? span.start))
  }

  /// Longest name accepted; no zone comes near, and it keeps paths within limits.
  private static let longestName = 255

  /// Whether a name is safe to look up below the zone directory: letters, digits, `._+-` and
  /// single slashes between parts, no `..`, 1 to 255 bytes.
  public static func isValidName(_ name: String) -> Bool {
    let bytes = name.utf8
    guard bytes.count <= longestName else { return false }
    // The start counts as a slash, so that a leading one is an empty part like any other.
    var previous = UInt8(ascii: "/")
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "/"), UInt8(ascii: "."):
        // Nor a dot behind a slash: a zone would have any number of names.
        if byte == previous || (byte == UInt8(ascii: ".") && previous == UInt8(ascii: "/")) {
          return false
        }
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"),
        UInt8(ascii: "-"):
        break
      default:
        return false
      }
      previous = byte
    }
    return previous != UInt8(ascii: "/")
  }
}
