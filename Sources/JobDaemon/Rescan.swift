// The net under the hints: now and then all names of jobs/ are held against the table. In slices,
// between which the loop serves others: a million names take a second.

internal import JobCore
internal import JobSpool
internal import LinuxIO

/// A look at all names of live jobs.
struct Rescan {
  /// What a slice has found.
  struct Found {
    /// Jobs to be looked at: they are in one place and not in the other.
    var ids: [String] = []
    var strange: [StrangeName] = []
  }

  /// For so long a slice looks at further names, in milliseconds.
  private static let slice: Int64 = 5

  private var names: DirectoryStream?

  /// Whether there are names left to look at.
  var isUnderWay: Bool { names != nil }

  /// Begins a look; one that was under way is given up.
  mutating func begin(_ spool: Spool, _ table: inout JobTable) throws(SpoolError) {
    names = try spool.namesOfLive()
    table.beginRound()
  }

  /// Looks at some more names.
  mutating func step(_ table: inout JobTable) throws(SpoolError) -> Found {
    var found = Found()
    let names = names
    // Also after a failure: then it begins anew.
    self.names = nil
    let isOver = try names?.forEach(for: Rescan.slice) { name in
      if let id = name.text.flatMap(Spool.identifier(fileName:)) {
        if !table.mark(id) { found.ids.append(id) }
      } else if let strange = Spool.strange(name, in: .jobs) {
        found.strange.append(strange)
      }
      return true
    }
    if isOver ?? true {
      found.ids += table.endRound()
    } else {
      self.names = names
    }
    return found
  }
}
