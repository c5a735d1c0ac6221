// The recovery table for runs under Slurm: instead of a lock, which a network file system may not
// keep, there are a claim, which a supervisor takes once, and the word of Slurm.

extension RunVerdict {
  /// The row of the table that fits.
  init(
    _ seen: RunObservation, _ sighting: SlurmSighting, attempt: Attempt,
    cancelRequest: CancelRequest?
  ) {
    switch seen.exit {
    case .record(let record): self = .apply(record)
    // Whoever has the claim may still write, or write the right one.
    case .missing where !sighting.isOver, .unreadable where !sighting.isOver: self = .adopt
    case .unreadable(let reason):
      self = .lost(reason: "record damaged: \(reason)", damagedRecord: true)
    case .missing where seen.isClaimed || seen.isStarted:
      self = .lost(reason: RunVerdict.end(sighting), damagedRecord: false)
    case .missing where !seen.isPresent:
      self = .lost(reason: "run directory removed", damagedRecord: false)
    case .missing:
      if let cancelRequest {
        self = .giveUp(.cancelled(reason: cancelRequest.explanation))
      } else {
        self = RunVerdict.unbegun(sighting, attempt, said: seen.said)
      }
    }
  }

  /// What becomes of an attempt that no supervisor has claimed, so nothing has run.
  private static func unbegun(
    _ sighting: SlurmSighting, _ attempt: Attempt, said: String?
  ) -> RunVerdict {
    switch sighting {
    case .refused(let words): return .giveUp(.notStarted(reason: "sbatch: \(words)"))
    case .job(let job) where !job.isMishap:
      let words = said.map { ": \($0)" } ?? ""
      return .giveUp(.notStarted(reason: "Slurm: \(job.end)\(words)"))
    case .removed: return .giveUp(.notStarted(reason: "Slurm: CANCELLED"))
    case .job, .unknown, .withdrawn, .unasked:
      if attempt.launches < launchLimit { return .launch }
      return .giveUp(
        .notStarted(reason: "\(attempt.launches) submissions to Slurm came to nothing"))
    }
  }

  private static func end(_ sighting: SlurmSighting) -> String {
    if case .job(let job) = sighting { return "Slurm: \(job.end)" }
    return "Slurm does not know its job any more, and its supervisor has gone silent"
  }
}
