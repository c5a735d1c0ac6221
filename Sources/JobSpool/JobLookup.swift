// From what somebody typed to a job: exact id, number, unique beginning of an id, then a
// name that only one live job has.

internal import JobCore
internal import LinuxIO

/// What a look-up found.
public enum Lookup {
  case found(StoredJob)
  case missing
  /// More than one job fits; some of their ids.
  case ambiguous([String])
}

extension Spool {
  /// Finds a job by what somebody typed.
  public func find(_ word: String) throws(SpoolError) -> Lookup {
    if JobIdentifier.isValid(word), let job = try job(word) { return .found(job) }
    // Digits may also begin an id: those of version 7 start with the time.
    if let number = Int(word), let job = try job(number: number) { return .found(job) }
    if let byPrefix = try find(prefix: word) { return byPrefix }
    return try find(name: word)
  }

  /// What the hint in `numbers` says of a number.
  enum NumberHint {
    case job(StoredJob)
    /// Nobody has it: it was never given, or to a job that is gone.
    case gone
    /// The hint was lost in a crash: only a look at all jobs can tell.
    case unknown
  }

  /// What a read or two tell of a number.
  func hint(ofNumber number: Int) throws(SpoolError) -> NumberHint {
    if number < 1 { return .gone }
    if try isAboveAll(number) { return .gone }
    guard let id = try identifier(ofNumber: number), JobIdentifier.isValid(id) else {
      return .unknown
    }
    guard let job = try job(id) else { return .gone }
    return job.state.number == number ? .job(job) : .unknown
  }

  /// Ids of all jobs by their numbers.
  func identifiersByNumber() throws(SpoolError) -> [Int: String] {
    var ids: [Int: String] = [:]
    try forEachJob { job in
      ids[job.state.number] = job.state.id
      return true
    }
    return ids
  }

  /// The job that the hint in `numbers` gives a number to: one read; nil if the hint is missing
  /// or wrong.
  public func job(hintedNumber number: Int) throws(SpoolError) -> StoredJob? {
    guard let id = try identifier(ofNumber: number), JobIdentifier.isValid(id),
      let job = try job(id), job.state.number == number
    else { return nil }
    return job
  }

  /// The job of a number; if the hint does not tell, a scan.
  private func job(number: Int) throws(SpoolError) -> StoredJob? {
    if let job = try job(hintedNumber: number) { return job }
    var found: StoredJob?
    try forEachJob { job in
      if job.state.number == number { found = job }
      return found == nil
    }
    return found
  }

  private func find(prefix: String) throws(SpoolError) -> Lookup? {
    if prefix.isEmpty { return nil }
    let fitting = try allIdentifiers().filter { $0.hasPrefix(prefix) }.sorted()
    if fitting.count > 1 { return .ambiguous(fitting) }
    guard let id = fitting.first, let job = try job(id) else { return nil }
    return .found(job)
  }

  private func find(name: String) throws(SpoolError) -> Lookup {
    // Ids, not jobs: each of those holds a descriptor, and a name may be that of thousands.
    var fitting: [String] = []
    try forEachJob(includingFinished: false, saying: name) { job in
      // One that has ended may only wait for its hooks to be told.
      if job.state.spec.name == name, !job.state.phase.isFinal { fitting.append(job.state.id) }
      return true
    }
    if fitting.count > 1 { return .ambiguous(fitting.sorted()) }
    guard let id = fitting.first, let job = try job(id) else { return .missing }
    return .found(job)
  }

  /// The newest job of a name that has ended; nil if there is none, which takes a look at all.
  public func newestEnded(name: String) throws(SpoolError) -> StoredJob? {
    let jobs = try JobsByNumber(self, newestFirst: true, saying: name)
    while let job = try jobs.next() {
      if job.state.spec.name == name, job.state.phase.isFinal { return job }
    }
    return nil
  }

  /// Ids of all jobs, in no order. A job that moves meanwhile is listed once.
  public func allIdentifiers() throws(SpoolError) -> Set<String> {
    try spoolCalls { () throws(SystemError) in
      var ids: Set<String> = []
      let collect: (String) -> Void = { name in
        if let id = Spool.identifier(fileName: name) { ids.insert(id) }
      }
      try jobs.forEachName(collect)
      try done.forEachName(collect)
      try jobs.forEachName(collect)
      return ids
    }
  }

  /// Ids of live jobs, in no order.
  public func liveIdentifiers() throws(SpoolError) -> [String] {
    try spoolCalls { () throws(SystemError) in
      try jobs.names().compactMap(Spool.identifier(fileName:))
    }
  }

  /// Reads every job, in no order, until `body` returns false. Unreadable ones are passed
  /// over: the daemon quarantines them, and `status` names them.
  /// - Parameter text: only jobs whose files hold it, as JSON has it, are understood and handed out.
  /// - Returns: ids whose files cannot be understood, with the reason.
  @discardableResult
  public func forEachJob(
    includingFinished: Bool = true, saying text: String? = nil, _ body: (StoredJob) -> Bool
  ) throws(SpoolError) -> [(id: String, reason: String)] {
    let ids = includingFinished ? try allIdentifiers().sorted() : try liveIdentifiers()
    var damaged: [(id: String, reason: String)] = []
    for id in ids {
      do throws(SpoolError) {
        guard let job = try job(id, ifItSays: text) else { continue }
        if !body(job) { return damaged }
      } catch {
        guard case .damaged(let path, let reason) = error else { throw error }
        damaged.append((id, "\(path): \(reason)"))
      }
    }
    return damaged
  }

  /// Reads every job that has ended and whose file holds a text, in no order: of many thousands,
  /// most need only be read, and not understood.
  /// - Returns: ids whose files cannot be understood, with the reason, of those that hold it.
  public func forEachEndedJob(
    saying text: String, _ body: (StoredJob) -> Void
  ) throws(SpoolError) -> [(id: String, reason: String)] {
    let names = try spoolCalls { () throws(SystemError) in try done.names() }
    var damaged: [(id: String, reason: String)] = []
    for id in names.compactMap(Spool.identifier(fileName:)).sorted() {
      do throws(SpoolError) {
        if let job = try job(id, in: .done, ifItSays: text) { body(job) }
      } catch {
        guard case .damaged(let path, let reason) = error else { throw error }
        damaged.append((id, "\(path): \(reason)"))
      }
    }
    return damaged
  }
}
