// What Slurm says of a job: a line of squeue, and what its state means. Words that are not known
// here are taken for an end, as Slurm's own programs take them for a failure.

/// A job of Slurm at one moment.
public struct SlurmJob: Hashable, Sendable {
  /// Its number, which the controller may give again after it was killed: it proves nothing alone.
  /// With `_` and the number of the task, if it is one of an array.
  public let id: String
  /// The word for its state, such as `PENDING`.
  public let state: String
  /// Why it is in that state; nil if Slurm gives no reason.
  public let reason: String?
  /// The wait status of its script (wait(2)).
  public let status: Int
  /// It was given a machine.
  public let hasNodes: Bool
  /// The name that it was submitted under.
  public let name: String

  /// A job.
  public init(
    id: String, state: String, reason: String? = nil, status: Int = 0, hasNodes: Bool = false,
    name: String
  ) {
    self.id = id
    self.state = state
    self.reason = reason
    self.status = status
    self.hasNodes = hasNodes
    self.name = name
  }

  /// What tells its run.
  public var key: SlurmName {
    let parts = id.split(separator: "_", maxSplits: 1)
    return SlurmName(job: name, task: parts.count == 2 ? Int(parts[1]) : nil)
  }

  /// Columns that squeue is asked for. The name is last: nobody quotes it.
  public static let columns = "JobArrayID:|,State:|,exit_code:|,NodeList:|,Reason:|,Name:|"

  /// Reads a line of those columns; nil if it is none.
  public init?(line: some StringProtocol) {
    let fields = line.split(separator: "|", maxSplits: 5, omittingEmptySubsequences: false)
    guard fields.count == 6, !fields[0].isEmpty, fields[0].allSatisfy(\.isASCII),
      let word = fields[1].split(whereSeparator: { $0 == " " || $0 == "+" }).first
    else { return nil }
    id = String(fields[0])
    state = String(word)
    status = Int(fields[2]) ?? 0
    hasNodes = !fields[3].allSatisfy(\.isWhitespace)
    let reason = String(fields[4])
    self.reason = reason.isEmpty || reason == "None" ? nil : reason
    name = fields[5].last == "|" ? String(fields[5].dropLast()) : String(fields[5])
  }

  /// Reads what squeue prints.
  public static func jobs(_ text: String) -> [SlurmJob] {
    text.split(separator: "\n").compactMap { SlurmJob(line: $0) }
  }

  private static let pending: Set = [
    "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD",
    "SPECIAL_EXIT",
  ]
  private static let active: Set = [
    "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "RESIZING", "SIGNALING", "STAGE_OUT",
  ]
  /// Ends that are the cluster's and not the job's.
  private static let mishaps: Set = ["NODE_FAIL", "BOOT_FAIL", "PREEMPTED", "REVOKED"]

  /// It waits for its turn, for all that Slurm knows.
  public var isPending: Bool { SlurmJob.pending.contains(state) }

  /// Nothing follows. Also what Slurm holds back after a failure of its own (it had forgotten that
  /// it had started the job): that waits for somebody to release it, and would do so for ever.
  public var isOver: Bool { isStuck || !(isPending || SlurmJob.active.contains(state)) }

  /// Its script has ended with exit code 0.
  public var isComplete: Bool { state == "COMPLETED" }

  /// It is held back after a failed launch.
  public var isStuck: Bool {
    guard isPending, let reason = reason?.lowercased() else { return false }
    return reason.contains("launch") && reason.contains("fail") && reason.contains("held")
  }

  /// Whether it ended for reasons that are none of its own, so that it may be submitted again if it
  /// has not begun.
  public var isMishap: Bool {
    // What was cancelled on a machine without having begun there is what Slurm could not launch.
    isStuck || SlurmJob.mishaps.contains(state) || (state == "CANCELLED" && hasNodes)
  }

  /// State and reason: `PENDING (Resources)`.
  public var standing: String { reason.map { "\(state) (\($0))" } ?? state }

  /// The same with what is known of the end of its script.
  public var end: String {
    let (code, signal) = ((status >> 8) & 0xff, status & 0x7f)
    // Both at once are a number of Slurm's own.
    if code != 0, signal != 0 { return "\(standing), error \(status)" }
    if code != 0 { return "\(standing), exit code \(code)" }
    return signal != 0 ? "\(standing), signal \(signal)" : standing
  }

  /// The one of several jobs of a name that counts: one that is not over, else the last.
  public static func decisive(_ jobs: [SlurmJob]) -> SlurmJob? {
    jobs.first { !$0.isOver && !$0.isPending } ?? jobs.first { !$0.isOver } ?? jobs.last
  }
}
