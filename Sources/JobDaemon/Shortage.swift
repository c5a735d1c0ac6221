// What the daemon does when something is short: disk, descriptors, memory. It starts nothing
// more, says so once in its log and, for `status`, in daemon.lock, tries again every second,
// and goes on by itself.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// A shortage that has not been over for long enough.
struct Shortage {
  /// Without a failure for so long it is over: longer than anything waits to be tried again.
  private static let calm: Int64 = 3000

  let since: Instant
  private(set) var code: Int32
  /// On the boot clock.
  private(set) var endsAt: Int64 = 0

  init(_ error: SystemError, since: Instant) {
    self.since = since
    code = error.code
    goOn(error)
  }

  mutating func goOn(_ error: SystemError) {
    code = error.code
    endsAt = Clock.boot.milliseconds + Shortage.calm
  }
}

extension Daemon {
  /// Wait after a failure that waiting may cure.
  static let shortageTime = TimeSpan(milliseconds: 1000)

  /// Starts nothing for a while, because of something that waiting may cure.
  func holdBack(_ error: SystemError, job: String? = nil) {
    pausedUntil = Clock.boot.milliseconds + Daemon.shortageTime.milliseconds
    let isNews = shortage?.code != error.code
    if shortage?.goOn(error) == nil { shortage = Shortage(error, since: .now) }
    guard isNews, let shortage else { return }
    log.warning("\(error); waiting, and trying again every second", job: job)
    // The log has the path; a notice is shown to others than the owner of the spool.
    notice.waitsFor = "\(error.reason) (\(error.call)), since \(shortage.since.rfc3339)"
    lock.tell(notice)
  }

  /// Jobs decided on together, as far as a turn may take, and as there are descriptors: if all of a
  /// large batch took one each, none would have those it needs to be started, however often that is
  /// tried.
  var batch: Int {
    let spare = descriptorLimit - Daemon.ownDescriptors - engine.local.count
    return min(turnSize.count, max(1, spare / Daemon.descriptorsPerLaunch))
  }

  /// Open in any case: directories of the spool, what the loop waits for, a listing or two, and
  /// what hooks have.
  private static let ownDescriptors = 32 + 3 * HookRuns.most
  /// The state read, the one written, and two pipes; while one is started, their other ends.
  private static let descriptorsPerLaunch = 5

  /// Sees whether a shortage is over.
  func endShortage() {
    guard let shortage, Clock.boot.milliseconds >= shortage.endsAt else { return }
    self.shortage = nil
    notice.waitsFor = drainNotice
    lock.tell(notice)
    log.info("going on; it waited since \(shortage.since.rfc3339)")
  }

  /// Says that it was asked to stop, and waits for what runs: nobody else can know.
  func tellOfDraining() {
    log.info(
      "asked to stop: nothing more is started, \(engine.count.counted("run")) to wait for")
    drainNotice =
      "it was asked to stop at \(Instant.now.rfc3339), and leaves once its runs have ended"
    notice.waitsFor = drainNotice
    lock.tell(notice)
  }

  /// Does something that can as well be done later.
  /// - Returns: false if something was short.
  @discardableResult
  func ifThereIsRoom(_ body: () throws(SpoolError) -> Void) throws(SpoolError) -> Bool {
    do throws(SpoolError) {
      try body()
      return true
    } catch .system(let error) where error.isShortage && error.call != "fsync" {
      holdBack(error)
    } catch .busy {
      waitForLock()
    }
    return false
  }
}

extension Log {
  /// Moves to corrupt/ what nobody could make sense of, and tells it.
  func quarantine(_ strange: StrangeName, in spool: Spool) {
    do {
      let kept = try spool.quarantine(strange)
      error("\(strange.path): \(strange.reason); it is corrupt/\(kept) now")
    } catch let problem {
      error("\(strange.path): \(strange.reason); and it cannot be moved to corrupt/: \(problem)")
    }
  }
}
