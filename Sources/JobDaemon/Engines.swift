// All engines of a daemon. An attempt says which one is its own, so there is one place that chooses.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// The engines by name.
final class Engines {
  let local: LocalEngine
  let slurm: SlurmEngine
  /// Soft limit of open files for what is run.
  let descriptorLimit: UInt64

  init(spool: Spool, descriptorLimit: UInt64) throws(SystemError) {
    self.descriptorLimit = descriptorLimit
    let planner = RunPlanner(spool: spool, descriptorLimit: descriptorLimit)
    local = try LocalEngine(spool: spool, planner: planner)
    slurm = SlurmEngine(spool: spool, planner: planner)
  }

  private var all: [any Engine] { [local, slurm] }

  /// The one that runs an attempt.
  subscript(_ attempt: Attempt) -> any Engine {
    switch attempt.engine {
    case .local: local
    case .slurm: slurm
    }
  }

  /// How many attempts are waited for.
  var count: Int { all.reduce(0) { $0 + $1.count } }

  /// Whether nothing is left to be done for attempts, waited for or given up.
  var isIdle: Bool { count == 0 && !slurm.isTakingBack }

  /// When they have to be asked for news again (boot clock).
  var wakeAt: Int64? { all.compactMap(\.wakeAt).min() }

  /// Why one of them gets nowhere for now.
  var fault: String? { all.lazy.compactMap(\.fault).first }

  /// Whether an attempt is being waited for.
  func isWaiting(for attempt: Attempt, of job: String) -> Bool {
    self[attempt].attempt(of: job)?.isSame(as: attempt) ?? false
  }

  /// The attempt behind a token of the poller has ended.
  func end(_ token: UInt64, poller: borrowing Poller) throws(SystemError) -> EndedRun? {
    for engine in all { if let run = try engine.end(token, poller: poller) { return run } }
    return nil
  }

  /// Reaps children of this daemon that are gone: supervisors, programs of Slurm, hooks, and
  /// strangers.
  /// - Parameter body: is told of each before it is reaped.
  func reapChildren(_ body: (ChildEnd) -> Void) {
    // ECHILD, when there is no child at all, ends it like none that has ended.
    while let end = try? Child.peek() {
      body(end)
      _ = try? Child.reap(end.pid)
      for engine in all { engine.take(end) }
    }
  }

  /// What has come to light.
  func step() throws(SystemError) -> EngineNews {
    var news = EngineNews()
    for engine in all {
      let more = try engine.step()
      news.ended += more.ended
      news.begun += more.begun
    }
    return news
  }
}
