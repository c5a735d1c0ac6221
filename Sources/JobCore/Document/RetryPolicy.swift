// How often and when a failed run is tried again.

/// Retries of one run.
public struct RetryPolicy: Hashable, Sendable {
  /// Further attempts after the first.
  public var count = 0
  /// Wait before the first retry.
  public var delay = RetryPolicy.defaultDelay
  /// Factor from one wait to the next.
  public var backoff = 1.0
  /// No wait is longer than this.
  public var maxDelay = RetryPolicy.defaultMaxDelay

  static let defaultDelay = TimeSpan.seconds(10)
  static let defaultMaxDelay = TimeSpan.seconds(3600)

  /// No retries, and the documented waits if there are any.
  public init() {}

  /// The wait after attempt `attempt` (1, 2, ...) has failed, or nil if it was the last.
  public func wait(after attempt: Int) -> TimeSpan? {
    guard attempt <= count else { return nil }
    var wait = Double(delay.milliseconds)
    let limit = max(maxDelay, delay)
    // Multiplied step by step and cut at the limit, so that it can never overflow.
    for _ in 1..<max(attempt, 1) {
      wait *= backoff
      if backoff == 1 || wait >= Double(limit.milliseconds) { break }
    }
    // Compared before it is converted: a limit near the end of Int64 is beyond it as a Double.
    guard wait < Double(limit.milliseconds) else { return limit }
    return TimeSpan(milliseconds: Int64(wait))
  }
}
