// Telling the hooks of one job without a daemon: for whoever has run a job by itself.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// Runs the hooks of one job in this process.
enum HookDelivery {
  private enum Token: UInt64 { case signals }

  /// Runs all hooks that wait to be told of something about a job, and again those that fail, until
  /// none is left, or a signal comes. What has become of them stands in the state then; those that
  /// a signal has cut short stand there as if they had not begun.
  /// - Returns: the signal.
  static func deliverAll(
    of id: String, in spool: Spool, unless signals: borrowing SignalQueue
  ) throws -> Signal? {
    guard let first = try spool.job(id)?.state, !first.pendingHooks.isEmpty else { return nil }
    let poller = try Poller()
    try poller.add(signals.descriptor, token: Token.signals.rawValue)
    let hooks = try HookRuns(
      spool, Log(), base: Environment.basic, descriptorLimit: 0)
    hooks.common = ((try? spool.config()) ?? SpoolConfig()).hooks
    hooks.update(first)
    while !hooks.isEmpty {
      for (id, end) in hooks.takeEnded(limit: 1) {
        // Refused if somebody has recorded it meanwhile.
        let state = try spool.change(id) { state in (try? state.told(end, at: .now)) ?? state }
        if let state { hooks.update(state) } else { hooks.forget(id) }
      }
      hooks.step(poller)
      if hooks.isEmpty || hooks.isReady { continue }
      if let signal = try wait(for: hooks, poller, signals) {
        hooks.stop(poller)
        return signal
      }
    }
    return nil
  }

  /// Waits until one of the hooks has ended or written something, or there is something to do.
  /// - Returns: a signal that has come.
  private static func wait(
    for hooks: HookRuns, _ poller: borrowing Poller, _ signals: borrowing SignalQueue
  ) throws -> Signal? {
    // Its owner may wait for children of its own by signal, so they are asked for one by one.
    let turn: Int64 = 20
    let rest = max(0, (hooks.next ?? .max) - Clock.boot.milliseconds)
    let timeout = hooks.runningCount == 0 ? rest : min(rest, turn)
    for event in try poller.wait(timeout: Int32(clamping: timeout)) {
      if event.token == Token.signals.rawValue {
        // Children may be told of by the same queue.
        if let signal = try signals.pending().first(where: { $0 != .child }) { return signal }
      } else {
        _ = hooks.take(event.token, poller)
      }
    }
    hooks.reap(poller)
    return nil
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
