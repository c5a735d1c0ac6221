// What the daemon counts, and when it is written. Its loop is not woken for that but once, a second
// after something was counted: a daemon that has nothing to do writes nothing.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// The counters of a daemon, and the file that outlives it.
struct Counting {
  /// From what is counted first to the write, in milliseconds; so long nothing more is written.
  private static let pause: Int64 = 1000
  /// From a write that failed, on a full disk for one, to the next, in milliseconds.
  private static let retryPause: Int64 = 60_000

  private var metrics: DaemonMetrics
  /// When the file is to be written, on the boot clock; nil: it holds all but turns.
  private(set) var writeAt: Int64?

  /// Goes on with what the daemon before has counted.
  init(_ spool: Spool, _ log: Log, at now: Instant) {
    metrics = DaemonMetrics(since: now)
    do throws(SpoolError) {
      metrics = try spool.metrics() ?? metrics
    } catch .damaged(_, let reason) {
      do {
        let kept = try spool.quarantineMetrics(because: reason)
        log.error("metrics.json: \(reason); it is corrupt/\(kept) now, and counting begins at zero")
      } catch {
        log.error("metrics.json: \(reason); and it cannot be moved to corrupt/: \(error)")
      }
    } catch {
      log.warning("metrics.json: \(error); counting begins at zero")
    }
  }

  /// Counts what has become durable.
  /// - Parameter begun: when the commands were let go that these decisions have started.
  mutating func count(_ decided: [Daemon.Decided], begun: Instant) {
    for change in decided {
      let job = change.item.change.next
      for entry in change.entries
      where metrics.count(entry, of: job, begun: begun, ready: change.ready) {
        writeAt = writeAt ?? Clock.boot.milliseconds + Counting.pause
      }
    }
  }

  /// Counts a turn of the loop. That alone is no reason to write.
  mutating func countTurn(nanoseconds: Int64) {
    metrics.countTurn(microseconds: nanoseconds / 1000)
  }

  /// Writes what is due.
  mutating func writeIfDue(_ spool: Spool) {
    if let writeAt, Clock.boot.milliseconds >= writeAt { write(spool) }
  }

  /// Writes what was counted.
  mutating func write(_ spool: Spool) {
    do {
      try spool.write(metrics)
      writeAt = nil
    } catch {
      writeAt = Clock.boot.milliseconds + Counting.retryPause
    }
  }
}
