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

  private var jobs: [String: (job: NewJob, place: String)] = [:]
  private var ids: [String] = []
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
    if let other = jobs[id] {
      return add(
        fault: "\(DocumentKey.id.rawValue): \(id) stands at \(other.place) already", at: place)
    }
    jobs[id] = (job, place)
    ids.append(id)
  }

  /// What has to be done in a spool, parents first.
  /// - Returns: nil if something is wrong; it is among the faults.
  public mutating func changes(
    in spool: Spool, at now: Instant
  ) throws(SpoolError) -> [Change]? {
    for id in ids { try findParents(of: id, in: spool) }
    if !faults.isEmpty { return nil }
    let order = try ParentOrder.of(ids) { id throws(SpoolError) in
      if let job = jobs[id]?.job { return job.spec.after.map(\.job) }
      guard let state = try spool.job(id)?.state, !state.phase.isFinal else { return [] }
      return state.openParents.map(\.job)
    }
    var changes: [Change] = []
    switch order {
    case .failure(let circle):
      add(fault: "these wait for each other: \(circle.text)", at: "")
      return nil
    case .success(let ids):
      for id in ids {
        if let change = try change(of: id, in: spool, at: now) { changes.append(change) }
      }
    }
    return faults.isEmpty ? changes : nil
  }

  /// Puts full ids where a job names those that it runs after.
  private mutating func findParents(of id: String, in spool: Spool) throws(SpoolError) {
    guard let (given, place) = jobs[id], !given.spec.after.isEmpty else { return }
    var parents: [Parent] = []
    let key = DocumentKey.after.rawValue
    for parent in given.spec.after {
      let known = jobs[parent.job]?.job
      let stored = known == nil ? try spool.exact(parent.job) : nil
      let found = known == nil ? stored?.id : parent.job
      guard let found else {
        return add(
          fault: "\(key): there is no job \"\(parent.job)\", neither here nor in the spool",
          at: place)
      }
      // One that is defined here counts as it will be.
      if let spec = jobs[found]?.job.spec, spec.hasNoEnd {
        add(fault: ParentFinder.endless(key, found).message, at: place)
      } else if jobs[found] == nil, stored?.hasNoEnd == true {
        add(fault: ParentFinder.endless(key, found).message, at: place)
      }
      parents.append(Parent(found, parent.condition))
    }
    do throws(DocumentError) {
      jobs[id]?.job.spec.after = try Parent.combined(parents)
    } catch {
      add(fault: error.message, at: place)
    }
  }

  private mutating func change(
    of id: String, in spool: Spool, at now: Instant
  ) throws(SpoolError) -> Change? {
    guard let (job, place) = jobs[id] else { return nil }
    let stored: JobState?
    do throws(SpoolError) {
      stored = try spool.job(id)?.state
    } catch {
      guard case .damaged(let path, let reason) = error else { throw error }
      add(fault: "\(path): \(reason)", at: place)
      return nil
    }
    guard let stored else {
      return Change(job: job, id: id, kind: .new, differences: [], startsAgain: false)
    }
    let differences = job.spec.differences(from: stored.spec)
    if differences.isEmpty {
      return Change(job: job, id: id, kind: .unchanged, differences: [], startsAgain: false)
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
