// Giving an attempt up whose supervisor is gone without a word: it cannot begin any more, and what is
// left of it is stopped.

public import JobCore
public import LinuxIO

extension Spool {
  /// Makes sure that an attempt cannot start any more, and stops what is left of it.
  /// - Returns: false if somebody holds its lock: look again.
  public func giveUp(_ job: String, _ attempt: Attempt) throws(SystemError) -> Bool {
    // Known without any record: the command may have removed them.
    let place = "JOBRUN_RUN_DIR=\(runPath(job, attempt))"
    guard let run = try run(job, directoryName: attempt.directoryName) else {
      Spool.sweep(place)
      return true
    }
    // Better known by the token: the spool may have had another path then.
    let token = (try? run.plan())?.environment["JOBRUN_RUN_TOKEN"]
    return try run.fence {
      Spool.sweep(token.map { "JOBRUN_RUN_TOKEN=\($0)" } ?? place)
    }
  }

  /// Kills every process that carries a token in its environment, until there is none.
  private static func sweep(_ entry: String) {
    // A process that starts others faster than this is cut off in some round; the bound
    // only keeps one that cannot die (uninterruptible) from stopping whoever calls.
    for _ in 0..<64 {
      var found = false
      for pid in ProcessTable.all() {
        // Opened before the check: what is killed is what was checked.
        guard let handle = try? ProcessHandle(pid: pid),
          ProcessTable.environment(of: pid, holds: entry)
        else { continue }
        found = true
        handle.send(.kill)
      }
      if !found { return }
      pause(milliseconds: 1)
    }
  }
}
