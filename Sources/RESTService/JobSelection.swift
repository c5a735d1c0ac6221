// Which jobs are meant, by what they are like: what `status`, `purge` and the list of jobs over
// HTTP understand alike.

public import JobCore
internal import JobSpool
internal import LinuxIO

/// What jobs have to be like; by itself, every job is.
public struct JobSelection: Sendable {
  /// In one of these phases; empty: in any.
  public var phases: Set<Phase.Word> = []
  /// Its name fits this shell pattern (fnmatch(3)).
  public var pattern: String?
  /// Submitted or ended since.
  public var since: Instant?
  /// In lower case: its name has this in it, its id begins with it, or it is its number.
  private var word: String?

  /// Every job.
  public init() {}

  /// Whether anything is asked of a job.
  public var isGiven: Bool {
    !phases.isEmpty || pattern != nil || since != nil || word != nil
  }

  /// Asks for what people type into a search: a part of the name, letter case ignored, a number,
  /// or the beginning of an id.
  public mutating func search(for text: String) { word = text.lowercased() }

  /// Whether finished jobs can be among those meant.
  public var meansFinished: Bool { phases.isEmpty || phases.contains(where: \.isFinal) }

  /// Whether a job is meant.
  public func fits(_ state: JobState) -> Bool {
    fits(
      id: state.id, state.number, state.spec.name, state.phase.word, state.submittedAt,
      state.lastOutcome?.endedAt)
  }

  /// Whether a job may be meant, as far as an index knows.
  func mayFit(_ row: JobIndex.Row) -> Bool {
    // What runs may have ended, with nobody there who has recorded it.
    let isLive = row.phase == .starting || row.phase == .running
    var selection = self
    if isLive { (selection.phases, selection.since) = ([], nil) }
    return selection.fits(
      id: row.id, row.number, row.name, row.phase, row.submittedAt, row.endedAt)
  }

  private func fits(
    id: String, _ number: Int, _ name: String, _ phase: Phase.Word, _ submittedAt: Instant,
    _ endedAt: Instant?
  ) -> Bool {
    if !phases.isEmpty, !phases.contains(phase) { return false }
    if let since, max(submittedAt, endedAt ?? submittedAt) < since { return false }
    if let pattern, !matches(name, pattern: pattern) { return false }
    guard let word else { return true }
    return name.lowercased().contains(word) || id.hasPrefix(word) || String(number) == word
  }
}
