// What hooks can be told of.

/// Something that has happened to a job, and that hooks may run for.
public enum HookEvent: String, CaseIterable, Sendable {
  /// A run has begun: the first of its attempts.
  case onStart
  /// A run has succeeded.
  case onSuccess
  /// A run has failed and is not tried again, or the job has failed without one.
  case onFailure
  /// An attempt has failed, and another one follows.
  case onRetry
  /// Firings were passed over or are late because nobody was there to start them.
  case onMissed
}
