// What `--json` and `--ndjson` print: objects, each of which says in which version of its format it
// is. A version has one meaning of each member; members are added without a new one.

import JobCore
import JobSpool

/// Objects as they are printed.
enum PrintedJSON {
  /// The member that tells the version, and the version.
  static let key = "jobrun"
  static let version = 1

  /// An object with its version; of an array, each object.
  static func marked(_ json: JSON) -> JSON {
    switch json {
    case .object(var members):
      members[key] = .number(JSONNumber(version))
      return .object(members)
    case .array(let elements): return .array(elements.map(marked))
    case .null, .bool, .number, .string: return json
    }
  }

  /// What is said of a job by commands that have more to say of others.
  static func brief(_ state: JobState) -> JSON {
    [
      "id": .string(state.id), "number": .number(JSONNumber(state.number)),
      "name": .string(state.spec.name), "phase": .string(state.phase.word.rawValue),
    ]
  }
}
