// Putting new jobs into the spool, one or many, durable before anybody hears their ids.

public import JobCore
internal import LinuxIO

/// A new job, checked and ready.
public struct NewJob {
  /// The caller's own id, or nil for a new one.
  public let id: String?
  public internal(set) var spec: JobSpec
  public let schedule: Schedule
  /// Keys that its document does not have (`JobDocument.assumed`).
  private let assumed: [DocumentKey]
  /// What it takes over from the job in whose place it comes.
  public var inheritance: Inheritance?
  /// `jobrun exec` has it, and holds its owner's lock already.
  public var isExec = false

  /// Puts one together from a document.
  public init(_ document: JobDocument) {
    id = document.id
    spec = document.spec
    schedule = Schedule(document.spec, zone: document.zone)
    assumed = document.assumed
  }

  /// The same for a job that is there already: where the document does not say, it keeps what it
  /// has, wherever and under whatever umask the document is handed in this time.
  func keeping(_ stored: JobSpec) -> NewJob {
    var job = self
    for key in assumed {
      if key == .workingDirectory { job.spec.workingDirectory = stored.workingDirectory }
      if key == .umask { job.spec.umask = stored.umask }
    }
    return job
  }

  init(id: String, _ job: NewJob) {
    self.id = id
    spec = job.spec
    schedule = job.schedule
    assumed = job.assumed
    inheritance = job.inheritance
    isExec = job.isExec
  }

  /// The job of a `jobrun exec`, under an id that this has made its own.
  public init(id: String, ownedBy owner: borrowing JobOwner, _ job: NewJob) {
    self.init(id: id, job)
    isExec = true
  }
}

/// What became of one new job. Indirect: it is handed on several times, and a state has forty references.
public indirect enum SubmitResult: Sendable {
  /// It is durable.
  case submitted(JobState)
  /// A job of that id with the same document was there, and that was asked to be enough.
  case present(JobState)
  /// A job of that id was there, and has this document now.
  case redefined(JobState)
  /// It is not in the spool.
  case failed(SpoolError)
}

extension Spool {
  /// Publishes new jobs.
  /// - Parameter ifAbsent: a job of the same id and document counts as submitted.
  /// - Returns: a result for each, in order, once all that succeeded are durable.
  /// - Throws: if nothing can be known about the batch (lock, numbers, directory sync).
  public func submit(
    _ new: [NewJob], at now: Instant, ifAbsent: Bool = false
  ) throws(SpoolError) -> [SubmitResult] {
    var finder = ParentFinder(self, new)
    return try submit(new.indices, of: &finder, at: now, ifAbsent: ifAbsent)
  }

  /// Publishes some of the jobs of an input.
  func submit(
    _ range: Range<Int>, of input: inout ParentFinder, at now: Instant, ifAbsent: Bool = false
  ) throws(SpoolError) -> [SubmitResult] {
    var results: [SubmitResult] = []
    // Ids of callers' own are looked up and published under the lock, which must not be held long.
    let limit =
      input.jobs[range].contains { $0.id != nil } ? Staging.limit : Staging.limitTogether
    while results.count < range.count {
      let start = range.lowerBound + results.count
      let end = min(start + limit, range.upperBound)
      do throws(SpoolError) {
        try spoolCalls { () throws(SystemError) in try checkRoom() }
        results += try submitBatch(start..<end, of: &input, at: now, ifAbsent: ifAbsent)
      } catch {
        // Whoever is told of nothing would submit again what is there already.
        if results.isEmpty { throw error }
        return results + input.jobs[start..<range.upperBound].map { _ in .failed(error) }
      }
    }
    return results
  }

  /// An id that nobody has had.
  public func newIdentifier(at now: Instant) throws(SpoolError) -> String {
    let random = try spoolCalls { () throws(SystemError) in try Randomness.bytes(10) }
    return JobIdentifier.make(at: now, random: random)
  }

  /// What is known of a new job's parents before it is in the spool.
  private enum Birth {
    case plain
    case after([String: ParentSight])
    case impossible(SpoolError)
  }

  /// Some of the new jobs, with full ids of those that they run after.
  private func withParents(
    _ range: Range<Int>, of input: inout ParentFinder
  ) throws(SpoolError) -> ([NewJob], [Birth]) {
    var ready = Array(input.jobs[range])
    var births = [Birth](repeating: .plain, count: ready.count)
    for index in ready.indices where !ready[index].spec.after.isEmpty {
      do throws(SpoolError) {
        let (parents, sights) = try input.parents(of: range.lowerBound + index)
        ready[index].spec.after = parents
        births[index] = .after(sights)
      } catch {
        switch error {
        case .invalid, .damaged: births[index] = .impossible(error)
        case .system, .refused, .busy, .exists, .differs: throw error
        }
      }
    }
    return (ready, births)
  }

