// Looking at everything: at the start, when hints were lost, and every few minutes as the net under
// the hints.

internal import JobSpool
internal import LinuxIO

extension Daemon {
  /// Marks everything to be looked at.
  func scan() throws(SpoolError) {
    do throws(SpoolError) {
      try spool.prepareNumbers()
      for id in try spool.settleDoubles() {
        log.warning("it was in jobs/ and in done/; the newer file stays", job: id)
      }
    } catch {
      // Before that, nothing may be decided: the older of two files could be taken for true.
      guard case .busy = error else { throw error }
      return waitForLock()
    }
    let ids = try spool.liveIdentifiers()
    table.reserveCapacity(ids.count)
    dirty.formUnion(ids)
    dirty.formUnion(table.ids)
    drops.formUnion(try spool.drops())
    try quarantineStrangers()
    try settlePlans()
    needsScan = false
  }

  /// What nobody could ever take up, because of its name.
  private func quarantineStrangers() throws(SpoolError) {
    for strange in try spool.strangeNames(.jobs) + spool.strangeNames(.new) {
      log.quarantine(strange, in: spool)
    }
  }

  /// Looks, now and then, for what no hint has told of.
  func rescanIfDue() throws(SpoolError) {
    var isDone = true
    if Clock.boot.milliseconds >= nextRescan {
      nextRescan = Clock.boot.milliseconds + Daemon.rescanInterval
      if isScanned {
        isDone = try ifThereIsRoom { () throws(SpoolError) in try beginRescan() }
      }
    }
    if rescan.isUnderWay, isDone {
      isDone = try ifThereIsRoom { () throws(SpoolError) in try stepRescan() }
    }
    if !isDone { nextRescan = pausedUntil }
  }

  /// Begins to look.
  private func beginRescan() throws(SpoolError) {
    files.keep { table.contains($0) }
    outsideLocks.lookAtAll()
    dirty.formUnion(execs.ids)
    drops.formUnion(try spool.drops())
    for strange in try spool.strangeNames(.new) { log.quarantine(strange, in: spool) }
    try settlePlans()
    try rescan.begin(spool, &table)
  }

  /// Goes on with it.
  private func stepRescan() throws(SpoolError) {
    let found = try rescan.step(&table)
    dirty.formUnion(found.ids)
    for strange in found.strange { log.quarantine(strange, in: spool) }
  }

  /// Takes the steps that somebody who provisioned a plan has left undone.
  private func settlePlans() throws(SpoolError) {
    do throws(SpoolError) {
      for fault in try spool.settlePlans(zones: zones) { log.error(fault) }
    } catch .busy {
      waitForLock()
    }
  }
}
