// What a daemon that starts has to know of most jobs: when they are due, and their place among
// those that are. It is told from a state file without understanding the rest, which costs several
// times as much; when a job's time has come, its file is read whole.

/// A job that waits for an instant, and for nothing else.
public struct WaitingJob: Sendable {
  /// When it is due.
  public let until: Instant
  /// What it needs to start.
  public let request: StartRequest

  /// Its id.
  public var id: String { request.id }

  private static let selection = JSONSelection(
    ["format", "id", "number", "phase", "nextRun", "exec", "pendingHooks"],
    inside: [
      (
        "job",
        JSONSelection([
          "priority", "queue", "worker", "after", "fileTrigger", "overlap", "locks", "needs",
        ])
      )
    ])

  /// Looks at a state file.
  /// - Returns: nil for any other job, and for a file that is not as this version writes it: then
  ///   only a reader of all of it can say what it holds.
  public init?(glancing bytes: [UInt8]) {
    guard let json = try? JSON(parsing: bytes, only: WaitingJob.selection, limits: JobState.limits),
      json["format"]?.int == JobState.format, json["phase"]?.string == Phase.Word.waiting.rawValue,
      json["exec"] == nil, json["pendingHooks"] == nil, let job = json["job"]?.object,
      ["after", "fileTrigger", "overlap", "locks", "needs"].allSatisfy({ job[$0] == nil }),
      let id = json["id"]?.string, JobIdentifier.isValid(id),
      let number = json["number"]?.int, RecordFields.counts.contains(number),
      let until = json["nextRun"]?.string.flatMap({ Instant(rfc3339: $0) })
    else { return nil }
    var priority = 0
    if let json = job["priority"] {
      guard let number = json.int else { return nil }
      priority = number
    }
    self.until = until
    request = StartRequest(
      id: id, number: number, priority: priority, queue: job["queue"]?.string,
      worker: job["worker"]?.string)
  }
}
