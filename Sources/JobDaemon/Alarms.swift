// What is to be looked at when: the alarms on one clock. The daemon has two of these, one
// for instants of the calendar and one for lengths of time, each behind a timer descriptor.

internal import JobCore

/// Alarms in their order. Whoever sets them knows which of a job's is the current one.
struct AlarmHeap {
  private struct Alarm: Comparable {
    let at: Int64
    let number: Int
    let id: String

    static func < (left: Alarm, right: Alarm) -> Bool {
      (left.at, left.number) < (right.at, right.number)
    }
  }

  private var heap = Heap<Alarm>()

  mutating func insert(_ id: String, number: Int, at: Int64) {
    heap.insert(Alarm(at: at, number: number, id: id))
  }

  /// Takes the next job whose alarm has gone off; the earliest first.
  /// - Parameter current: when the alarm of a job is to go off; nil if it has none any more.
  mutating func pop(now: Int64, current: (String) -> Int64?) -> String? {
    while let alarm = heap.first {
      let isCurrent = current(alarm.id) == alarm.at
      if isCurrent, alarm.at > now { return nil }
      _ = heap.popFirst()
      // An alarm that was replaced or cleared is dropped here, when its turn has come.
      if isCurrent { return alarm.id }
    }
    return nil
  }

  /// The earliest alarm, or an earlier one that was replaced: then a look too many.
  var next: Int64? { heap.first?.at }
}

/// Alarms of jobs on one clock, in its milliseconds. A new alarm replaces the job's old one.
struct Alarms {
  private var heap = AlarmHeap()
  private var settings: [String: Int64] = [:]

  mutating func set(_ id: String, number: Int, at: Int64) {
    if settings.updateValue(at, forKey: id) == at { return }
    heap.insert(id, number: number, at: at)
  }

  mutating func clear(_ id: String) {
    // Asked of each job, and mostly nothing is set.
    if !settings.isEmpty { settings[id] = nil }
  }

  /// Takes the next job whose alarm has gone off; the earliest first.
  mutating func pop(now: Int64) -> String? {
    let id = heap.pop(now: now) { settings[$0] }
    if let id { settings[id] = nil }
    return id
  }

  /// The earliest alarm, or an earlier one that was replaced: then a look too many.
  var next: Int64? { heap.next }
}
