// What runs attempts, as the daemon sees it: this machine, or a cluster. All that the daemon decides
// is decided from what is in the run directory and what an engine adds to that; nothing else knows
// which one it is.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// An attempt that is waited for no longer: it has ended, or nothing more will come of it.
struct EndedRun {
  let job: String
  let attempt: Attempt
}

/// What has come to light since an engine was asked last.
struct EngineNews {
  /// Attempts that are waited for no longer.
  var ended: [EndedRun] = []
  /// Jobs whose command has been let go.
  var begun: [String] = []
}

/// Runs attempts.
protocol Engine: AnyObject {
  /// How many attempts are waited for.
  var count: Int { get }
  /// When it has to be asked for news again (boot clock).
  var wakeAt: Int64? { get }
  /// Why it gets nowhere for now; nil if it does.
  var fault: String? { get }

  /// The attempt of a job that is being waited for.
  func attempt(of job: String) -> Attempt?
  /// Whether the command of a job that is waited for has been let go.
  func hasBegun(_ job: String) -> Bool
  /// Makes the run directory and gets everything ready while the attempt is made durable; the
  /// command is let go only after `permit`.
  /// - Parameter locks: kept until the attempt has ended.
  func launch(
    _ state: JobState, _ attempt: Attempt, locks: [NamedLock], poller: borrowing Poller
  ) throws(SystemError)
  /// The attempt is durable now.
  func permit(_ job: String)
  /// It came to nothing: nothing has run, and nothing shall.
  func deny(_ job: String)
  /// What there is to know of an attempt.
  func observe(_ job: String, _ attempt: Attempt) throws(SystemError) -> RunObservation
  /// Waits for an attempt that somebody else has started.
  /// - Returns: false if it is over by now; then it has to be observed again.
  func adopt(
    _ state: JobState, _ attempt: Attempt, poller: borrowing Poller
  ) throws(SystemError) -> Bool
  /// A request to stop it stands in its run directory.
  func cancel(_ job: String, _ attempt: Attempt) throws(SystemError)
  /// Makes sure that an attempt cannot start any more, and stops what is left of it.
  /// - Returns: false if a supervisor has turned up: look again.
  func giveUp(_ job: String, _ attempt: Attempt) throws(SystemError) -> Bool
  /// The attempt behind a token of the poller has ended.
  func end(_ token: UInt64, poller: borrowing Poller) throws(SystemError) -> EndedRun?
  /// A child of the daemon has ended, and has been reaped.
  func take(_ end: ChildEnd)
  /// Does what is due, without waiting for anything.
  func step() throws(SystemError) -> EngineNews
}

extension Engine {
  var wakeAt: Int64? { nil }
  var fault: String? { nil }
  func take(_ end: ChildEnd) {}
  func step() throws(SystemError) -> EngineNews { EngineNews() }
}
