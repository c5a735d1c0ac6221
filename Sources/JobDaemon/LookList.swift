// Which jobs are to be looked at: each once, in the order in which they were marked. Taking the
// first of a set would search through all that has been taken before.

/// Ids of jobs, first in, first out, none twice.
struct LookList {
  private var ids: [String] = []
  private var head = 0
  private var members: Set<String> = []

  var isEmpty: Bool { head == ids.count }

  /// Marks a job; nothing happens if it is marked.
  mutating func insert(_ id: String) {
    if members.insert(id).inserted { ids.append(id) }
  }

  /// Marks several.
  mutating func formUnion(_ more: some Sequence<String>) {
    for id in more { insert(id) }
  }

  /// Takes the one that was marked first.
  mutating func popFirst() -> String? {
    guard head < ids.count else { return nil }
    let id = ids[head]
    // Let go of at once: its memory is that of the next job's entry.
    ids[head] = ""
    head += 1
    members.remove(id)
    // The memory goes with the last one: the first list holds all jobs of the spool.
    if head == ids.count { self = LookList() }
    return id
  }
}
