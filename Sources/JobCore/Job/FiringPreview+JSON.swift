// What lies ahead, as programs read it.

extension FiringPreview {
  /// The firings, and beside them what there is to say of them, as `next --json` prints it
  /// (man/jobrun.1).
  public static func json(of entries: [Entry]) -> JSON {
    var fires: [JSON] = []
    var removed: [JSON] = []
    var marks = JSONObject()
    for entry in entries {
      switch entry {
      case .fires(let firing):
        fires.append(.string(firing.instant.rfc3339))
        marks[firing.instant.rfc3339] = firing.rule.map { .string($0.rawValue) }
      case .removed(let removal):
        var members: JSONObject = [
          "from": .string(removal.first.instant.rfc3339), "rule": .string(removal.rule),
        ]
        members["to"] = removal.last.map { .string($0.rfc3339) }
        members["count"] = removal.count.map { .number(JSONNumber($0)) }
        removed.append(.object(members))
      }
    }
    var members: JSONObject = ["fires": .array(fires)]
    if !marks.isEmpty { members["daylightSaving"] = .object(marks) }
    if !removed.isEmpty { members["removed"] = .array(removed) }
    return .object(members)
  }
}
