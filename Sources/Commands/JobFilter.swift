// Which jobs are meant, by what they are like: the options that status and purge share.

import JobCore
import JobSpool
import LinuxIO

/// What jobs have to be like.
struct JobFilter {
  private(set) var phases: [Phase.Word] = []
  private var pattern: String?
  private var since: Instant?
  private var limit: Int?

  /// The options that make a filter.
  static func options(phases: [Phase.Word]) -> [Option] {
    [
      .value(
        "phase", short: "p", "PHASE", repeats: true,
        help: "Only jobs in this phase: \(phases.map(\.rawValue).joined(separator: ", "))."),
      .value("name", "PATTERN", help: "Only jobs whose name fits a shell pattern."),
      .value(
        "since", "TIME", help: "Only jobs submitted or ended since; a duration counts back."),
      .value("limit", "N", help: "Only the newest N of them."),
    ]
  }

  /// Every job.
  init() {}

  /// What the options of a command say.
  init(_ session: Session) throws {
    let options = session.options
    phases = try options.values("phase", as: OptionValue<Phase.Word>.choice)
    pattern = options.value("name")
    since = try options.value("since", as: .past(in: session.zone(), now: session.now))
    limit = try options.value("limit", as: .integer(in: 0...Int.max))
  }

  /// Whether any of the options is given.
  var isGiven: Bool { !phases.isEmpty || pattern != nil || since != nil || limit != nil }

  /// Whether a job is one of those meant, but for their number.
  func fits(_ state: JobState) -> Bool {
    if !phases.isEmpty, !phases.contains(state.phase.word) { return false }
    if let pattern, !matches(state.spec.name, pattern: pattern) { return false }
    if let since {
      let last = max(state.submittedAt, state.lastOutcome?.endedAt ?? state.submittedAt)
      if last < since { return false }
    }
    return true
  }

  /// As many of the newest as are meant.
  func newest<Job>(of jobs: [Job]) -> [Job] { limit.map { Array(jobs.suffix($0)) } ?? jobs }
}
