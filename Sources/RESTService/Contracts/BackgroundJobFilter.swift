// The filter language over the properties of background jobs, for `status --filter` and $filter
// alike, with the way from a filter to the jobs that can fit it.

public import JobCore
public import JobSpool

/// A condition on background jobs.
public struct BackgroundJobFilter {
  private let filter: Filter

  /// Reads a filter.
  /// - Throws: what is wrong, with its column.
  public init(_ text: String) throws(FilterError) {
    filter = try Filter(text, properties: BackgroundJob.Property.table)
  }

  /// The jobs of some that fit. Links have no host in them here.
  public func fitting(_ views: [JobView], in spool: Spool) throws(SpoolError) -> [JobView] {
    let links = OutputLinks(try spool.linkDigest(), base: "")
    return views.filter { fits(BackgroundJob($0, in: spool, links)) }
  }

  func fits(_ job: BackgroundJob) -> Bool { job.fits(filter) }

  /// Ids of the jobs that can fit, found without reading others; nil if that takes a search. Ids
  /// of jobs that are not there may be among them.
  public func candidates(in spool: Spool) throws(SpoolError) -> [String]? {
    if let values = required(.jobID) {
      return Set(values.compactMap { text($0) }).filter(JobIdentifier.isValid).sorted()
    }
    guard let values = required(.id) else { return nil }
    var ids: Set<String> = []
    for value in values {
      guard case .number(let number) = value, let exact = Int(exactly: number) else { continue }
      // Numbers are hints: one that leads nowhere says nothing about the jobs that are there.
      guard let job = try spool.job(hintedNumber: exact) else { return nil }
      ids.insert(job.state.id)
    }
    return ids.sorted()
  }

  private func required(_ property: BackgroundJob.Property) -> [FilterValue]? {
    BackgroundJob.Property.allCases.firstIndex(of: property).flatMap(filter.required)
  }

  private func text(_ value: FilterValue) -> String? {
    if case .text(let text) = value { text } else { nil }
  }
}
