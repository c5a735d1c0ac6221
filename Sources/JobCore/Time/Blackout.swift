// Spans in which a job does not fire: between two instants, or wherever an expression matches.

/// One entry of a job's `blackout`.
public enum Blackout: Hashable, Sendable {
  /// From an instant on, up to but without another.
  case range(Range<Instant>)
  /// Every second that the expression matches in the job's zone.
  case expression(CronExpression)

  /// As it is written in a document, instants in UTC.
  public var text: String {
    switch self {
    case .range(let range): "\(range.lowerBound.rfc3339)/\(range.upperBound.rfc3339)"
    case .expression(let expression): expression.text
    }
  }
}
