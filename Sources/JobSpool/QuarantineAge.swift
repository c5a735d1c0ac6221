// How much has been put into corrupt/ lately: for a check.

public import JobCore
internal import LinuxIO

extension Spool {
  /// How many files were put into corrupt/ since an instant, by the time of their reasons.
  public func quarantined(since start: Instant) throws(SpoolError) -> Int {
    try spoolCalls { () throws(SystemError) in
      var count = 0
      for name in try corrupt.names() where name.hasSuffix(".why") {
        guard let status = try corrupt.status(of: name) else { continue }
        if status.modified >= start.milliseconds { count += 1 }
      }
      return count
    }
  }
}
