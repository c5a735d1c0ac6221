// What becomes of firings that come due while their job is busy: the key `overlap`.

/// A rule for firings that come due while a run of their job is queued, under way or between two
/// attempts. A job never runs beside itself.
public enum Overlap: String, CaseIterable, Sendable {
  /// One run follows, for the latest of them.
  case queue
  /// They are passed over.
  case skip
  /// The run is stopped, and the one of the firing follows.
  case replace
}

extension JobSpec {
  /// Reads the rule. Read after all else that says when to run.
  mutating func readOverlap(_ fields: DocumentFields) throws(DocumentError) {
    guard let overlap = try fields.choice(.overlap, Overlap.self) else { return }
    self.overlap = overlap
    if overlap == .queue { return }
    if fileTrigger != nil {
      throw DocumentError(
        DocumentKey.overlap.rawValue,
        "files are run for one after the other: leave it out of a job with fileTrigger")
    }
    // What is made up is late by its nature: it came due long before the run that it waits for.
    if misfire == .all {
      throw DocumentError(
        DocumentKey.overlap.rawValue,
        "misfire \"all\" makes up firings one after the other, and \"\(overlap.rawValue)\" "
          + "takes them away: leave one of them out")
    }
  }
}
