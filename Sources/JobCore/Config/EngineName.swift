// Who places and runs an attempt. A queue says so, and an attempt remembers it: settings that change
// must not make a daemon look for a run where it is not.

/// What runs attempts.
public enum EngineName: String, CaseIterable, Sendable {
  /// This machine.
  case local
  /// A cluster of Slurm, through its programs.
  case slurm
}

extension SpoolConfig {
  /// Who runs the jobs of a queue.
  public func engine(ofQueue name: String) -> EngineName { queues[name]?.engine ?? defaultEngine }

  /// Who runs a job.
  public func engine(of spec: JobSpec) -> EngineName { engine(ofQueue: queue(of: spec)) }

  /// Whether any queue is run by an engine.
  public func uses(_ engine: EngineName) -> Bool {
    defaultEngine == engine || queues.values.contains { $0.engine == engine }
  }

  /// What of a job's needs is counted here: all of them on this machine. Of a cluster, only what is
  /// a pool of the spool; processors and everything else is the cluster's to count.
  public func countedNeeds(_ needs: [String: Int], on engine: EngineName) -> [String: Int] {
    switch engine {
    case .local: needs
    case .slurm: needs.filter { pools[$0.key] != nil && !SlurmRequest.processors.contains($0.key) }
    }
  }
}
