// The jobs that fit the options of a command, the oldest first, each handed on as it is read: the
// first of a hundred thousand does not wait for the last.

import JobCore
import JobSpool
import RESTService

/// Goes through the jobs of a spool.
struct FittingJobs {
  private let session: Session
  private let filter: JobFilter
  private let isExplained: Bool
  /// Conditions are judged for so many jobs at once.
  private static let batch = 100

  /// - Parameter explained: each is to say what keeps it from starting. To find that out for the
  ///   first that is due takes a look at who else is there.
  init(_ session: Session, _ filter: JobFilter, explained: Bool) {
    self.session = session
    self.filter = filter
    isExplained = explained || filter.condition != nil
  }

  /// Hands on each job that fits. Files that cannot be read are named at the end.
  func forEach(_ body: (JobView) throws -> Void) throws {
    let spool = try session.spool()
    let now = session.now
    let around = isExplained ? SurroundingsReader(spool, zones: session.zones, at: now) : nil
    func view(_ job: StoredJob) -> JobView {
      spool.view(job.state, zones: session.zones, at: now, around: around)
    }
    // One that names its jobs needs no search.
    if let ids = try filter.condition?.candidates(in: spool) {
      let views = try ids.compactMap { try spool.job($0).map(view) }
        .filter { filter.fits($0.state) }
      let fitting = try filter.fitting(views, in: spool)
        .sorted { $0.state.number < $1.state.number }
      return try filter.newest(of: fitting).forEach(body)
    }
    // The newest of them are found from the end.
    let jobs = try JobsByNumber(
      spool, newestFirst: filter.limit != nil,
      includingFinished: filter.selection.meansFinished)
    var kept: [JobView] = []
    var pending: [JobView] = []
    var isAtEnd = false
    while !isAtEnd, filter.limit.map({ kept.count < $0 }) ?? true {
      if let job = try jobs.next() {
        let view = view(job)
        if filter.fits(view.state) { pending.append(view) }
      } else {
        isAtEnd = true
      }
      guard isAtEnd || filter.condition == nil || pending.count == FittingJobs.batch else {
        continue
      }
      let fitting = try filter.fitting(pending, in: spool)
      pending = []
      if filter.limit == nil { try fitting.forEach(body) } else { kept += fitting }
    }
    try kept.prefix(filter.limit ?? 0).sorted { $0.state.number < $1.state.number }
      .forEach(body)
    for item in jobs.damaged { session.say("job \(item.id) cannot be read: \(item.reason)") }
  }
}
