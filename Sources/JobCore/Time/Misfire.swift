// What becomes of firings that were missed: the daemon was down, the machine was suspended, the
// clock was set forward, or the job's own earlier run was still busy.

/// A job's `misfire`.
public enum Misfire: String, CaseIterable, Sendable {
  /// One run stands for all of them.
  case once
  /// They are passed over.
  case skip
  /// Each of them runs, one after the other.
  case all

  /// So many of the latest missed firings run at most under `all`.
  static let longestBacklog = 20
}
