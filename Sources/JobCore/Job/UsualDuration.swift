// How long a job usually takes, from the runs it remembers: an estimate for people who wait, on
// which nothing is decided.

extension JobState {
  /// The median of the durations of its remembered runs that succeeded; nil if there are none.
  public var usualDuration: TimeSpan? {
    let durations = history.filter(\.succeeded).compactMap { outcome in
      outcome.startedAt.map { max(0, outcome.endedAt.milliseconds - $0.milliseconds) }
    }
    .sorted()
    if durations.isEmpty { return nil }
    let upper = durations[durations.count / 2]
    let lower = durations[(durations.count - 1) / 2]
    return TimeSpan(milliseconds: lower + (upper - lower) / 2)
  }
}
