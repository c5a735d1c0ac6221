// What lists and counts of jobs need, kept in memory for a process that is asked again and again.
// Filled a slice at a time, and kept true by hints that are read when somebody asks: between two
// questions it costs nothing. The files are the truth; whoever shows a job reads it.

public import JobCore
internal import LinuxIO

/// A short row about every job of a spool.
public final class JobIndex {
  /// What is kept of one job.
  public struct Row: Sendable {
    public let id: String
    public let number: Int
    public let name: String
    public let phase: Phase.Word
    /// When it starts next; nil if nobody knows, or it has no start before it.
    public let nextRun: Instant?
    public let submittedAt: Instant
    /// When its latest attempt ended, and what it came to.
    public let endedAt: Instant?
    public let verdict: Outcome.Verdict?
    fileprivate let file: Signature
  }

  /// What tells a state file from the one that takes its place.
  fileprivate struct Signature: Hashable {
    let inode: UInt64
    let modified: Int64

    init(_ status: FileStatus) {
      inode = status.inode
      modified = status.modifiedNanoseconds
    }
  }

  /// Jobs looked at in one step: a few milliseconds.
  private static let slice = 100

  private let spool: Spool
  private let watch: FileWatch
  private var rows: [String: Row] = [:]
  /// Jobs to be read.
  private var changed: Set<String> = []
  /// Jobs that may have changed without a hint.
  private var unsure: [String] = []
  /// Every name has to be looked at: at the start, and when hints were lost.
  private var needsScan = true
  /// How many jobs are in each phase.
  public private(set) var counts: [Phase.Word: Int] = [:]
  /// Jobs with a run under way, as far as that is recorded.
  public private(set) var live: Set<String> = []
  /// Jobs whose files cannot be understood.
  public private(set) var damaged: Set<String> = []

  /// An index that knows nothing yet.
  public init(_ spool: Spool) throws(SpoolError) {
    self.spool = spool
    do throws(SystemError) {
      watch = try FileWatch()
      for folder in ["jobs", "done"] {
        _ = try watch.add(
          path: "\(spool.path)/\(folder)", for: [.created, .movedIn, .removed, .written])
      }
    } catch {
      throw .system(error)
    }
  }

  /// Takes note of what has changed, and looks at some jobs.
  /// - Returns: whether the index is as the spool is; if not, another step is needed.
  public func step() throws(SpoolError) -> Bool {
    try takeHints()
    // What makes a file readable, such as another owner, leaves no hint.
    if changed.isEmpty, unsure.isEmpty { changed = Set(damaged.prefix(JobIndex.slice / 2)) }
    if needsScan {
      unsure = Array(try spool.allIdentifiers().union(rows.keys).union(damaged))
      needsScan = false
    }
    for _ in 0..<JobIndex.slice {
      if let id = changed.first {
        try read(id)
        // Only now: a job that could not be looked at must not be missing without a word.
        changed.remove(id)
      } else if let id = unsure.last {
        if try !isCurrent(id) { try read(id) }
        unsure.removeLast()
      } else {
        // Lets go of its memory, too.
        unsure = []
        return true
      }
    }
    return changed.isEmpty && unsure.isEmpty
  }

  private func takeHints() throws(SpoolError) {
    let hints: [FileWatch.Hint]
    do throws(SystemError) {
      hints = try watch.hints()
    } catch {
      throw .system(error)
    }
    for hint in hints {
      switch hint {
      case .overflow: needsScan = true
      case .ended: break
      case .changed(_, let name, _):
        if let id = Spool.identifier(fileName: name) { changed.insert(id) }
      }
    }
  }

  private func read(_ id: String) throws(SpoolError) {
    let stored: StoredJob?
    do throws(SpoolError) {
      stored = try spool.job(id)
      damaged.remove(id)
    } catch {
      guard case .damaged = error else { throw error }
      stored = nil
      damaged.insert(id)
    }
    if let old = rows[id] { counts[old.phase, default: 1] -= 1 }
    // The same text under both: an id is the longest part of a row.
    rows[id] = stored.map { Row(id, $0) }
    live.remove(id)
    if let row = rows[id] {
      counts[row.phase, default: 0] += 1
      if row.phase == .starting || row.phase == .running { live.insert(id) }
    }
  }

  /// Whether a job's file is the one that was read. Without a hint of a change nothing else can
  /// have its inode and its time: it would have been written within one tick of the kernel's.
  private func isCurrent(_ id: String) throws(SpoolError) -> Bool {
    guard let row = rows[id] else { return false }
    let status = try spoolCalls { () throws(SystemError) in
      let name = Spool.fileName(id)
      if let live = try spool.jobs.status(of: name) { return Optional(live) }
      return try spool.done.status(of: name)
    }
    return status.map(Signature.init) == row.file
  }

  // MARK: Lists

  /// The jobs in a phase, in no order.
  public func identifiers(in phase: Phase.Word) -> [String] {
    if counts[phase, default: 0] == 0 { return [] }
    return rows.values.filter { $0.phase == phase }.map(\.id)
  }

  /// Where a job stands in an order: by `key` first, jobs of the same key by number, then by id.
  public struct Position: Hashable, Comparable, Sendable {
    public let key: Int64
    public let number: Int64
    /// A number may be that of two jobs, after a crash.
    public let id: String

    /// A place of some key, number and id.
    public init(key: Int64, number: Int64, id: String) {
      self.key = key
      self.number = number
      self.id = id
    }

    public static func < (left: Position, right: Position) -> Bool {
      (left.key, left.number, left.id) < (right.key, right.number, right.id)
    }
  }

  /// The first jobs behind a place in an order.
  /// - Parameters:
  ///   - position: where a job stands; nil if it is none of those meant.
  ///   - start: nil for the beginning.
  /// - Returns: at most `count` places, in order.
  public func first(
    _ count: Int, after start: Position?, at position: (Row) -> Position?
  ) -> [Position] {
    var found: [Position] = []
    for row in rows.values {
      guard let place = position(row) else { continue }
      if let start, place <= start { continue }
      if found.count >= count, let last = found.last, last < place { continue }
      // Few get here: most are behind those that were found already.
      let index = found.partitioningIndex { place < $0 }
      found.insert(place, at: index)
      if found.count > count { found.removeLast() }
    }
    return found
  }
}

extension JobIndex.Row {
  init(_ id: String, _ stored: StoredJob) {
    let state = stored.state
    self.id = id
    number = state.number
    name = state.spec.name
    phase = state.phase.word
    nextRun = state.phase.isFinal ? nil : state.nextRun
    submittedAt = state.submittedAt
    endedAt = state.lastOutcome?.endedAt
    verdict = state.lastOutcome?.verdict
    file = JobIndex.Signature(stored.status)
  }
}

extension Array {
  /// The first index whose element fits, if all those behind it fit too.
  fileprivate func partitioningIndex(_ fits: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if fits(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
