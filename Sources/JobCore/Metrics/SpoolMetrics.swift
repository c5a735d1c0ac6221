// All there is to tell whoever watches a spool, put into families in one place: a command prints
// them and a service answers with them, and both say the same.

/// The metrics of a spool at one moment.
public struct SpoolMetrics: Sendable {
  /// Version of the program that tells them.
  public var version: String
  /// Whether a daemon works on the spool.
  public var isDaemonUp: Bool
  /// Jobs by phase; a phase that is missing has none.
  public var jobs: [Phase.Word: Int]
  /// State files that cannot be understood.
  public var unreadable: Int
  /// What the daemons have counted; nil if that cannot be read, and then it is not told: zeros
  /// would be a lie.
  public var counted: DaemonMetrics?

  /// Puts together what is known.
  public init(
    version: String, isDaemonUp: Bool, jobs: [Phase.Word: Int], unreadable: Int,
    counted: DaemonMetrics?
  ) {
    self.version = version
    self.isDaemonUp = isDaemonUp
    self.jobs = jobs
    self.unreadable = unreadable
    self.counted = counted
  }

  /// Adds the families to a text (man/jobrun.1).
  public func write(to text: inout MetricsText) {
    text.gauge("jobrun_info", "Version of jobrun; always 1.", [.init(1, ["version": version])])
    text.gauge(
      "jobrun_daemon_up", "Whether a daemon works on the spool.", [.init(isDaemonUp ? 1 : 0)])
    text.gauge(
      "jobrun_jobs", "Jobs by phase.",
      Phase.Word.allCases.map { .init(jobs[$0] ?? 0, ["phase": $0.rawValue]) })
    text.gauge(
      "jobrun_jobs_unreadable", "Jobs whose state files cannot be understood.",
      [.init(unreadable)])
    if let counted { SpoolMetrics.write(counted, to: &text) }
  }

  private static func write(_ counted: DaemonMetrics, to text: inout MetricsText) {
    if let since = counted.since {
      text.gauge(
        "jobrun_counted_since_timestamp_seconds", "When the daemon's counters began at zero.",
        [.init(since)])
    }
    text.counter(
      "jobrun_runs_total", "Runs that have ended, by the outcome of their last attempt.",
      DaemonMetrics.Ending.allCases.map {
        .init(counted.runs[$0] ?? 0, ["outcome": $0.rawValue])
      })
    text.counter(
      "jobrun_retries_total", "Attempts that another attempt of their run follows.",
      [.init(counted.retries)])
    text.counter(
      "jobrun_firings_late_total",
      "Decisions to run late what was missed or came due while its job was busy.",
      [.init(counted.firingsLate)])
    text.counter(
      "jobrun_firings_skipped_total", "Decisions to pass over firings; each may be about many.",
      [.init(counted.firingsSkipped)])
    text.histogram(
      "jobrun_start_lateness_seconds",
      "From when a run of the schedule was to begin to when its command was let go.",
      [(counted.startLateness, [:])])
    text.histogram(
      "jobrun_queue_wait_seconds",
      "From when the daemon had an attempt ready to when its command was let go.",
      [(counted.queueWait, [:])])
    text.histogram(
      "jobrun_daemon_turn_seconds", "Time that a turn of the daemon's loop has taken.",
      [(counted.turns, [:])])
  }
}
