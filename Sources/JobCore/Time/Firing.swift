// One answer of the search, with the daylight-saving rule that shaped it: the rule is recorded
// with the run, so that nobody has to guess in November why a job ran when it did.

/// An instant at which an expression fires.
public struct Firing: Hashable, Sendable {
  /// How daylight saving shaped a firing.
  public enum Rule: String, Hashable, Sendable, CaseIterable {
    /// Moved to the first instant after a gap.
    case shifted
    /// In the first pass of a span that clocks show twice.
    case repeatedFirst
    /// In the second pass of a span that clocks show twice.
    case repeatedSecond
  }

  /// On a whole second.
  public var instant: Instant
  /// Nil for a time that exists once.
  public var rule: Rule?

  public init(instant: Instant, rule: Rule? = nil) {
    self.instant = instant
    self.rule = rule
  }
}
