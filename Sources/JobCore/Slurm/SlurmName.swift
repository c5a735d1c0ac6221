// What tells a run from all others of a cluster, whatever numbers the controller gives: the name of its
// job, or the name of an array and its number in there.

/// What a run is known by to Slurm.
public struct SlurmName: Hashable, Sendable {
  /// The name of the job or array.
  public let job: String
  /// The number of the task; nil for a job that is no array.
  public let task: Int?

  /// A name.
  public init(job: String, task: Int? = nil) {
    self.job = job
    self.task = task
  }
}

/// What squeue has listed.
public struct SlurmQueue: Sendable {
  private let jobs: [SlurmName: [SlurmJob]]
  private let names: Set<String>

  /// Jobs in the order in which they were listed.
  public init(_ jobs: [SlurmJob]) {
    self.jobs = Dictionary(grouping: jobs, by: \.key)
    names = Set(jobs.map(\.name))
  }

  /// Those that a run may be.
  public func jobs(_ names: [SlurmName]) -> [SlurmJob] {
    names.flatMap { jobs[$0] ?? [] }
  }

  /// Whether anything of an array is known.
  public func hasArray(of name: SlurmName) -> Bool { names.contains(name.job) }
}
