// The policy for firings that daylight saving removes or doubles (`dst` in a job, --dst-gap,
// --dst-overlap).

/// What to do with firings that daylight saving removes or doubles.
public struct DaylightSaving: Hashable, Sendable {
  /// For firings in the span that clocks jump over.
  public enum Gap: String, Hashable, Sendable, CaseIterable {
    /// Like `skip` for an expression whose hour field matches every hour, like `run` for others.
    case auto
    /// Once, at the first instant after the gap.
    case run
    /// Not at all.
    case skip
  }

  /// For firings in the span that clocks show twice.
  public enum Overlap: String, Hashable, Sendable, CaseIterable {
    /// Like `both` for an expression whose hour field matches every hour, like `first` for others.
    case auto
    /// In the first pass only.
    case first
    /// In the second pass only.
    case second
    /// In both passes.
    case both
  }

  /// For the span that clocks jump over.
  public var gap: Gap
  /// For the span that clocks show twice.
  public var overlap: Overlap

  /// A policy; what is left out is `auto`.
  public init(gap: Gap = .auto, overlap: Overlap = .auto) {
    self.gap = gap
    self.overlap = overlap
  }

  /// The default: neither loses a daily job nor runs it twice, and frequent jobs just go on.
  public static let auto = DaylightSaving()

  /// The literal policy that `auto` stands for.
  func resolved(everyHour: Bool) -> (runsAfterGap: Bool, overlap: Overlap) {
    let runsAfterGap =
      switch gap {
      case .auto: !everyHour
      case .run: true
      case .skip: false
      }
    let overlap: Overlap =
      switch self.overlap {
      case .auto: everyHour ? .both : .first
      case .first, .second, .both: self.overlap
      }
    return (runsAfterGap, overlap)
  }
}
