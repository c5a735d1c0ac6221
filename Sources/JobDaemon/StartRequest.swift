// What has to be known of a job to choose who starts next.

internal import JobCore

/// What one job needs to start, and what its place depends on besides the time.
struct StartRequest: Hashable {
  let id: String
  let number: Int
  let priority: Int
  let queue: String?
  let worker: String?
  let locks: [String]
  var needs: [String: Int]
  /// Who runs the attempt that is under way; nil if none is.
  let engine: EngineName?

  init(_ state: JobState) {
    id = state.id
    number = state.number
    priority = state.spec.priority
    queue = state.spec.queue
    worker = state.spec.worker
    locks = state.spec.locks
    needs = state.spec.needs
    engine = state.phase.liveAttempt?.engine
  }
}

/// A place among those that are due: first by priority, then by time, then by number.
struct StartPlace: Comparable {
  let priority: Int
  /// When it came due, in milliseconds since 1970.
  let at: Int64
  let number: Int
  let id: String
  /// Tells it from earlier places of the same job, which may still stand somewhere.
  let ticket: Int

  static func < (left: StartPlace, right: StartPlace) -> Bool {
    (right.priority, left.at, left.number) < (left.priority, right.at, right.number)
  }
}
