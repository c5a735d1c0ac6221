// Jobs as they were last read, for a process that is asked about the same ones again and again.
// A state file is never written over, and what is remembered pins its inode (StoredJob): so as long
// as the name leads to the same inode, the file holds what was read.

internal import LinuxIO

/// Remembers some jobs; never answers with what is no longer in the spool.
public final class JobCache {
  /// Each keeps a descriptor open, and a state of a few kilobytes.
  private static let most = 64
  /// Files with long histories are not worth their memory.
  private static let largest: Int64 = 64 << 10

  private let spool: Spool
  private var known: [String: StoredJob] = [:]

  /// Nothing is remembered yet.
  public init(_ spool: Spool) { self.spool = spool }

  /// Reads a job wherever it is, as `Spool.job(_:)` does; nil if it is not there.
  public func job(_ id: String) throws(SpoolError) -> StoredJob? {
    if let stored = known[id], try isCurrent(stored, id) { return stored }
    known[id] = nil
    guard let stored = try spool.job(id) else { return nil }
    if stored.status.size <= JobCache.largest {
      // Which one goes matters little: whoever asks often is back at once.
      if known.count >= JobCache.most, let one = known.keys.first { known[one] = nil }
      known[id] = stored
    }
    return stored
  }

  private func isCurrent(_ stored: StoredJob, _ id: String) throws(SpoolError) -> Bool {
    try spoolCalls { () throws(SystemError) in
      let name = Spool.fileName(id)
      let live = try spool.jobs.status(of: name)
      switch stored.place {
      case .jobs: return live == stored.status
      case .done: return live == nil ? try spool.done.status(of: name) == stored.status : false
      }
    }
  }
}
