// Finding the jobs that those of an input are to run after, for all ways by which jobs come in. They
// have to be in the spool or in the same input, and to end some day.

internal import JobCore

/// The jobs of an input, and what those they run after are in the spool.
struct ParentFinder {
  /// Where in an input the jobs have to stand that others run after.
  enum Order {
    /// Before those; so no circle can come about by what is new.
    case parentsFirst
    /// Anywhere: whoever asks puts them in order.
    case free
  }

  let jobs: [NewJob]
  private let spool: Spool
  private let order: Order
  /// The jobs by their own ids, with their places; empty if none runs after another.
  private var places: [String: Int] = [:]
  /// Those that have come to nothing.
  private var lost: Set<String> = []
  /// Ids of all jobs of the spool by their numbers, once a hint was missing.
  private var numbers: [Int: String]?

  /// Those that waited for others when that was first asked, by those.
  private var waiting: [String: [String]]?

  init(_ spool: Spool, _ jobs: [NewJob], _ order: Order = .parentsFirst) {
    self.spool = spool
    self.jobs = jobs
    self.order = order
    if jobs.allSatisfy(\.spec.after.isEmpty) { return }
    for (place, job) in jobs.enumerated() {
      if let id = job.id { places[id] = places[id] ?? place }
    }
  }

  /// Takes note of what became of a job: those that were to run after one that is not as its
  /// document has it must not run after what was there before, or after nothing.
  mutating func note(_ result: SubmitResult, of job: NewJob) {
    guard let id = job.id, places[id] != nil else { return }
    if case .failed = result { lost.insert(id) } else { lost.remove(id) }
  }

  /// The fault of a job whose parent, under its full id, has come to nothing; nil if none has.
  func loss(of parents: [Parent]) -> DocumentError? {
    guard let parent = parents.first(where: { lost.contains($0.job) }) else { return nil }
    return DocumentError(
      DocumentKey.after.rawValue, "\"\(parent.job)\", before it in the input, was not submitted")
  }

  /// What one of them runs after, under full ids, and what there is to see of those that are in
  /// the spool.
  mutating func parents(
    of place: Int
  ) throws(SpoolError) -> (parents: [Parent], sights: [String: ParentSight]) {
    let given = jobs[place].spec.after
    var found: [Parent] = []
    var sights: [String: ParentSight] = [:]
    for (index, parent) in given.enumerated() {
      let key = DocumentKey.after.rawValue
      let field = given.count == 1 ? key : "\(key)[\(index)]"
      let (id, state) = try find(parent.job, for: place, field)
      found.append(Parent(id, parent.condition))
      sights[id] = state.map { ParentSight($0) }
    }
    do throws(DocumentError) {
      return (try Parent.combined(found), sights)
    } catch {
      throw .invalid(error)
    }
  }

  /// Whether one of them names a job that is neither here nor in the spool.
  mutating func isMissingParents() throws(SpoolError) -> Bool {
    for parent in jobs.lazy.flatMap(\.spec.after) where places[parent.job] == nil {
      if try stored(parent.job) == nil { return true }
    }
    return false
  }

  /// Who waits for a job of the spool that has ended. One look at all live jobs does for an input:
  /// whoever comes to wait for it later waits for what it does next.
  mutating func followers(of id: String) throws(SpoolError) -> [String] {
    if waiting == nil { waiting = try spool.followers() }
    return waiting?[id] ?? []
  }

  private mutating func find(
    _ name: String, for place: Int, _ field: String
  ) throws(SpoolError) -> (id: String, state: JobState?) {
    let isHere = isUsable(name, by: place)
    let state = try isHere ? nil : stored(name)
    let id = state?.id ?? name
    if id == jobs[place].id {
      throw .invalid(DocumentError(field, "\"\(name)\" is the job itself"))
    }
    let isEndless: Bool
    // One that comes in counts as it will be, also where its number names it.
    if let other = places[id], isUsable(id, by: place) {
      isEndless = jobs[other].spec.hasNoEnd
    } else if let state {
      isEndless = state.hasNoEnd
    } else {
      throw .invalid(
        DocumentError(field, "there is no job \"\(name)\" yet: \(remedy(name))"))
    }
    if isEndless {
      throw .invalid(
        DocumentError(
          field,
          "\"\(name)\" never ends, as its schedule has no end: give it an endDate or runOnce"))
    }
    return (id, places[id] == nil ? state : nil)
  }

  /// Whether a job of the input can be run after by one of them.
  private func isUsable(_ id: String, by place: Int) -> Bool {
    guard let other = places[id] else { return false }
    switch order {
    case .parentsFirst: return other < place
    case .free: return true
    }
  }

  private func remedy(_ name: String) -> String {
    switch order {
    case .parentsFirst where places[name] == nil: "submit it first"
    case .parentsFirst: "it is submitted after this one; put it before it"
    case .free: "define it here, or submit it first"
    }
  }

  /// The job of an exact id or a number.
  private mutating func stored(_ name: String) throws(SpoolError) -> JobState? {
    if JobIdentifier.isValid(name) { return try spool.job(name)?.state }
    guard let number = Int(name) else { return nil }
    switch try spool.hint(ofNumber: number) {
    case .job(let stored): return stored.state
    case .gone: return nil
    case .unknown:
      if numbers == nil { numbers = try spool.identifiersByNumber() }
      guard let id = numbers?[number] else { return nil }
      return try spool.job(id)?.state
    }
  }
}
