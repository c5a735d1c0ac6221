// What can happen to a job.

/// An event that a job's state answers to.
public enum JobEvent: Hashable, Sendable {
  /// The instant has come that the job waited for.
  case due
  /// A slot is free: start the queued attempt, or start once more one whose supervisor
  /// never took hold.
  case launch
  /// A supervisor is at work.
  case supervised
  /// The live attempt has ended.
  case ended(ExitRecord)
  /// Somebody wants it stopped.
  case cancel(CancelRequest)
  /// What the job was made from is gone: nothing more begins, and what runs goes on.
  case retire(reason: String)
  /// Somebody wants one more run.
  case rerun
  /// Somebody has looked at the jobs that it runs after, by their ids.
  case parents([String: ParentSight])
  /// Somebody has looked for files of a job that waits for some.
  case files(FilesSeen)
  /// The file of the queued attempt has been seen to.
  case fetched(FileFetch)
  /// Its document is to be another one.
  case redefine(JobSpec)
  /// The hooks of an event have ended.
  case hooked(HookEnd)
  /// The `jobrun exec` that has the job will do no more for it: it is gone, or has given up.
  /// - Parameter record: how the live attempt ended, if that is on record.
  case abandoned(ExitRecord?, reason: String)
  case hold
  case release
}

/// An event that is not possible in the phase a job is in.
public struct Refusal: Error, Hashable, Sendable {
  /// Why, in words.
  public let reason: String

  init(_ reason: String) { self.reason = reason }
}