  private func submitBatch(
    _ range: Range<Int>, of input: inout ParentFinder, at now: Instant, ifAbsent: Bool
  ) throws(SpoolError) -> [SubmitResult] {
    // Until they are there, those that they run after must not turn out to have no end.
    let runsAfter = input.jobs[range].contains { !$0.spec.after.isEmpty }
    let lock = runsAfter ? try SpoolLock(.parents, of: self) : nil
    let (new, births) = try withParents(range, of: &input)
    var ids: [String] = []
    for job in new {
      if let id = job.id {
        ids.append(id)
      } else {
        ids.append(try newIdentifier(at: now))
      }
    }
    var results = [SubmitResult?](repeating: nil, count: new.count)
    // Known ids are sorted out before anything is written. Looked at again under the lock.
    for index in new.indices where new[index].id != nil {
      do throws(SpoolError) {
        results[index] = try presence(of: ids[index], new[index], ifAbsent: ifAbsent)
      } catch {
        // A damaged job of that id is that job's matter, not the batch's.
        guard case .damaged = error else { throw error }
        results[index] = .failed(error)
      }
    }
    for index in new.indices where results[index] == nil {
      if case .impossible(let error) = births[index] { results[index] = .failed(error) }
    }
    let first = try takeNumbers(for: ids)
    let staging = Staging(self, count: new.count, mayWaitForOthers: true)
    var states: [JobState?] = []
    for index in new.indices {
      guard results[index] == nil else {
        states.append(nil)
        continue
      }
      var state = JobState.submitted(
        id: ids[index], number: first + index, spec: new[index].spec,
        schedule: new[index].schedule, at: now,
        inheritance: new[index].inheritance, isExec: new[index].isExec)
      // Parents that have ended may be purged before anybody looks.
      if case .after(let sights) = births[index],
        let next = try? state.applying(
          .parents(sights), schedule: new[index].schedule, hooks: wantedHooks, at: now)
      {
        state = next
      }
      states.append(state)
      let bytes = state.json.serialized()
      guard bytes.count <= Spool.stateLimit else {
        results[index] = .failed(
          .refused(
            path: Spool.fileName(ids[index]), reason: "it is larger than a state file can be"))
        continue
      }
      do throws(SystemError) {
        try staging.write(bytes, as: index)
      } catch {
        results[index] = .failed(.system(error))
      }
    }
    staging.sync { index, error in results[index] = .failed(.system(error)) }
    try publish(new, states, staging, &results, of: &input, ifAbsent: ifAbsent)
    _ = consume lock
    try spoolCalls { () throws(SystemError) in try jobs.sync() }
    // Here and not with the callers: a job is in the history whichever way it came.
    append(
      results.flatMap { result in
        if case .submitted(let state)? = result {
          return HistoryEntry.entries(from: nil, to: state)
        }
        return []
      })
    return results.map { $0 ?? .failed(.damaged(path: path, reason: "no result")) }
  }

  private func publish(
    _ new: [NewJob], _ states: [JobState?], _ staging: Staging,
    _ results: inout [SubmitResult?], of input: inout ParentFinder, ifAbsent: Bool
  ) throws(SpoolError) {
    // A new random id cannot be in done/, so only callers' own ids need the lock.
    let needsLock = new.contains { $0.id != nil }
    let lock = needsLock ? try SpoolLock(.state, of: self) : nil
    for index in new.indices {
      if results[index] == nil, let state = states[index] {
        do throws(SpoolError) {
          results[index] = try publish(
            new[index], state, staging, index, input, ifAbsent: ifAbsent)
        } catch {
          results[index] = .failed(error)
        }
      }
      // In their order: one that has come to nothing keeps out those that were to run after it.
      if let result = results[index] { input.note(result, of: new[index]) }
    }
    _ = consume lock
  }

  private func publish(
    _ new: NewJob, _ state: JobState, _ staging: Staging, _ key: Int, _ input: ParentFinder,
    ifAbsent: Bool
  ) throws(SpoolError) -> SubmitResult {
    if new.id != nil, let present = try presence(of: state.id, new, ifAbsent: ifAbsent) {
      return present
    }
    if let fault = input.loss(of: new.spec.after) { return .failed(.invalid(fault)) }
    try spoolCalls { () throws(SystemError) in
      try staging.publish(key, as: Spool.fileName(state.id), in: jobs)
    }
    return .submitted(state)
  }

  /// What an id that is taken means for a new job; nil if it is free.
  private func presence(
    of id: String, _ new: NewJob, ifAbsent: Bool
  ) throws(SpoolError) -> SubmitResult? {
    guard let present = try job(id) else { return nil }
    if !ifAbsent { return .failed(.exists(id: id)) }
    return present.state.spec == new.spec
      ? .present(present.state) : .failed(.differs(id: id))
  }
}
