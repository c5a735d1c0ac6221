// Telling the hooks of one job without a daemon: for whoever has run a job by itself.

internal import JobCore
public import JobSpool
internal import LinuxIO

/// Runs the hooks of one job in this process.
public enum HookDelivery {
  /// Runs all hooks that wait to be told of something about a job, and again those that fail, until
  /// none is left. What has become of them stands in the state then.
  public static func deliverAll(of id: String, in spool: Spool, zones: ZoneFiles) throws {
    guard let first = try spool.job(id)?.state, !first.pendingHooks.isEmpty else { return }
    let poller = try Poller()
    let hooks = try HookRuns(
      spool, Log(), base: Environment.basic, descriptorLimit: 0)
    hooks.common = ((try? spool.config()) ?? SpoolConfig()).hooks
    hooks.update(first)
    while !hooks.isEmpty {
      for (id, end) in hooks.takeEnded(limit: 1) {
        let state = try spool.change(id) { state in
          let schedule = try zones.schedule(state.spec)
          let next = try? state.applying(.hooked(end), schedule: schedule, at: .now)
          return next ?? state
        }
        if let state { hooks.update(state) } else { hooks.forget(id) }
      }
      hooks.step(poller)
      if hooks.isEmpty || hooks.isReady { continue }
      try wait(for: hooks, poller)
    }
  }

  /// Waits until one of the hooks has ended or written something, or there is something to do.
  private static func wait(for hooks: HookRuns, _ poller: borrowing Poller) throws {
    // Its owner may wait for children of its own by signal, so they are asked for one by one.
    let turn: Int64 = 20
    let rest = max(0, (hooks.next ?? .max) - Clock.boot.milliseconds)
    let timeout = hooks.runningCount == 0 ? rest : min(rest, turn)
    for event in try poller.wait(timeout: Int32(clamping: timeout)) {
      _ = hooks.take(event.token, poller)
    }
    for pid in Array(hooks.pids) {
      guard let end = try Child.peek(pid) else { continue }
      hooks.ended(end, poller)
      _ = try? Child.reap(pid)
    }
  }
}

extension Environment {
  /// Basic variables of what jobrun runs, as far as they are set here.
  static var basic: [String: String] {
    var variables: [String: String] = [:]
    for name in ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG"] {
      variables[name] = value(name)
    }
    return variables
  }
}
