// metrics: what whoever watches wants to know, in the text of Prometheus.

import JobCore
import JobSpool

/// `jobrun metrics`.
enum MetricsCommand {
  static let verb = Program.Verb(
    syntax: CommandSyntax(
      verb: "metrics", summary: "Print metrics for Prometheus.",
      details: """
        Jobs by phase, whether a daemon is there, and what the daemons of this spool have \
        counted. No daemon is needed. The metrics are described in jobrun(1).
        """,
      examples: [
        (
          "For a collector that reads files, from a crontab:",
          "jobrun metrics > jobrun.prom.tmp && mv jobrun.prom.tmp jobrun.prom"
        )
      ]),
    run: run)

  private static func run(_ session: Session) throws -> Int32 {
    try session.options.expectNoOperands()
    let spool = try session.spool()
    let jobs = try spool.countJobs(zones: session.zones, at: session.now)
    let metrics = SpoolMetrics(
      version: Program.version, isDaemonUp: spool.hasDaemon(), jobs: jobs.phases,
      unreadable: jobs.unreadable, counted: try counted(spool, session))
    var text = MetricsText()
    metrics.write(to: &text)
    try session.print(bytes: Array(text.text.utf8))
    return ExitCode.success
  }

  /// What the daemons have counted; nil if that cannot be understood.
  private static func counted(_ spool: Spool, _ session: Session) throws -> DaemonMetrics? {
    do throws(SpoolError) {
      return try spool.metrics() ?? DaemonMetrics()
    } catch {
      guard case .damaged(let path, let reason) = error else { throw error }
      session.say("\(path): \(reason); what the daemons have counted is left out")
      return nil
    }
  }
}
