// What two documents of a job do not have in common.

/// One key at which two documents differ, in their canonical forms.
public struct SpecDifference: Hashable, Sendable {
  public let key: DocumentKey
  /// Its values; nil where it has its default.
  public let old: JSON?
  public let new: JSON?
}

extension JobSpec {
  /// The keys at which this document differs from an older one, in the order of the table.
  public func differences(from old: JobSpec) -> [SpecDifference] {
    if old == self { return [] }
    let (before, after) = (old.document, document)
    return DocumentKey.allCases.compactMap { key in
      let (old, new) = (before[key.rawValue], after[key.rawValue])
      return old == new ? nil : SpecDifference(key: key, old: old, new: new)
    }
  }
}

extension DocumentKey {
  /// Keys that say when a job runs: with one of them another, it waits anew.
  static let ofSchedules: Set<DocumentKey> = [
    .quartzDef, .fileTrigger, .timeZone, .startDate, .endDate, .runOnce, .dst, .daysOfWeekToRun,
    .blackout, .jitter,
  ]
}
