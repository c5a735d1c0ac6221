// All jobs in the order of their numbers, each handed out as it is read: whoever shows them need
// not wait for the last one. The order is that of the file `numbers`, which is a hint; jobs that it
// does not tell of come behind the others, so that none is missing.

internal import JobCore
internal import LinuxIO

/// Hands out the jobs of a spool one after the other.
public final class JobsByNumber {
  /// So many numbers are tried before directories are listed: of a hundred thousand jobs, listing
  /// alone takes longer than a person likes to wait for the first.
  private static let tried = 64
  /// Entries of `numbers` that are read at one go.
  private static let entriesAtOnce = 4096

  /// Ids whose files cannot be understood, with the reason, of those that were come by.
  public private(set) var damaged: [(id: String, reason: String)] = []

  private let spool: Spool
  private let isNewestFirst: Bool
  private let includesFinished: Bool
  private let text: String?
  /// Numbers that have not been looked at.
  private var open: Range<Int>
  /// What is to be read next, the next one last.
  private var entries: [(number: Int?, id: String)] = []
  /// What has been handed out, until there is a listing.
  private var taken: Set<String> = []
  /// What is there and has not been handed out.
  private var listed: Set<String>?
  private var hasTried = false
  private var isAtRest = false

  /// Begins at the lowest number, or at the highest.
  /// - Parameter text: only jobs whose files hold it, as JSON has it, are understood and handed out.
  public init(
    _ spool: Spool, newestFirst: Bool = false, includingFinished: Bool = true,
    saying text: String? = nil
  ) throws(SpoolError) {
    self.spool = spool
    self.text = text
    isNewestFirst = newestFirst
    includesFinished = includingFinished
    open = 1..<(try spool.upcomingNumber())
  }

  /// The next job; nil behind the last.
  public func next() throws(SpoolError) -> StoredJob? {
    while true {
      if let entry = entries.popLast() {
        if let job = try take(entry.id, number: entry.number) { return job }
      } else if !open.isEmpty {
        try readEntries()
      } else if !isAtRest {
        isAtRest = true
        let rest = try listing().sorted()
        entries = (isNewestFirst ? rest : rest.reversed()).map { (nil, $0) }
      } else {
        return nil
      }
    }
  }

  private func readEntries() throws(SpoolError) {
    if hasTried { _ = try listing() }
    let most = hasTried ? JobsByNumber.entriesAtOnce : JobsByNumber.tried
    hasTried = true
    let count = min(most, open.count)
    let part =
      isNewestFirst
      ? (open.upperBound - count)..<open.upperBound : open.lowerBound..<(open.lowerBound + count)
    open = isNewestFirst ? open.lowerBound..<part.lowerBound : part.upperBound..<open.upperBound
    let found = try spool.identifiers(ofNumbers: part).map { (number: Optional($0.0), id: $0.1) }
    entries = isNewestFirst ? found : found.reversed()
  }

  /// What there is to hand out, as the directories have it.
  private func listing() throws(SpoolError) -> Set<String> {
    if let listed { return listed }
    let all = includesFinished ? try spool.allIdentifiers() : Set(try spool.liveIdentifiers())
    let rest = all.subtracting(taken)
    listed = rest
    taken = []
    return rest
  }

  /// Reads a job; nil if it is not there, or not to be handed out now.
  private func take(_ id: String, number: Int?) throws(SpoolError) -> StoredJob? {
    // Nearly all are handed out: taken off the list at once, they are looked up there once.
    if listed != nil, listed?.remove(id) == nil { return nil }
    do throws(SpoolError) {
      let job =
        includesFinished
        ? try spool.job(id, ifItSays: text) : try spool.job(id, in: .jobs, ifItSays: text)
      // After a crash a number may have been given to another job: it comes with the rest.
      if let job, let number, number != job.state.number {
        listed?.insert(id)
        return nil
      }
      if listed == nil, job != nil || text != nil { taken.insert(id) }
      return job
    } catch {
      guard case .damaged(let path, let reason) = error else { throw error }
      if listed == nil { taken.insert(id) }
      damaged.append((id, "\(path): \(reason)"))
      return nil
    }
  }
}

extension Spool {
  /// The number that the next job will have, as far as the hint knows.
  public func upcomingNumber() throws(SpoolError) -> Int {
    try spoolCalls { () throws(SystemError) in
      let size = try root.status(of: "numbers")?.size ?? 0
      return max(1, (Int(size) + Spool.numberEntry - 1) / Spool.numberEntry)
    }
  }

  /// The ids that some numbers were given to, in their order, as far as the hint knows.
  func identifiers(ofNumbers numbers: Range<Int>) throws(SpoolError) -> [(Int, String)] {
    try spoolCalls { () throws(SystemError) in
      guard let file = try root.openIfPresent("numbers") else { return [] }
      let bytes = try file.read(
        limit: numbers.count * Spool.numberEntry,
        at: Int64(numbers.lowerBound * Spool.numberEntry))
      return numbers.enumerated().compactMap { index, number in
        let entry = bytes.dropFirst(index * Spool.numberEntry).prefix(Spool.numberEntry)
        let id = String(decoding: entry.prefix { $0 != 0 }, as: UTF8.self)
        return JobIdentifier.isValid(id) ? (number, id) : nil
      }
    }
  }
}
