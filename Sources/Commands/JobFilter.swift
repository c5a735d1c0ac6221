// Which jobs are meant, by what they are like: the options that status and purge share.

import JobCore
import JobSpool
import LinuxIO
import RESTService

/// What jobs have to be like.
struct JobFilter {
  private(set) var selection = JobSelection()
  /// So many of the newest at most.
  private(set) var limit: Int?
  /// In the language of the list of background jobs.
  private(set) var condition: BackgroundJobFilter?

  /// The options that make a filter.
  static func options(phases: [Phase.Word]) -> [Option] {
    [
      .value(
        "phase", short: "p", "PHASE", repeats: true,
        help: "Only jobs in this phase: \(phases.map(\.rawValue).joined(separator: ", "))."),
      .value("name", "PATTERN", help: "Only jobs whose name fits a shell pattern."),
      .value(
        "since", "TIME", help: "Only jobs submitted or ended since; a duration counts back."),
      .value(
        "filter", "EXPR",
        help: "Only jobs that fit a condition on the properties in jobrun-serve(8)."),
      .value("limit", "N", help: "Only the newest N of them."),
    ]
  }

  /// Every job.
  init() {}

  /// What the options of a command say.
  init(_ session: Session) throws {
    let options = session.options
    selection.phases = Set(try options.values("phase", as: OptionValue<Phase.Word>.choice))
    selection.pattern = options.value("name")
    selection.since = try session.instant("since", in: session.zone(), .back)
    limit = try options.value("limit", as: .integer(in: 0...Int.max))
    condition = try options.value("filter", as: JobFilter.condition)
  }

  private static let condition = OptionValue<BackgroundJobFilter> { text in
    do throws(FilterError) {
      return .success(try BackgroundJobFilter(text))
    } catch {
      return .failure(BadValue("is no filter: \(error.message)"))
    }
  }

  /// Whether any of the options is given.
  var isGiven: Bool { selection.isGiven || limit != nil || condition != nil }

  /// Whether a job is one of those meant, but for the condition and their number.
  func fits(_ state: JobState) -> Bool { selection.fits(state) }

  /// Those of some jobs that fit the condition.
  func fitting(_ views: [JobView], in spool: Spool) throws -> [JobView] {
    try condition?.fitting(views, in: spool) ?? views
  }

  /// As many of the newest as are meant.
  func newest<Job>(of jobs: [Job]) -> [Job] { limit.map { Array(jobs.suffix($0)) } ?? jobs }
}
