// What the daemon records of hooks that have ended.

internal import JobCore
internal import JobSpool

extension Daemon {
  /// Decides on what has become of hooks; jobs about which something is being decided have to wait.
  func recordHooks(besides pending: [Pending], at now: Instant) -> [Pending] {
    guard hooks.hasEnded else { return [] }
    let busy = Set(pending.map(\.change.next.id))
    return hooks.takeEnded(limit: batch).compactMap { id, end in
      if busy.contains(id) {
        dirty.insert(id)
        return nil
      }
      return alone(id) {
        guard let stored = try read(id) else { return nil }
        guard let change = try decide(stored, .hooked(end), at: now) else {
          hooks.update(stored.state)
          return nil
        }
        return Pending(change: change, action: .none)
      }
    }
  }
}
