// What the command line of a daemon says; what is set for its spool stands in config.json.

public import JobCore
public import LinuxIO

/// How a daemon is to behave.
public struct DaemonOptions: Sendable {
  /// Runs at the same time.
  public var slots: Int
  /// Leave when nothing is under way and nothing is due within this time.
  public var untilIdle: TimeSpan?
  /// When asked to stop, wait for running jobs.
  public var drain = false
  public var logStyle = Log.Style.text
  /// Who runs the jobs of queues that do not say.
  public var engine = EngineName.local
  /// The file that the log goes to instead of standard error; HUP opens it anew.
  public var logFile: LogFile?

  /// Scheduled jobs mostly wait, so more slots than processors are usual.
  public static let defaultSlots = max(8, 2 * CurrentProcess.processors)

  /// Options with the default number of slots.
  public init(slots: Int = DaemonOptions.defaultSlots) {
    self.slots = slots
  }
}
