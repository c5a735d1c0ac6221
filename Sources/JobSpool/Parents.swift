// Jobs that run after others, in the spool: finding the ones that documents name, and seeing what
// has become of them.

public import JobCore
internal import LinuxIO

extension Spool {
  /// What there is to see of some of the jobs that a job runs after, by their ids.
  public func sights(
    of parents: some Sequence<Parent>
  ) throws(SpoolError) -> [String: ParentSight] {
    var sights: [String: ParentSight] = [:]
    for parent in parents {
      do throws(SpoolError) {
        sights[parent.job] =
          try job(parent.job).map { ParentSight($0.state) } ?? .gone(reason: "there is no such job")
      } catch {
        guard case .damaged = error else { throw error }
        sights[parent.job] = .gone(reason: "its record cannot be read")
      }
    }
    return sights
  }

  /// Jobs of whose ends live jobs still have to hear. Takes a look at all that are live.
  public func awaitedIdentifiers() throws(SpoolError) -> Set<String> {
    var found: Set<String> = []
    try forEachJob(includingFinished: false) { job in
      switch job.state.phase {
      case .held, .awaiting: found.formUnion(job.state.openParents.map(\.job))
      case .waiting, .queued, .starting, .running, .backoff, .succeeded, .failed, .cancelled,
        .expired:
        break
      }
      return true
    }
    return found
  }

  /// What there is to see of the first jobs that a job waits for.
  func parentsInWay(of state: JobState, limit: Int) -> [String: ParentSight] {
    switch state.phase {
    case .awaiting, .held(nil): (try? sights(of: state.openParents.prefix(limit))) ?? [:]
    case .held, .waiting, .queued, .starting, .running, .backoff, .succeeded, .failed, .cancelled,
      .expired:
      [:]
    }
  }
}

/// Finds the jobs that new ones are to run after. They have to be there, or to be submitted before
/// them: so no circle can ever come about.
struct ParentFinder {
  let spool: Spool
  /// The jobs that are submitted together, by their own ids, with their places.
  private var places: [String: Int] = [:]
  private let new: [NewJob]

  init(_ spool: Spool, _ new: [NewJob]) {
    self.spool = spool
    self.new = new
    for (place, job) in new.enumerated() {
      if let id = job.id { places[id] = places[id] ?? place }
    }
  }

  /// What one of them runs after, under full ids, and what there is to see of those that are in
  /// the spool.
  func parents(
    of place: Int
  ) throws(SpoolError) -> (parents: [Parent], sights: [String: ParentSight]) {
    let given = new[place].spec.after
    var found: [Parent] = []
    var sights: [String: ParentSight] = [:]
    for (index, parent) in given.enumerated() {
      let key = DocumentKey.after.rawValue
      let field = given.count == 1 ? key : "\(key)[\(index)]"
      let (id, state) = try find(parent.job, for: place, field)
      found.append(Parent(id, parent.condition))
      // What is submitted before this one may take its place.
      sights[id] = places[id] == nil ? state.map { ParentSight($0) } : nil
    }
    do throws(DocumentError) {
      return (try Parent.combined(found), sights)
    } catch {
      throw .invalid(error)
    }
  }

  private func find(
    _ name: String, for place: Int, _ field: String
  ) throws(SpoolError) -> (id: String, state: JobState?) {
    if name == new[place].id {
      throw .invalid(DocumentError(field, "\"\(name)\" is the job itself"))
    }
    if let other = places[name], other < place {
      if new[other].spec.hasNoEnd { throw .invalid(Self.endless(field, name)) }
      return (name, nil)
    }
    guard let parent = try spool.exact(name) else {
      let remedy =
        places[name] == nil
        ? "submit it first" : "it is submitted after this one; put it before it"
      throw .invalid(DocumentError(field, "there is no job \"\(name)\" yet: \(remedy)"))
    }
    if parent.hasNoEnd { throw .invalid(Self.endless(field, name)) }
    return (parent.id, parent)
  }

  /// The fault of a job that is to run after one whose runs go on for ever.
  static func endless(_ field: String, _ name: String) -> DocumentError {
    DocumentError(
      field,
      "\"\(name)\" never ends, as its schedule has no end: give it an endDate or runOnce")
  }
}

extension Spool {
  /// The job of an exact id or a number.
  func exact(_ name: String) throws(SpoolError) -> JobState? {
    if JobIdentifier.isValid(name) { return try job(name)?.state }
    guard let number = Int(name), number > 0, case .found(let found) = try find(name),
      found.state.number == number
    else { return nil }
    return found.state
  }
}
