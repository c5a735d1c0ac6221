// What is to be looked at when: the alarms on one clock. The daemon has two of these, one
// for instants of the calendar and one for lengths of time, each behind a timer descriptor.

internal import JobCore

/// Alarms of jobs on one clock, in its milliseconds. A new alarm replaces the job's old one.
struct Alarms {
  private struct Alarm: Comparable {
    let at: Int64
    let number: Int
    let id: String

    static func < (left: Alarm, right: Alarm) -> Bool {
      (left.at, left.number) < (right.at, right.number)
    }
  }

  private var heap = Heap<Alarm>()
  private var settings: [String: Int64] = [:]

  mutating func set(_ id: String, number: Int, at: Int64) {
    if settings.updateValue(at, forKey: id) == at { return }
    heap.insert(Alarm(at: at, number: number, id: id))
  }

  mutating func clear(_ id: String) { settings[id] = nil }

  /// Takes the next job whose alarm has gone off; the earliest first.
  mutating func pop(now: Int64) -> String? {
    while let alarm = heap.first {
      let isCurrent = settings[alarm.id] == alarm.at
      if isCurrent, alarm.at > now { return nil }
      _ = heap.popFirst()
      // An alarm that was replaced or cleared is dropped here, when its turn has come.
      if isCurrent {
        settings[alarm.id] = nil
        return alarm.id
      }
    }
    return nil
  }

  /// The earliest alarm, or an earlier one that was replaced: then a look too many.
  var next: Int64? { heap.first?.at }
}
