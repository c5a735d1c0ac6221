// Looking at everything: at the start, when hints were lost, and every few minutes as the net under
// the hints.

internal import JobSpool

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
    dirty.formUnion(try spool.liveIdentifiers())
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

  /// The net under the hints: what is in the directories and not in the table, or the
  /// other way round.
  func rescan() throws(SpoolError) {
    let present = Set(try spool.liveIdentifiers())
    dirty.formUnion(present.filter { !table.contains($0) })
    dirty.formUnion(table.ids.filter { !present.contains($0) })
    files.keep { table.contains($0) }
    outsideLocks.lookAtAll()
    dirty.formUnion(execs.ids)
    drops.formUnion(try spool.drops())
    try quarantineStrangers()
    try settlePlans()
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
