// Entity tags of jobs (RFC 9110 section 8.8.3): the revision of the state file.

internal import HTTPServer
internal import JobCore
internal import JobSpool

/// The tag of a job's state.
struct ETag {
  let revision: Int

  init(_ state: JobState) { revision = state.revision }

  /// As it stands in a field.
  var text: String { "\"\(revision)\"" }

  /// Whether a list of tags has this one in it, or is a star.
  /// - Parameter weakly: tags marked as weak count as well (section 8.8.3.2).
  func isMatched(by fields: [String], weakly: Bool) -> Bool {
    switch ETag.condition(fields, weakly: weakly) {
    case .any: !fields.isEmpty
    case .among(let revisions): revisions.contains(revision)
    }
  }

  /// What the If-Match fields of a request ask for (section 13.1.1). A tag that is none of ours
  /// fits no job.
  static func condition(_ fields: [String], weakly: Bool = false) -> RevisionCondition {
    if fields.isEmpty { return .any }
    var revisions: Set<Int> = []
    for part in fields.flatMap({ $0.split(separator: ",") }) {
      var word = part.drop { $0 == " " }
      while word.last == " " { word.removeLast() }
      if word == "*" { return .any }
      if word.hasPrefix("W/") {
        guard weakly else { continue }
        word = word.dropFirst(2)
      }
      if word.count > 2, word.first == "\"", word.last == "\"",
        let revision = Int(word.dropFirst().dropLast())
      {
        revisions.insert(revision)
      }
    }
    return .among(revisions)
  }
}
