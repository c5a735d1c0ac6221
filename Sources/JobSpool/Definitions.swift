// Jobs that are defined somewhere else, known by their ids: what has to be done so that the spool
// has them as they are there. Found out as a whole before anything is written.

public import JobCore
internal import LinuxIO

/// A set of definitions.
public struct Definitions {
  /// What is to become of one job.
  public struct Change {
    public enum Kind: String, Sendable {
      case new, changed, unchanged
    }

    public let job: NewJob
    public let id: String
    public let kind: Kind
    public let differences: [SpecDifference]
    /// It has ended, and starts over.
    public let startsAgain: Bool
  }

  /// Something that keeps all of them from being used.
  public struct Fault: Error, Sendable {
    /// Where it stands; empty if it is no matter of one place.
    public let place: String
    public let message: String
  }

  private var jobs: [NewJob] = []
  /// Where each of those stands.
  private var places: [String] = []
  /// Which of them has an id.
  private var indices: [String: Int] = [:]
  /// All that is wrong with them so far.
  public private(set) var faults: [Fault] = []

  public init() {}

  /// Takes note of something that is no job.
  public mutating func add(fault message: String, at place: String) {
    faults.append(Fault(place: place, message: message))
  }

  /// Adds a job, found at a place.
  public mutating func add(_ job: NewJob, at place: String) {
    guard let id = job.id else {
      return add(fault: "\(DocumentKey.id.rawValue): it is missing, and names the job", at: place)
    }
    if let other = indices[id] {
      return add(
        fault: "\(DocumentKey.id.rawValue): \(id) stands at \(places[other]) already", at: place)
    }
    indices[id] = jobs.count
    jobs.append(job)
    places.append(place)
  }

  /// What has to be done in a spool, parents first.
  /// - Returns: nil if something is wrong; it is among the faults.
  public mutating func changes(
    in spool: Spool, zones: ZoneFiles, at now: Instant
  ) throws(SpoolError) -> [Change]? {
    try findParents(in: spool)
    if !faults.isEmpty { return nil }
    let order = try ParentOrder.of(jobs.compactMap(\.id)) { id throws(SpoolError) in
      guard let index = indices[id] else { return try spool.awaitedParents(of: id) }
      return jobs[index].spec.after.map(\.job)
    }
    switch order {
    case .failure(let circle):
      add(fault: "these wait for each other: \(circle.text)", at: "")
      return nil
    case .success(let ids):
      let sorted = ids.compactMap { indices[$0] }
      // Those without an end, which no other one runs after, last: who runs after them now may be
      // among these, and has to have its new document first.
      let ordered =
        sorted.filter { !jobs[$0].spec.hasNoEnd } + sorted.filter { jobs[$0].spec.hasNoEnd }
      var followers: [String: [String]]?
      var changes: [Change] = []
      for index in ordered {
        if let change = try change(of: index, in: spool, zones, &followers, at: now) {
          changes.append(change)
        }
      }
      return faults.isEmpty ? changes : nil
    }
  }

  /// Puts full ids where jobs name those that they run after.
  private mutating func findParents(in spool: Spool) throws(SpoolError) {
    var finder = ParentFinder(spool, jobs, .free)
    for index in jobs.indices where !jobs[index].spec.after.isEmpty {
      do throws(SpoolError) {
        jobs[index].spec.after = try finder.parents(of: index).parents
      } catch {
        switch error {
        case .invalid(let error): add(fault: error.message, at: places[index])
        case .damaged(let path, let reason): add(fault: "\(path): \(reason)", at: places[index])
        case .system, .refused, .busy, .exists, .differs: throw error
        }
      }
    }
  }

  /// - Parameter followers: of all jobs of the spool, once they were needed.
  private mutating func change(
    of index: Int, in spool: Spool, _ zones: ZoneFiles, _ followers: inout [String: [String]]?,
    at now: Instant
  ) throws(SpoolError) -> Change? {
    let (given, place) = (jobs[index], places[index])
    guard let id = given.id else { return nil }
    let stored: JobState?
    do throws(SpoolError) {
      stored = try spool.job(id).map { spool.current($0.state, zones: zones, at: now) }
    } catch {
      guard case .damaged(let path, let reason) = error else { throw error }
      add(fault: "\(path): \(reason)", at: place)
      return nil
    }
    guard let stored else {
      return Change(job: given, id: id, kind: .new, differences: [], startsAgain: false)
    }
    let job = given.keeping(stored.spec)
    let differences = job.spec.differences(from: stored.spec)
    if differences.isEmpty {
      return Change(job: job, id: id, kind: .unchanged, differences: [], startsAgain: false)
    }
    if job.spec.hasNoEnd, !stored.hasNoEnd, !stored.phase.isFinal {
      if followers == nil { followers = try spool.followers() }
      // Those that are defined here do not run after it any more.
      let others = (followers?[id] ?? []).filter { indices[$0] == nil }
      if let fault = Spool.endlessness(job, others) { add(fault: fault.message, at: place) }
    }
    do throws(Refusal) {
      _ = try stored.applying(.redefine(job.spec), schedule: job.schedule, at: now)
    } catch {
      add(fault: "\(id): \(error.reason)", at: place)
      return nil
    }
    return Change(
      job: job, id: id, kind: .changed, differences: differences,
      startsAgain: stored.phase.isFinal)
  }
}
