// The judgement on a spool, or on some of its jobs, in the style of monitoring plugins: one line
// with the gravest level, figures behind a bar, and a line for each finding.

/// A check of some jobs.
public struct Check: Sendable {
  /// Findings in the first line; the others stand below.
  private static let shown = 3

  private let now: Instant
  /// By name, where each run is a job of its own.
  private var single: [String: CheckedJob] = [:]
  private var recurring: [CheckedJob] = []
  private var ofSpool: [CheckFinding] = []

  /// A check of nothing yet.
  public init(at now: Instant) { self.now = now }

  /// How many jobs are checked.
  public var count: Int { single.count + recurring.count }

  /// Whether a daemon has something left to do about any of the jobs.
  public var needsDaemon: Bool {
    (recurring + single.values).contains { job in
      let state = job.state
      // What is held waits for a person, but its hooks are told.
      if state.phase.word == .held { return !state.pendingHooks.isEmpty }
      return !state.isFinished && (!state.isExec || state.phase.isFinal)
    }
  }

  /// Adds a job. Those whose runs are jobs of their own count together, by name, where something is
  /// expected of them.
  /// - Parameter byName: all of them have been asked for by one name, and count together.
  public mutating func add(_ state: JobState, byName: Bool = false) {
    guard state.isSingle, byName || state.spec.expectation != nil else {
      return recurring.append(CheckedJob(state))
    }
    if single[state.spec.name]?.add(state) == nil {
      single[state.spec.name] = CheckedJob(state)
    }
  }

  /// Adds what is wrong with the spool, or with what was asked for.
  public mutating func add(_ finding: CheckFinding) { ofSpool.append(finding) }

  /// All findings, the gravest first, those of jobs by number.
  public var findings: [CheckFinding] {
    let jobs = (recurring + single.values).sorted { $0.state.number < $1.state.number }
    let all = ofSpool + jobs.flatMap { $0.findings(at: now) }
    return [CheckLevel.critical, .warning, .unknown].flatMap { level in
      all.filter { $0.level == level }
    }
  }

  /// What it comes to.
  public struct Verdict: Sendable {
    public let level: CheckLevel
    public let findings: [CheckFinding]
    /// Jobs that were checked.
    public let jobs: Int

    /// Jobs, or things of the spool, that a level is the gravest of.
    private func count(_ level: CheckLevel) -> Int {
      var worst: [CheckFinding.Subject: CheckLevel] = [:]
      for finding in findings {
        guard let subject = finding.subject else { continue }
        worst[subject] = max(worst[subject] ?? .ok, finding.level)
      }
      return worst.values.count { $0 == level }
        + findings.count { $0.subject == nil && $0.level == level }
    }

    /// The line for the monitor.
    public var line: String {
      let figures = [
        "'jobs'=\(jobs)", "'warning'=\(count(.warning))", "'critical'=\(count(.critical))",
      ]
      return "JOBRUN \(level.word) - \(Verdict.plain(sentence))|\(figures.joined(separator: " "))"
    }

    private var sentence: String {
      let all = "\(jobs) \(jobs == 1 ? "job" : "jobs")"
      let bad = Set(findings.compactMap(\.subject)).count
      if findings.isEmpty { return all }
      var told: Set<CheckFinding.Subject> = []
      // The gravest of each job.
      let heads = findings.filter { finding in
        finding.subject.map { told.insert($0).inserted } ?? true
      }
      let shown = heads.prefix(Check.shown).map { finding in
        (finding.subject.map { "\($0.name) " } ?? "") + finding.message
      }
      let more = findings.count - shown.count
      return (bad > 0 ? "\(bad) of \(all): " : "") + shown.joined(separator: ", ")
        + (more > 0 ? ", \(more) more" : "")
    }

    /// A line for each finding.
    public var details: [String] {
      findings.map { finding in
        let subject = finding.subject.map { "\($0.name) (\($0.number)) " } ?? ""
        return "\(finding.level.word): \(Verdict.plain(subject + finding.message))"
      }
    }

    /// A bar begins the figures, and a line end the next line.
    private static func plain(_ text: String) -> String {
      String(
        String.UnicodeScalarView(
          TerminalText.visible(text).unicodeScalars.map { $0 == "|" ? "/" : $0 }))
    }

    /// The written form.
    public var json: JSON {
      .object([
        "level": .string(level.word.lowercased()), "jobs": .number(JSONNumber(jobs)),
        "warning": .number(JSONNumber(count(.warning))),
        "critical": .number(JSONNumber(count(.critical))),
        "findings": .array(findings.map(\.json)),
      ])
    }
  }

  /// What the check comes to.
  public var verdict: Verdict {
    let findings = findings
    return Verdict(level: findings.map(\.level).max() ?? .ok, findings: findings, jobs: count)
  }
}
