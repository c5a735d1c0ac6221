// What somebody who waits for a job is told while nobody works on it.

import JobCore
import JobSpool

extension Session {
  /// Why a job that is waited for gets nowhere without a daemon; nil if there is one, or its
  /// command runs.
  func standstill(of state: JobState) throws -> String? {
    let spool = try spool()
    if state.isExec || state.phase.isFinal || spool.hasDaemon() { return nil }
    if let attempt = state.phase.liveAttempt {
      guard spool.verdict(of: state, attempt) != nil else { return nil }
      let around = SurroundingsReader(spool, zones: zones, at: now)
      return try around.explanation(of: state).sentence
    }
    return "no daemon is running on this spool; waiting for one to come"
  }
}
