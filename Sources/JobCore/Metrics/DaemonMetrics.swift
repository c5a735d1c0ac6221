// What a daemon counts of what it decides. Not truth: it is told to whoever watches, and nothing is
// decided by it.

/// Counters of the daemons of one spool, one after the other.
public struct DaemonMetrics: Hashable, Sendable {
  /// How a run has ended, as a word.
  public enum Ending: String, CaseIterable, Sendable {
    case succeeded, failed, signalled, timedOut, cancelled, lost, notStarted

    /// The word for the last outcome of a run.
    init(_ outcome: Outcome) {
      switch outcome.kind {
      case .exited: self = outcome.succeeded ? .succeeded : .failed
      case .signalled: self = .signalled
      case .notStarted: self = .notStarted
      case .timedOut: self = .timedOut
      case .cancelled: self = .cancelled
      case .lost: self = .lost
      }
    }
  }

  /// When counting began; nil if nobody has counted yet.
  public private(set) var since: Instant?
  /// Runs by how they ended; no ending is missing. An attempt that another one follows has ended
  /// no run.
  public private(set) var runs = [Ending: Int](
    uniqueKeysWithValues: Ending.allCases.map { ($0, 0) })
  /// Attempts that another one of their run follows.
  public private(set) var retries = 0
  /// Decisions to run late what was missed, or came due while its job was busy.
  public private(set) var firingsLate = 0
  /// Decisions to pass over firings; each may be about many.
  public private(set) var firingsSkipped = 0
  /// From when a run of the schedule was to begin to when its command was let go.
  public private(set) var startLateness = Histogram(bounds: Histogram.waits)
  /// From when the daemon had an attempt ready to when its command was let go.
  public private(set) var queueWait = Histogram(bounds: Histogram.waits)
  /// Turns of the daemon's loop.
  public private(set) var turns = Histogram(bounds: Histogram.work)

  /// Nothing counted.
  /// - Parameter since: when counting begins; nil if it does not.
  public init(since: Instant? = nil) { self.since = since }

  /// Counts a decision that has become durable.
  /// - Parameters:
  ///   - job: the job as the decision has left it.
  ///   - begun: when the command was let go, if the decision has started one.
  ///   - ready: since when the daemon had that ready to start.
  /// - Returns: whether decisions of its kind are counted.
  @discardableResult
  public mutating func count(
    _ entry: HistoryEntry, of job: JobState, begun: Instant, ready: Instant?
  ) -> Bool {
    switch entry.decision.kind {
    case .started:
      // One launch more of the same attempt is no start of its own.
      guard let attempt = entry.attempt, attempt.launches == 1 else { return false }
      if attempt.origin == .schedule, attempt.attempt == 1 {
        startLateness.add(begun - job.beginning(of: attempt))
      }
      if let ready { queueWait.add(begun - ready) }
    case .ended:
      guard let outcome = entry.outcome, !entry.isRetried else { return false }
      runs[Ending(outcome), default: 0] += 1
    case .retried: retries += 1
    case .late: firingsLate += 1
    case .skipped: firingsSkipped += 1
    default: return false
    }
    return true
  }

  /// Counts a turn of the loop.
  public mutating func countTurn(microseconds: Int64) { turns.add(microseconds: microseconds) }
}

extension DaemonMetrics {
  /// The bytes of metrics.json.
  public var bytes: [UInt8] {
    var endings = JSONObject()
    for ending in Ending.allCases {
      endings[ending.rawValue] = .number(JSONNumber(runs[ending] ?? 0))
    }
    var members: JSONObject = [
      "runs": .object(endings), "retries": .number(JSONNumber(retries)),
      "firingsLate": .number(JSONNumber(firingsLate)),
      "firingsSkipped": .number(JSONNumber(firingsSkipped)),
      "startLateness": startLateness.json, "queueWait": queueWait.json, "turns": turns.json,
    ]
    members["since"] = since.map { .string($0.rfc3339) }
    return JSON.object(members).serialized()
  }

  /// Reads metrics.json. What is missing has not been counted.
  public init(parsing bytes: [UInt8]) throws(RecordError) {
    let fields = try RecordFields(try JSON(record: bytes), "")
    since = try fields.optionalInstant("since")
    if let members = try fields.optionalObject("runs") {
      let endings = try RecordFields(.object(members), "runs")
      for ending in Ending.allCases {
        runs[ending] = try endings.optionalInteger(ending.rawValue) ?? 0
      }
    }
    retries = try fields.optionalInteger("retries") ?? 0
    firingsLate = try fields.optionalInteger("firingsLate") ?? 0
    firingsSkipped = try fields.optionalInteger("firingsSkipped") ?? 0
    startLateness = try DaemonMetrics.histogram("startLateness", fields, startLateness)
    queueWait = try DaemonMetrics.histogram("queueWait", fields, queueWait)
    turns = try DaemonMetrics.histogram("turns", fields, turns)
  }

  private static func histogram(
    _ key: String, _ fields: RecordFields, _ empty: Histogram
  ) throws(RecordError) -> Histogram {
    guard let members = try fields.optionalObject(key) else { return empty }
    return try Histogram(bounds: empty.bounds, .object(members), field: key)
  }
}
