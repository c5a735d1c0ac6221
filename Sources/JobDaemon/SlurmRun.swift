// One attempt under Slurm, as far as a daemon knows it, and when no more is to be expected of it.
// Slurm's word alone ends nothing at once: the supervisor's last word may be on its way through a
// network file system, and a controller that was killed has forgotten jobs that go on.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// A run of Slurm that is waited for.
final class SlurmRun {
  enum Stage {
    /// Not durable yet.
    case prepared
    /// It may have been submitted already: it is looked for by name first.
    case soughtAfter
    /// It stands in line for sbatch.
    case waiting
    /// sbatch is at work.
    case submitting
    case submitted
  }

  let job: String
  let attempt: Attempt
  /// Its name among the cluster's jobs, when it is one of its own.
  let name: String
  /// Held by this daemon as long as it waits for the run.
  let locks: [NamedLock]
  /// How it is to be submitted; nil if that was somebody else's business.
  let request: SlurmRequest?
  var stage: Stage
  var sighting = SlurmSighting.unasked
  var standing = SlurmStanding()
  /// The array that it was submitted in, and its number there.
  var place: SlurmName?
  /// It is submitted as a job of its own, or was already.
  var goesAlone: Bool
  /// Its command has been let go.
  var hasBegun = false
  /// More than one job of its name may have come to be.
  var isUncertain = false
  /// Jobs of its name from before, which say nothing of this submission.
  var formerIDs: Set<String>

  /// It waited when Slurm knew of it last.
  private var hasWaited = false
  /// Since when Slurm has no more to say of it (boot clock).
  private var overSince: Int64?
  /// How often Slurm was asked since.
  private var looks = 0
  private var mark: RunDirectory.ClaimMark?
  /// When its claim was seen to change last.
  private var markedAt: Int64 = 0

  init(
    _ job: String, _ attempt: Attempt, name: String, locks: [NamedLock], request: SlurmRequest?,
    stage: Stage, formerIDs: Set<String> = []
  ) {
    self.job = job
    self.attempt = attempt
    self.name = name
    self.locks = locks
    self.request = request
    self.stage = stage
    self.formerIDs = formerIDs
    goesAlone = attempt.launches > 1
  }

  /// What it may be known by to Slurm.
  var names: [SlurmName] {
    let own = SlurmName(job: name)
    guard let place else { return [own] }
    // Nobody knows what another daemon has done before it left.
    return goesAlone || request == nil ? [place, own] : [place]
  }

  /// For so long its last word may be on its way, in milliseconds.
  static let grace: Int64 = 3000
  /// A supervisor that has not been heard of for so long, and that Slurm does not know, is gone. It
  /// tells every second that it is alive.
  static let silence: Int64 = 20_000

  /// Takes note of what Slurm has listed.
  func see(_ queue: SlurmQueue) {
    let own = queue.jobs(names).filter { !formerIDs.contains($0.id) }
    if let job = SlurmJob.decisive(own) {
      sighting = .job(job)
      hasWaited = job.isPending
      standing = SlurmStanding(id: job.id, state: job.standing)
    } else if let place, hasWaited, !goesAlone, queue.hasArray(of: place) {
      sighting = .removed
    } else {
      sighting = .unknown
    }
    if own.count > 1 { isUncertain = true }
    looks = sighting.isOver ? looks + 1 : 0
  }

  /// Whether nothing more is to be expected of it, but what is in its directory.
  /// - Parameter mark: of its claim; nil if nobody has taken it.
  func isOver(claim mark: RunDirectory.ClaimMark?, at now: Int64) -> Bool {
    guard sighting.isOver else {
      overSince = nil
      return false
    }
    if mark != self.mark {
      self.mark = mark
      markedAt = now
    }
    let since = overSince ?? now
    overSince = since
    switch sighting {
    case .unasked: return false
    case .refused, .withdrawn: return true
    // One that completes without a word has found the claim taken: another job has the run, which
    // Slurm knows by a name that is not known here.
    case .job(let job) where !job.isStuck && !(job.isComplete && mark != nil):
      return now - since >= SlurmRun.grace
    case .job, .unknown, .removed:
      // The controller may be the one that is wrong, so it is asked twice, and the supervisor counts.
      if mark != nil { return now - max(since, markedAt) >= SlurmRun.silence }
      return looks > 1 && now - since >= SlurmRun.grace
    }
  }
}
