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
  /// It cannot be read, but it is so young that its writer may not be done.
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

  /// Whether a name in new/ is one to take in. Others are their writers' own business.
  public static func isDrop(_ name: String) -> Bool {
    name.hasSuffix(".json") || name.hasSuffix(".ndjson")
  }

  /// Takes in one file of new/.
  /// - Returns: nil if it is gone.
  /// - Throws: if it has to be tried again later; nothing is lost by that.
  public func takeIn(
    _ name: String, context: DocumentContext, at now: Instant
  ) throws(SpoolError) -> DropResult? {
    var name = name
    let bytes: [UInt8]
    switch try readDrop(name) {
    case nil: return nil
    case .failure(let problem)?:
      return try refuse(name, problem.reason, taken: [])
    case .success(let content)?:
      bytes = content.bytes
      let parsed = Spool.documents(in: bytes, context: context)
      let isYoung = now.milliseconds - content.modified < Spool.dropPatience
      if isYoung, parsed.contains(where: \.isUnreadable) { return .unfinished }
    }
    if !name.hasPrefix(".") { name = try claim(name, at: now) }
    let seed = String(name.dropFirst().prefix(36))

    var faults: [String] = []
    var ready: [NewJob] = []
    for (index, parsed) in Spool.documents(in: bytes, context: context).enumerated() {
      switch parsed {
      case .job(let job):
        ready.append(
          job.id == nil
            ? NewJob(id: JobIdentifier.derived(from: seed, line: index + 1), job) : job)
      case .invalid(let line, let message): faults.append("line \(line): \(message)")
      case .unreadable(let line, let message): faults.append("line \(line): \(message)")
      }
    }
    var taken: [JobState] = []
    for result in try submit(ready, at: now) {
      switch result {
      case .submitted(let state), .present(let state): taken.append(state)
      case .failed(.exists), .failed(.differs): break
      case .failed(let error): throw error
      }
    }
    if !faults.isEmpty {
      let reason = faults.joined(separator: "\n")
      return try refuse(name, reason, taken: taken)
    }
    try spoolCalls { () throws(SystemError) in
      try new.remove(name)
      try new.sync()
    }
    return .taken(taken)
  }

  private struct Drop {
    let bytes: [UInt8]
    let modified: Int64
  }

  private struct DropProblem: Error {
    let reason: String
  }

  private func readDrop(_ name: String) throws(SpoolError) -> Result<Drop, DropProblem>? {
    do throws(SystemError) {
      guard let file = try new.openIfPresent(name) else { return nil }
      let status = try file.status()
      guard status.kind == .regular else {
        return .failure(DropProblem(reason: "it is not a regular file"))
      }
      guard status.owner == CurrentProcess.user else {
        return .failure(DropProblem(reason: "it belongs to user \(status.owner)"))
      }
      guard let bytes = try file.contents(limit: Spool.dropLimit) else {
        return .failure(DropProblem(reason: "it is larger than 256 MiB"))
      }
      return .success(Drop(bytes: bytes, modified: status.modified))
    } catch {
      if error.isLink { return .failure(DropProblem(reason: "it is a symbolic link")) }
      throw .system(error)
    }
  }

  /// Gives a drop the name that makes taking it in resumable.
  private func claim(_ name: String, at now: Instant) throws(SpoolError) -> String {
    try spoolCalls { () throws(SystemError) in
      let uuid = JobIdentifier.make(at: now, random: try Randomness.bytes(10))
      let claimed = ".\(uuid)-\(name)"
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
