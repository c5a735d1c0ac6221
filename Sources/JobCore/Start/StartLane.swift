// Jobs that share slots.

/// What waits for the same slots: a queue that has a limit or is paused, or all others together.
struct StartLane: Sendable {
  let slots: Int
  let isPaused: Bool
  /// Who runs what starts here.
  let engine: EngineName
  var taken = 0
  var places = Heap<StartPlace>()
  /// The first of those that were tried in vain: it keeps its place while no slot is free.
  var claimant: StartPlace?

  var isOpen: Bool { !isPaused && taken < slots }

  /// What starts here takes a slot of the daemon.
  var isLocal: Bool { engine == .local }
}
