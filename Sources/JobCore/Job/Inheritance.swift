// What passes from a job to the one that takes its place.

/// What a job has dealt with, so that the next one neither repeats nor misses anything.
public struct Inheritance: Sendable {
  /// Firings up to here are the earlier job's.
  let since: Instant
  /// Files that have had their run.
  let knownFiles: Set<FileDigest>
}

extension JobState {
  /// What this job leaves to the one that takes its place. It has been retired, or has ended.
  public var inheritance: Inheritance {
    let told = finishedAt ?? decisions.last { $0.kind == .retired }?.at
    return Inheritance(since: max(cursor, told ?? cursor), knownFiles: knownFiles)
  }
}
