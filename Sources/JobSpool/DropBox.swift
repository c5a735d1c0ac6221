// new/: where other programs leave documents, by rename. Taking one in is resumable: the
// file is first renamed to `.<uuid>-<name>`, ids that documents do not name follow from
// that uuid and the document's place, and what is in jobs/ or done/ already counts as taken
// in. So a crash in the middle doubles nothing.

public import JobCore
internal import LinuxIO

/// What became of one file in new/.
public enum DropResult: Sendable {
  /// All its documents are jobs now, and the file is gone.
  case taken([JobState])
  /// Its writer may not be done: it is young and cannot be read, or names jobs that have not come
  /// yet; or it has grown meanwhile.
  case unfinished
  /// Some or all of it could not be used: it is in corrupt/ under this name.
  case quarantined(name: String, reason: String, taken: [JobState])
}

extension Spool {
  /// A file this young, in milliseconds, may still be in the making.
  public static let dropPatience: Int64 = 5000
  private static let dropLimit = 256 << 20

  /// Names in new/ that are to be taken in, half-taken ones included.
  public func drops() throws(SpoolError) -> [String] {
    try spoolCalls { () throws(SystemError) in try new.names().filter(Spool.isDrop).sorted() }
  }

  /// Whether a name in new/ is one to take in. Others are their writers' own business, and
  /// so are hidden ones, except for those that jobrun has claimed.
  public static func isDrop(_ name: String) -> Bool {
    guard name.hasSuffix(".json") || name.hasSuffix(".ndjson") else { return false }
    return !name.hasPrefix(".") || seed(ofClaimed: name) != nil
  }

  /// The uuid in `.<uuid>-<name>`; nil if the name is another one.
  private static func seed(ofClaimed name: String) -> String? {
    let parts = name.dropFirst().split(
      separator: "-", maxSplits: 5, omittingEmptySubsequences: false)
    guard name.hasPrefix("."), parts.count == 6,
      parts.map(\.utf8.count).starts(with: [8, 4, 4, 4, 12]),
      parts.prefix(5).allSatisfy({ $0.allSatisfy(\.isHexDigit) })
    else { return nil }
    return parts.prefix(5).joined(separator: "-")
  }

  /// Takes in one file of new/.
  /// - Returns: nil if it is gone.
  /// - Throws: if it has to be tried again later; nothing is lost by that.
  public func takeIn(
    _ name: String, context: DocumentContext, at now: Instant
  ) throws(SpoolError) -> DropResult? {
    let drop: Drop
    switch try readDrop(name) {
    case nil: return nil
    case .failure(let problem)?: return try refuse(name, problem.reason, taken: [])
    case .success(let content)?: drop = content
    }
    let documents = Spool.documents(in: drop.bytes, context: context)
    let isYoung = now.milliseconds - drop.status.modified < Spool.dropPatience
    // Whoever made it with open and write may not have written anything yet.
    if isYoung, documents.isEmpty || documents.contains(where: \.isUnreadable) {
      return .unfinished
    }
    if isYoung, try isMissingParents(documents) { return .unfinished }
    guard let seed = Spool.seed(ofClaimed: name) else {
      // Read again under its new name: the old one may have been given to another file
      // since, and what is removed in the end has to be what was read.
      return try takeIn(try claim(name, at: now), context: context, at: now)
    }

    var (ready, faults) = Spool.sort(documents, seed: seed)
    var taken: [JobState] = []
    for (job, result) in zip(ready, try submit(ready.map(\.job), at: now, ifAbsent: true)) {
      switch result {
      case .submitted(let state), .present(let state), .redefined(let state): taken.append(state)
      // Its id follows from this file: it was taken in before a crash.
      case .failed(.differs) where job.isDerived: break
      case .failed(.differs(let id)), .failed(.exists(let id)):
        faults.append((job.place, "document \(job.place): another job has the id \(id)"))
      case .failed(.invalid(let error)):
        faults.append((job.place, "document \(job.place): \(error.message)"))
      case .failed(.damaged(let path, let reason)):
        faults.append((job.place, "document \(job.place): \(path): \(reason)"))
      case .failed(let error): throw error
      }
    }
    if !faults.isEmpty {
      let lines = faults.sorted { $0.place < $1.place }.map(\.reason)
      return try refuse(name, lines.joined(separator: "\n"), taken: taken)
    }
    // Grown since it was read: its writer was not done. What is in already is not doubled.
    let isUnchanged = try spoolCalls { () throws(SystemError) in
      try new.status(of: name) == drop.status
    }
    if !isUnchanged { return .unfinished }
    try spoolCalls { () throws(SystemError) in
      try new.remove(name)
      try new.sync()
    }
    return .taken(taken)
  }

