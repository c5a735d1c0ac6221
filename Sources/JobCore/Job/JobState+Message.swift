// Where a job stands, in one line. These are the words that `why` begins with too
// (Explanation.swift): a fact is told the same way wherever it is told.

extension JobState {
  /// One line on where the job stands, for people and for the contracts' `message`.
  public var message: String { message(at: nil) }

  /// The same.
  /// - Parameter now: if what is past is to be told as such.
  public func message(at now: Instant?) -> String {
    switch phase {
    case .held(let attempt): return "it is held; \(JobState.releaseWords(attempt))"
    case .awaiting: return "it \(waitForParents())"
    case .waiting(let until):
      let last = lastOutcome.map { "; last: \($0.summary)" } ?? ""
      return (waitForFiles(until: until).map { "it \($0)" } ?? nextRunWords(until, now)) + last
    case .queued(let attempt): return dueWords(attempt)
    case .starting(let attempt): return "run \(attempt.run) is being started"
    case .running(let attempt):
      if let cancelRequest { return "being stopped: \(cancelRequest.explanation)" }
      return progressText ?? "run \(attempt.run) is running"
    case .backoff(let attempt, let until): return retryWords(attempt, until, now) + lastAttemptWords
    case .succeeded: return progressText ?? "finished"
    case .failed(let reason), .cancelled(let reason), .expired(let reason): return reason
    }
  }

  /// What follows for a job that is held.
  static func releaseWords(_ attempt: Attempt?) -> String {
    let next = attempt.map { "run \($0.run) starts" } ?? "it goes on"
    return "\(next) when somebody releases it"
  }

  func nextRunWords(_ until: Instant, _ now: Instant?) -> String {
    let isPast = now.map { until <= $0 } ?? false
    return "its next run \(isPast ? "was due" : "is") at \(until.rfc3339)"
  }

  /// Since when an attempt could have begun.
  func dueWords(_ attempt: Attempt) -> String {
    let run = "run \(attempt.run)"
    if attempt.attempt == 1 { return "\(run) is due since \(beginning(of: attempt).rfc3339)" }
    let since = retryDue(attempt).map { " since \($0.rfc3339)" } ?? ""
    return "attempt \(attempt.attempt) of \(spec.retry.count + 1) of \(run) is due\(since)"
  }

  /// When a retry came due: its wait is part of no record, but of the policy, and begins with the
  /// decision; nil if that is forgotten.
  private func retryDue(_ attempt: Attempt) -> Instant? {
    let last = decisions.last { $0.kind == .retried || $0.kind == .released }
    guard let last else { return nil }
    if last.kind == .released { return last.at }
    return spec.retry.wait(after: attempt.attempt - 1).map { last.at + $0 }
  }

  func retryWords(_ attempt: Attempt, _ until: Instant, _ now: Instant?) -> String {
    let isPast = now.map { until <= $0 } ?? false
    return "attempt \(attempt.attempt) of \(spec.retry.count + 1) "
      + "\(isPast ? "was to begin" : "begins") at \(until.rfc3339)"
  }

  var lastAttemptWords: String {
    lastOutcome.map { "; attempt \($0.attempt) ended with \($0.summary)" } ?? ""
  }
}
