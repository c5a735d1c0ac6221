// The searchable form of a zone: every transition until 2200 in one sorted array, the footer's
// included, so that the search for firings is a binary search and nothing else. Later instants
// (an endDate of 9999) are computed from the footer year by year.

/// The transitions of one zone, immutable and shared by all copies of its rules.
final class ZoneTable: Sendable {
  /// A span of constant local type; it ends where the next begins.
  struct Entry {
    /// POSIX seconds.
    var start: Int
    /// Seconds east of UTC.
    var offset: Int32
    /// Index into `abbreviations`.
    var abbreviation: Int32
  }

  /// One entry with both its ends.
  struct Span {
    var start: Int
    var end: Int
    var offset: Int
    var abbreviation: String
  }

  /// Stand-ins for the ends of time: beyond every Instant, and far enough from overflow that an
  /// offset can be added.
  static let beginning = Int.min / 4
  static let end = Int.max / 4

  /// Never empty; the first entry starts at `beginning`.
  let entries: [Entry]
  let abbreviations: [String]
  /// Smallest and largest offset, daylight saving of the footer included.
  let offsets: ClosedRange<Int>
  private let footer: ZoneFooter?

  /// Expanding one year past the last that cron expressions know (2199) keeps spans that reach
  /// over its end whole.
  private static let lastExpandedYear = 2_200
  private static let tableEnd =
    Gregorian.day(year: lastExpandedYear + 1, month: 1, day: 1) * Gregorian.secondsPerDay
  /// Where expansion begins if a file has a footer and no transitions; daylight saving is younger.
  private static let firstExpandedYear = 1_900

  init(_ file: ZoneFile) {
    var names: [String] = []
    func entry(_ start: Int, _ type: ZoneFile.LocalType) -> Entry {
      let known = names.firstIndex(of: type.abbreviation)
      if known == nil { names.append(type.abbreviation) }
      return Entry(
        start: start, offset: Int32(type.offset),
        abbreviation: Int32(known ?? names.count - 1))
    }
    var entries: [Entry] = []
    // Without transitions the footer alone rules (RFC 9636, 3.3).
    let first =
      file.transitions.isEmpty
      ? file.footer?.standard ?? file.types[file.firstType] : file.types[file.firstType]
    entries.append(entry(Self.beginning, first))
    for transition in file.transitions {
      entries.append(entry(transition.second, file.types[transition.type]))
    }
    if let footer = file.footer, let daylight = footer.daylight {
      let last = file.transitions.last?.second
      let year = last.map { Gregorian.date(day: floorDivide($0, Gregorian.secondsPerDay)).year }
      // The year before as well: a change written for one year may lie in the next.
      let years = (year.map { $0 - 1 } ?? Self.firstExpandedYear)
      // One year more than is kept: whether a year's last change is one shows in the next year.
      for change in footer.changes(in: years...max(years, Self.lastExpandedYear + 1))
      where change.second > last ?? .min && change.second < Self.tableEnd {
        entries.append(entry(change.second, change.isDaylight ? daylight.type : footer.standard))
      }
    }
    // A rule that changes nothing in all those years says what the last transition says, or
    // contradicts it. It is then not asked later either, so that every answer comes from one.
    let ends = entries[entries.count - 1].start
    footer = ends == file.transitions.last?.second && ends < Self.tableEnd ? nil : file.footer
    self.entries = entries
    abbreviations = names
    var low = entries[0].offset
    var high = low
    for entry in entries {
      low = min(low, entry.offset)
      high = max(high, entry.offset)
    }
    offsets = Int(low)...Int(high)
  }

  /// UTC, without a file.
  init(utcNamed abbreviation: String) {
    entries = [Entry(start: Self.beginning, offset: 0, abbreviation: 0)]
    abbreviations = [abbreviation]
    offsets = 0...0
    footer = nil
  }

  /// The entry that holds at a POSIX second; the last one stands for everything after it.
  func index(at second: Int) -> Int {
    var low = 0
    var count = entries.count
    // Invariant: the answer is in low..<low + count. Halving without an early exit lets the
    // compiler use a conditional move in place of a branch that cannot be predicted.
    while count > 1 {
      let half = count >> 1
      low = entries[low + half].start <= second ? low + half : low
      count -= half
    }
    return low
  }

  /// The end of an entry: the next one's start.
  func end(of index: Int) -> Int {
    index + 1 < entries.count ? entries[index + 1].start : Self.end
  }

  /// The span that holds at a POSIX second, however late.
  func span(at second: Int) -> Span {
    let index = index(at: second)
    if index == entries.count - 1, let footer, let daylight = footer.daylight {
      return span(at: second, footer, daylight)
    }
    return Span(
      start: entries[index].start, end: end(of: index), offset: Int(entries[index].offset),
      abbreviation: abbreviations[Int(entries[index].abbreviation)])
  }

  /// A span after the table's end.
  private func span(
    at second: Int, _ footer: ZoneFooter, _ daylight: ZoneFooter.Daylight
  ) -> Span {
    let year = Gregorian.date(day: floorDivide(second, Gregorian.secondsPerDay)).year
    let last = entries[entries.count - 1]
    var span = Span(
      start: last.start, end: Self.end, offset: Int(last.offset),
      abbreviation: abbreviations[Int(last.abbreviation)])
    // Two years back: in a zone with one short span a year, the last change may be that old.
    for change in footer.changes(in: year - 2...year + 2) where change.second > last.start {
      if change.second > second {
        span.end = change.second
        break
      }
      let type = change.isDaylight ? daylight.type : footer.standard
      span = Span(
        start: change.second, end: Self.end, offset: type.offset, abbreviation: type.abbreviation)
    }
    return span
  }
}
