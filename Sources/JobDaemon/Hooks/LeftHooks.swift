// What a `jobrun exec` does at its end where no daemon works: it tells the hooks of its own job, and
// brings to an end what others like it have left behind, their hooks told as well. One job after the
// other, each held as its owner holds it, so that nobody else tells the same at the same time.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// Jobs of this process and of those like it that were killed, with hooks to be told.
struct LeftHooks {
  let spool: Spool
  let zones: ZoneFiles
  /// Something for people to know.
  let say: (String) -> Void

  /// Tells all there is to tell, that of one job first, unless a daemon is there to do that.
  /// - Parameter others: what others have left, too.
  /// - Returns: a signal that has ended it early.
  func tellAll(first id: String, others: Bool) -> Signal? {
    if spool.hasDaemon() { return nil }
    do {
      let signals = try SignalQueue(RunHost.execSignals)
      // What has come by now was meant for the command.
      _ = try signals.pending()
      let left = try spool.leftIdentifiers()
      for id in left.filter({ $0 == id }) + left.filter({ others && $0 != id }) {
        if let signal = try tell(id, unless: signals) { return signal }
      }
    } catch {
      say("hooks have not been told: \(error)")
    }
    return nil
  }

  private func tell(_ id: String, unless signals: borrowing SignalQueue) throws -> Signal? {
    guard let owner = try spool.own(id) else { return nil }
    guard try spool.job(id, in: .jobs) != nil else {
      owner.end()
      return nil
    }
    // Asked now that it is held: a daemon that comes later sees that, and leaves the job alone.
    if spool.hasDaemon() { return nil }
    let signal: Signal?
    do {
      guard try spool.settleOwned(id, zones: zones, at: .now) != nil else {
        owner.end()
        return nil
      }
      signal = try HookDelivery.deliverAll(of: id, in: spool, unless: signals)
      if try spool.job(id, in: .jobs) == nil { owner.end() } else { owner.leave() }
    } catch {
      say("job \(id): its hooks have not been told: \(error)")
      return nil
    }
    if let signal {
      say(
        "\(SignalName.name(of: signal.rawValue)): hooks of job \(id) are still to be told; a daemon, "
          + "or the next jobrun exec, does that")
    }
    return signal
  }
}
