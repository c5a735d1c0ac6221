// The orders that jobs are listed in, and the cursors that name a place in one.

internal import JobCore
internal import JobSpool

/// An order of jobs.
enum JobOrder: String, CaseIterable {
  case newest, oldest, next, ended

  /// Where a job stands; nil if it has no place.
  func position(_ row: JobIndex.Row) -> JobIndex.Position? {
    let number = Int64(row.number)
    return switch self {
    case .newest: .init(key: 0, number: -number, id: row.id)
    case .oldest: .init(key: 0, number: number, id: row.id)
    case .next: row.nextRun.map { .init(key: $0.milliseconds, number: number, id: row.id) }
    case .ended: row.endedAt.map { .init(key: -$0.milliseconds, number: -number, id: row.id) }
    }
  }

  /// The cursor of a place.
  func cursor(_ position: JobIndex.Position) -> String {
    "\(rawValue):\(position.key):\(position.number):\(position.id)"
  }

  /// The place that a cursor names; nil if it is none of this order.
  func position(of cursor: String) -> JobIndex.Position? {
    let parts = cursor.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == rawValue, let key = Int64(parts[1]),
      let number = Int64(parts[2])
    else { return nil }
    return JobIndex.Position(key: key, number: number, id: String(parts[3]))
  }
}
