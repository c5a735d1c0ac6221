// Entity tags of jobs (RFC 9110 section 8.8.3): revision and phase of a job as it is shown.

internal import HTTPServer
internal import JobCore
internal import JobSpool

/// The tag of a job's state.
struct ETag {
  let version: StateVersion

  init(_ state: JobState) { version = StateVersion(state) }

  /// As it stands in a field.
  var text: String { "\"\(version.revision)-\(version.phase.rawValue)\"" }

  /// Whether a list of tags has this one in it, or is a star.
  /// - Parameter weakly: tags marked as weak count as well (section 8.8.3.2).
  func isMatched(by fields: [String], weakly: Bool) -> Bool {
    switch ETag.condition(fields, weakly: weakly) {
    case .any: !fields.isEmpty
    case .among(let versions): versions.contains(version)
    }
  }

  /// What the If-Match fields of a request ask for (section 13.1.1). A tag that is none of ours
  /// fits no job.
  static func condition(_ fields: [String], weakly: Bool = false) -> RevisionCondition {
    if fields.isEmpty { return .any }
    var versions: Set<StateVersion> = []
    for part in fields.flatMap({ $0.split(separator: ",") }) {
      var word = part.drop { $0 == " " || $0 == "\t" }
      while word.last == " " || word.last == "\t" { word.removeLast() }
      if word == "*" { return .any }
      if word.hasPrefix("W/") {
        guard weakly else { continue }
        word = word.dropFirst(2)
      }
      guard word.count > 2, word.first == "\"", word.last == "\"" else { continue }
      let halves = word.dropFirst().dropLast().split(separator: "-", maxSplits: 1)
      if halves.count == 2, let revision = Int(halves[0]),
        let phase = Phase.Word(rawValue: String(halves[1]))
      {
        versions.insert(StateVersion(revision: revision, phase: phase))
      }
    }
    return .among(versions)
  }
}
