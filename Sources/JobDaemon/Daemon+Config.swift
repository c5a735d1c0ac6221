// The settings of the spool while the daemon works: taken over when they change, and kept as they
// were when the file cannot be understood. A slip of somebody's editor stops no job.

internal import JobCore
internal import JobSpool
internal import LinuxIO

extension Daemon {
  /// Reads config.json again.
  func readConfig() {
    // Before the file: whoever waits for its settings to be those of the daemon may wait longer.
    let mark = spool.configMark()
    do throws(SpoolError) {
      let config = try spool.config()
      table.configure(config)
      hooks.common = config.hooks
      log.info("\(Spool.configFile): its settings are in force")
      notice.configFault = nil
    } catch {
      let fault =
        if case .refused(_, let reason) = error { "\(Spool.configFile): \(reason)" } else {
          "\(Spool.configFile): \(error)"
        }
      if notice.configFault != fault { log.warning("\(fault); going on with earlier settings") }
      notice.configFault = fault
    }
    notice.configMark = mark
    lock.tell(notice)
  }
}
