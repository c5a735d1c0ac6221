// Which jobs are meant, by what they are like: what `status`, `purge` and the list of jobs over
// HTTP understand alike.

public import JobCore
public import JobSpool
internal import LinuxIO

/// What jobs have to be like; by itself, every job is.
public struct JobSelection: Sendable {
  /// In one of these phases; empty: in any.
  public var phases: Set<Phase.Word> = []
  /// Its name fits this shell pattern (fnmatch(3)).
  public var pattern: String?
  /// Submitted or ended since.
  public var since: Instant?
  /// What its latest attempt came to, whatever follows.
  public var verdict: Outcome.Verdict?
  /// Its name has this in it, its id begins with it, or it is its number.
  private var word: SearchWord?

  /// Every job.
  public init() {}

  /// Whether anything is asked of a job.
  public var isGiven: Bool {
    !phases.isEmpty || pattern != nil || since != nil || verdict != nil || word != nil
  }

  /// Asks for what people type into a search: a part of the name, letter case ignored, a number,
  /// or the beginning of an id.
  public mutating func search(for text: String) { word = SearchWord(text) }

  /// Whether finished jobs can be among those meant.
  public var meansFinished: Bool { phases.isEmpty || phases.contains(where: \.isFinal) }

  /// Whether a job is meant.
  public func fits(_ state: JobState) -> Bool {
    fits(
      id: state.id, state.number, state.spec.name, state.phase.word, state.submittedAt,
      state.lastOutcome?.endedAt, state.lastOutcome?.verdict)
  }

  /// Whether a job may be meant, as far as an index knows.
  public func mayFit(_ row: JobIndex.Row) -> Bool {
    // What runs may have ended, with nobody there who has recorded it.
    let isLive = row.phase == .starting || row.phase == .running
    var selection = self
    if isLive { (selection.phases, selection.since, selection.verdict) = ([], nil, nil) }
    return selection.fits(
      id: row.id, row.number, row.name, row.phase, row.submittedAt, row.endedAt,
      row.verdict)
  }

  private func fits(
    id: String, _ number: Int, _ name: String, _ phase: Phase.Word, _ submittedAt: Instant,
    _ endedAt: Instant?, _ ended: Outcome.Verdict?
  ) -> Bool {
    if let verdict, ended != verdict { return false }
    if !phases.isEmpty, !phases.contains(phase) { return false }
    if let since, max(submittedAt, endedAt ?? submittedAt) < since { return false }
    if let pattern, !matches(name, pattern: pattern) { return false }
    guard let word else { return true }
    return word.isIn(name) || word.begins(id) || word.number == number
  }
}

/// A text that is looked for in many names. In bytes: a hundred thousand names are gone through
/// while other clients wait.
private struct SearchWord: Sendable {
  private let bytes: [UInt8]
  private let isPlain: Bool
  let number: Int?

  init(_ text: String) {
    let lowered = text.lowercased()
    bytes = Array(lowered.utf8)
    isPlain = lowered.utf8.allSatisfy { $0 < 0x80 }
    number = Int(text)
  }

  /// Whether a name has the text in it, letter case ignored.
  func isIn(_ name: String) -> Bool {
    // Other letters than those of ASCII have a case, too.
    var name = isPlain ? name : name.lowercased()
    return name.withUTF8 { name in
      guard let first = bytes.first else { return true }
      guard name.count >= bytes.count else { return false }
      return (0...(name.count - bytes.count)).contains { start in
        SearchWord.lowered(name[start]) == first
          && bytes.indices.allSatisfy { SearchWord.lowered(name[start + $0]) == bytes[$0] }
      }
    }
  }

  /// Whether an id begins with the text, letter case ignored.
  func begins(_ id: String) -> Bool {
    id.utf8.lazy.map(SearchWord.lowered).starts(with: bytes)
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