  /// Whether a document names a job that may be in another file of the same writer.
  private func isMissingParents(_ documents: [InputDocument]) throws(SpoolError) -> Bool {
    var finder = ParentFinder(
      self,
      documents.compactMap { document in
        if case .job(let job, _) = document { return job }
        return nil
      })
    do throws(SpoolError) {
      return try finder.isMissingParents()
    } catch {
      guard case .damaged = error else { throw error }
      return false
    }
  }

  private struct ReadyJob {
    let job: NewJob
    /// Which document of its file it is, from 1.
    let place: Int
    let isDerived: Bool
  }

  /// Documents that can be submitted, with ids for those that name none, and faults.
  private static func sort(
    _ documents: [InputDocument], seed: String
  ) -> (ready: [ReadyJob], faults: [(place: Int, reason: String)]) {
    var ready: [ReadyJob] = []
    var faults: [(place: Int, reason: String)] = []
    for (document, place) in zip(documents, 1...) {
      switch document {
      case .job(let job, _) where job.id == nil:
        let id = JobIdentifier.derived(from: seed, line: place)
        ready.append(ReadyJob(job: NewJob(id: id, job), place: place, isDerived: true))
      case .job(let job, _): ready.append(ReadyJob(job: job, place: place, isDerived: false))
      case .invalid(let line, let message): faults.append((place, "line \(line): \(message)"))
      // These messages name the line themselves.
      case .unreadable(_, let message): faults.append((place, message))
      }
    }
    return (ready, faults)
  }

  private struct Drop {
    let bytes: [UInt8]
    let status: FileStatus
  }

  private struct DropProblem: Error {
    let reason: String
  }

  private func readDrop(_ name: String) throws(SpoolError) -> Result<Drop, DropProblem>? {
    do throws(SystemError) {
      // Before it is opened: neither a socket nor somebody else's file can be.
      guard let named = try new.status(of: name) else { return nil }
      if let problem = Spool.problem(named) { return .failure(problem) }
      guard let file = try new.openIfPresent(name) else { return nil }
      let status = try file.status()
      if let problem = Spool.problem(status) { return .failure(problem) }
      guard let bytes = try file.contents(limit: Spool.dropLimit) else {
        return .failure(DropProblem(reason: "it is larger than 256 MiB"))
      }
      return .success(Drop(bytes: bytes, status: status))
    } catch {
      if error.isUnreadable {
        return .failure(DropProblem(reason: "it cannot be opened: \(error.reason)"))
      }
      throw .system(error)
    }
  }

  private static func problem(_ status: FileStatus) -> DropProblem? {
    if status.kind == .link { return DropProblem(reason: "it is a symbolic link") }
    if status.kind != .regular { return DropProblem(reason: "it is not a regular file") }
    if status.owner != CurrentProcess.user {
      return DropProblem(reason: foreign(status))
    }
    return nil
  }

  /// Gives a drop the name that makes taking it in resumable.
  private func claim(_ name: String, at now: Instant) throws(SpoolError) -> String {
    try spoolCalls { () throws(SystemError) in
      let uuid = JobIdentifier.make(at: now, random: try Randomness.bytes(10))
      let claimed = ".\(uuid)-\(Spool.shortened(name, to: 200))"
      try new.rename(name, to: claimed, in: new)
      try new.sync()
      return claimed
    }
  }

  private func refuse(
    _ name: String, _ reason: String, taken: [JobState]
  ) throws(SpoolError) -> DropResult {
    let kept = try spoolCalls { () throws(SystemError) in
      try quarantine(name, in: new, because: reason)
    }
    return .quarantined(name: kept, reason: reason, taken: taken)
  }
}
