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
        guard let next = try? stored.state.told(end, at: now) else {
          // Somebody has recorded it.
          hooks.update(stored.state)
          return nil
        }
        return Pending(change: StateChange(stored, next), action: .none)
      }
    }
  }

  /// The state after an event, with what hooks are to be told of it.
  func apply(_ event: JobEvent, to state: JobState, at now: Instant) throws -> JobState {
    try state.applying(
      event, schedule: zones.schedule(state.spec), hooks: hooks.common.events, at: now)
  }
}
