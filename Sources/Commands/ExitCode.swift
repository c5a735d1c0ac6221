// Exit codes: those of sysexits.h, as man/jobrun.1 lists them.

/// How a command ends.
public enum ExitCode {
  static let success: Int32 = 0
  /// Some of several jobs did not succeed.
  static let failure: Int32 = 1
  /// The wait was over before the job.
  static let timedOut: Int32 = 124
  /// The command line is wrong.
  static let usage: Int32 = 64
  /// A document is wrong.
  static let badDocument: Int32 = 65
  /// There is no such job.
  static let noSuchJob: Int32 = 66
  /// Not possible in the phase the job is in.
  static let notPossible: Int32 = 69
  /// A defect in jobrun.
  static let internalError: Int32 = 70
  /// Something cannot be created, or is there already.
  static let cannotCreate: Int32 = 73
  /// Reading or writing failed.
  static let inputOutput: Int32 = 74
  /// Somebody else is at it: try again later.
  static let tryAgain: Int32 = 75
  /// Not allowed.
  static let permission: Int32 = 77
  /// The spool or a setting is not usable.
  static let configuration: Int32 = 78
}
