// What the supervisors of this daemon's runs are told, whoever starts them.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// Makes plans of attempts.
struct RunPlanner {
  private let spool: Spool
  private let descriptorLimit: UInt64
  private let base = Environment.basic

  /// - Parameter descriptorLimit: soft limit of open files for commands; 0: as the supervisor's.
  init(spool: Spool, descriptorLimit: UInt64) {
    self.spool = spool
    self.descriptorLimit = descriptorLimit
  }

  /// What a supervisor is to be told about an attempt.
  func plan(_ state: JobState, _ attempt: Attempt) throws(SystemError) -> RunPlan {
    RunPlan(
      state, attempt, base: base, token: try RunToken.make(), spool: spool.path,
      descriptorLimit: descriptorLimit)
  }
}
