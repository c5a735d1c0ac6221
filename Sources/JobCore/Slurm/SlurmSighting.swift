// What is known of a run under Slurm, from Slurm.

/// The latest word on a run.
public enum SlurmSighting: Hashable, Sendable {
  /// Nobody has asked, or there was no answer.
  case unasked
  /// It is a job.
  case job(SlurmJob)
  /// There is no job of its name, and that is certain.
  case unknown
  /// It waited, and is no longer in its array, which is there: so Slurm leaves what was cancelled
  /// while it waited.
  case removed
  /// It was refused, in sbatch's words.
  case refused(String)
  /// It was taken back before it had begun.
  case withdrawn

  /// Nothing more is to come from Slurm.
  public var isOver: Bool {
    switch self {
    case .unasked: false
    case .job(let job): job.isOver
    case .unknown, .removed, .refused, .withdrawn: true
    }
  }
}
